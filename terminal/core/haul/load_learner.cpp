#include "terminal/core/haul/load_learner.h"

#include <algorithm>
#include <cmath>

namespace lujing::core {
namespace {

constexpr std::int64_t hold_off_ns = 10 * ns_per_s;
constexpr std::int64_t settled_ns = 20 * ns_per_s;  ///< after the last shovel
constexpr double below_empty = 0.20;                ///< of the span
constexpr double above_empty = 0.30;
constexpr double full_enough = 0.85;
constexpr int unload_s = 4;
constexpr double most_step = 0.5;  ///< of the span
constexpr double weight = 0.5;
constexpr double least_span = 1e-6;

}  // namespace

LoadLearner::LoadLearner(const LoadLearnerConfig& config)
    : config_(config), empty_(config.empty), full_(config.full) {}

void LoadLearner::recall(double empty, double full) {
  const double set = config_.full - config_.empty;
  const double span = full - empty;
  const bool alike = std::isfinite(span) && set * span > 0 &&
                     std::fabs(span) >= std::fabs(set) / 2 && std::fabs(span) <= std::fabs(set) * 2;
  if (!alike) return;
  empty_ = empty;
  full_ = full;
}

std::optional<double> LoadLearner::share() const {
  const double span = full_ - empty_;
  if (!mean_ || std::fabs(span) < least_span) return std::nullopt;
  return (*mean_ - empty_) / span;
}

bool LoadLearner::take(BootTime now, double raw, const LoadSurroundings& around) {
  if (!std::isfinite(raw)) return false;
  if (!begin_) begin_ = now;
  sum_ += raw;
  ++count_;
  if (now.ns - begin_->ns < ns_per_s) return false;
  const double before = mean_.value_or(sum_ / count_);
  mean_ = sum_ / count_;
  begin_ = now;
  sum_ = 0;
  count_ = 0;
  learn_loading(now, around, before);
  learn_unloading(around);
  return true;
}

bool LoadLearner::may_load(const LoadSurroundings& around) const {
  if (!around.standing) return false;
  if (config_.gate >= LoadGate::cover && around.cover == protocol::Cover::closed) return false;
  return config_.gate < LoadGate::place || around.at_site == Truth::yes;
}

bool LoadLearner::may_unload(const LoadSurroundings& around) const {
  if (!around.standing) return false;
  if (config_.gate >= LoadGate::cover && around.cover == protocol::Cover::closed) return false;
  return config_.gate < LoadGate::place || around.at_site == Truth::no;
}

void LoadLearner::learn_loading(BootTime now, const LoadSurroundings& around, double before) {
  if (!may_load(around)) {
    shovels_ = 0;
    learned_full_ = false;
    return;
  }
  const double up = (*mean_ - before) * (full_ >= empty_ ? 1 : -1);
  const bool held_off = shovel_at_ && now.ns - shovel_at_->ns < hold_off_ns;
  if (up >= config_.step_counts && !held_off) {
    ++shovels_;
    shovel_at_ = now;
    learned_full_ = false;
  }
  const bool settled = shovel_at_ && now.ns - shovel_at_->ns >= settled_ns;
  if (shovels_ < config_.shovels || !settled || learned_full_) return;
  if (share().value_or(0) < full_enough) return;
  learn(full_, *mean_);
  learned_full_ = true;
}

void LoadLearner::learn_unloading(const LoadSurroundings& around) {
  const auto now = share();
  const bool near_empty = now && *now >= -below_empty && *now <= above_empty;
  if (!near_empty || !may_unload(around)) {
    near_empty_s_ = 0;
    near_empty_sum_ = 0;
    return;
  }
  ++near_empty_s_;
  near_empty_sum_ += *mean_;
  // Once in a stand: the first four seconds decide.
  if (near_empty_s_ == unload_s) learn(empty_, near_empty_sum_ / unload_s);
}

void LoadLearner::learn(double& value, double reading) const {
  const double most = std::fabs(full_ - empty_) * most_step;
  value += std::clamp((reading - value) * weight, -most, most);
}

}  // namespace lujing::core
