#include "terminal/core/work/kerb_marks.h"

#include "terminal/core/alarm/cleaning_config.h"

#include <algorithm>
#include <cmath>

namespace lujing::core {
namespace {

using protocol::MarkEnd;

constexpr std::int64_t shown_ns = 30 * ns_per_s;
constexpr double kmh_of_mps = 3.6;

}  // namespace

std::optional<KerbMarks::Ended> KerbMarks::judge(const Look& look) {
  std::optional<Ended> ended;
  if (blocked_.code != 0) ended = bound(look);
  if (look.said != said_) {
    said_ = look.said;
    if (blocked_.code != 0) end(look.now, MarkEnd::driver);
    if (said_ != 0) {
      blocked_ = {said_, look.now.ms()};
      began_ = looked_ = look.now;
      began_m_ = looked_m_ = look.driven_m;
      off_plan_ = !look.planned;
      bound(look);
    }
  }
  looked_ = look.now;
  looked_m_ = look.driven_m;
  return ended;
}

/// Which bound was reached first since the last look, and where.
std::optional<KerbMarks::Ended> KerbMarks::bound(const Look& look) {
  const double went_m = look.driven_m - looked_m_;
  const std::int64_t lasted_ns = look.now.ns - looked_.ns;
  const double to_length_m = began_m_ + config_->mark_max_m - looked_m_;
  const auto to_time_ns =
      began_.ns + static_cast<std::int64_t>(config_->mark_max_s * ns_per_s) - looked_.ns;
  Ended at{look.now, look.driven_m};
  MarkEnd why = MarkEnd::none;
  if (to_length_m <= went_m && went_m > 0) {
    const double share = std::clamp(to_length_m / went_m, 0.0, 1.0);
    at.at.ns = looked_.ns + std::llround(share * static_cast<double>(lasted_ns));
    at.driven_m = looked_m_ + went_m * share;
    why = MarkEnd::length;
  }
  const bool in_time =
      why == MarkEnd::none ? to_time_ns > lasted_ns : looked_.ns + to_time_ns >= at.at.ns;
  if (!in_time) {
    at.at.ns = looked_.ns + std::max<std::int64_t>(to_time_ns, 0);
    const double share =
        lasted_ns > 0 ? static_cast<double>(at.at.ns - looked_.ns) / static_cast<double>(lasted_ns)
                      : 1.0;
    at.driven_m = looked_m_ + went_m * share;
    why = MarkEnd::time;
  }
  if (why == MarkEnd::none) {
    const bool fast = look.speed_mps && *look.speed_mps * kmh_of_mps > config_->mark_max_kmh;
    if (fast) why = MarkEnd::speed;
    if (off_plan_ || !look.planned) why = MarkEnd::off_plan;
  }
  if (why == MarkEnd::none) return std::nullopt;
  end(look.now, why);
  return at;
}

void KerbMarks::driven_off_plan(BootTime entered) {
  if (blocked_.code != 0 && entered >= began_) off_plan_ = true;
}

void KerbMarks::end(BootTime at, MarkEnd why) {
  old_[ended_count_++ % old_.size()] = {blocked_.since_ms, why};
  blocked_ = {};
  ended_at_ = at;
}

MarkEnd KerbMarks::ended(std::int64_t since_ms) const {
  const std::size_t kept = std::min(ended_count_, old_.size());
  for (std::size_t i = 1; i <= kept; ++i) {
    const Old& old = old_[(ended_count_ - i) % old_.size()];
    if (old.since_ms == since_ms) return old.ended;
  }
  return MarkEnd::none;
}

MarkEnd KerbMarks::told(BootTime now) const {
  if (ended_count_ == 0 || blocked_.code != 0 || now.ns - ended_at_.ns > shown_ns) {
    return MarkEnd::none;
  }
  const MarkEnd why = old_[(ended_count_ - 1) % old_.size()].ended;
  return why == MarkEnd::driver ? MarkEnd::none : why;
}

}  // namespace lujing::core
