#include "terminal/core/alarm/life.h"

#include <algorithm>
#include <utility>

namespace lujing::core {
namespace {

constexpr std::int64_t longest_silence_ns = 2 * ns_per_s;
constexpr std::int64_t unseen_pending_ns = 60 * ns_per_s;

}  // namespace

std::optional<protocol::AlarmState> AlarmLife::judge(BootTime now, Truth condition,
                                                     const AlarmConfig& config) {
  if (stage_ == Stage::idle && condition != Truth::yes) {
    condition_ = condition;
    judged_ = now;
    return std::nullopt;
  }
  const std::int64_t step = now.ns - judged_.ns;
  const std::int64_t seen = std::min(step, longest_silence_ns);
  if (condition_ == Truth::yes) true_ns_ += seen;
  if (condition_ == Truth::no) gone_ns_ += seen;
  unknown_ns_ = condition_ == Truth::unknown ? unknown_ns_ + step : 0;
  condition_ = condition;
  judged_ = now;
  if (condition == Truth::yes) gone_ns_ = 0;
  if (stage_ == Stage::idle) {
    stage_ = Stage::pending;
    since_ = now;
    true_ns_ = 0;
    unknown_ns_ = 0;
  }
  return stage_ == Stage::pending ? judge_pending(now, config) : judge_standing(now, config);
}

std::optional<protocol::AlarmState> AlarmLife::judge_pending(BootTime now,
                                                             const AlarmConfig& config) {
  const bool gone = condition_ == Truth::no && seconds_of(gone_ns_) >= config.pause_s;
  if (gone || unknown_ns_ >= unseen_pending_ns) {
    stage_ = Stage::idle;
    return std::nullopt;
  }
  if (condition_ != Truth::yes || seconds_of(true_ns_) < config.sustain_s) return std::nullopt;
  if (may_raise(now, config)) return raise(now);
  stage_ = Stage::suppressed;
  return protocol::AlarmState::suppressed;
}

std::optional<protocol::AlarmState> AlarmLife::judge_standing(BootTime now,
                                                              const AlarmConfig& config) {
  if (condition_ == Truth::no && seconds_of(gone_ns_) >= config.clear_s) {
    const bool was_raised = stage_ == Stage::raised;
    stage_ = Stage::idle;
    if (was_raised) return protocol::AlarmState::cleared;
    return std::nullopt;
  }
  if (stage_ == Stage::suppressed && condition_ == Truth::yes && may_raise(now, config)) {
    return raise(now);
  }
  return std::nullopt;
}

std::optional<protocol::AlarmState> AlarmLife::end() {
  condition_ = Truth::unknown;
  if (std::exchange(stage_, Stage::idle) != Stage::raised) return std::nullopt;
  return protocol::AlarmState::cleared;
}

bool AlarmLife::holds(BootTime now, double warn_after_s) const {
  if (condition_ != Truth::yes || stage_ == Stage::idle) return false;
  return stage_ != Stage::pending || seconds_of(now.ns - since_.ns) >= warn_after_s;
}

bool AlarmLife::may_raise(BootTime now, const AlarmConfig& config) const {
  return !raised_at_ || seconds_of(now.ns - raised_at_->ns) >= config.suppress_s;
}

protocol::AlarmState AlarmLife::raise(BootTime now) {
  stage_ = Stage::raised;
  raised_at_ = now;
  return protocol::AlarmState::raised;
}

}  // namespace lujing::core
