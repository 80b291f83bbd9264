#include "ctl/fuse_run.h"

#include "terminal/core/fusion/inputs.h"

#include <algorithm>
#include <cmath>

namespace lujing::ctl {

const char* mode_name(core::PoseMode mode) {
  switch (mode) {
    case core::PoseMode::none:
      return "none";
    case core::PoseMode::gnss:
      return "gnss";
    case core::PoseMode::dead_reckoning:
      return "dead_reckoning";
    case core::PoseMode::road_bound:
      return "road_bound";
    case core::PoseMode::lost:
      return "lost";
  }
  return "unknown";
}

double FuseSummary::apart_m(double share) const {
  if (fix_apart_m.empty()) return 0;
  std::vector<float> all = fix_apart_m;
  const auto at = std::lround(share * static_cast<double>(all.size() - 1));
  std::nth_element(all.begin(), all.begin() + at, all.end());
  return static_cast<double>(all[static_cast<std::size_t>(at)]);
}

void FuseRun::configure(const core::CoreConfig& config) {
  add_counts();
  config_ = config;
  begin(boot_id_);
}

void FuseRun::begin(std::uint64_t boot_id) {
  boot_id_ = boot_id;
  gate_.emplace(config_.gnss);
  fusion_.emplace(config_.fusion);
  now_ = {};
  hidden_ = false;
}

void FuseRun::add_counts() {
  if (!fusion_) return;
  for (std::size_t i = 0; i < core::sensors; ++i) {
    sum_.refused[i] += fusion_->estimate().counts[i].refused;
  }
  sum_.placed_anew += fusion_->estimate().placed_anew;
  sum_.wheels_doubted += fusion_->estimate().times_wheels_doubted;
  sum_.late += fusion_->late();
  sum_.too_late += fusion_->too_late();
  sum_.driven_m += fusion_->pose().driven_m;
}

void FuseRun::take_fix(BootTime now, const hal::GnssFix& fix, bool hide) {
  ++sum_.fixes;
  if (hide) {
    if (!hidden_) hidden_from_m_ = fusion_->pose().driven_m;
    hidden_ = true;
    ++sum_.fixes_hidden;
    return;
  }
  const core::FixVerdict verdict = gate_->judge(now, fix);
  if (!verdict.accepted()) return;
  ++sum_.fixes_believed;
  if (hidden_) {
    fusion_->refresh(now);
    if (fusion_->pose().position.valid()) {
      sum_.gap_error_m = distance_m(fusion_->pose().position, fix.position);
    }
    sum_.gap_driven_m = fusion_->pose().driven_m - hidden_from_m_;
    hidden_ = false;
  }
  fusion_->take_fix(now, fix, verdict);
  fusion_->refresh(now);
  sum_.fix_apart_m.push_back(
      static_cast<float>(distance_m(fusion_->pose().position, fix.position)));
}

void FuseRun::take(const hal::Observation& observation, bool hide_gnss) {
  if (!fusion_) begin(0);
  ++sum_.observations;
  if (const auto* boot = std::get_if<hal::Boot>(&observation.what)) {
    add_counts();
    begin(boot->boot_id);
    return;
  }
  now_ = std::max(now_, observation.at);
  if (const auto* fix = std::get_if<hal::GnssFix>(&observation.what)) {
    take_fix(now_, *fix, hide_gnss);
  } else if (const auto* signal = std::get_if<hal::CanSignal>(&observation.what)) {
    core::take_signal(*fusion_, config_, observation.at, *signal);
  }
  if (!fusion_->pass(now_)) return;
  ++sum_.poses;
  ++sum_.by_mode[static_cast<std::size_t>(fusion_->pose().mode)];
  sink_({boot_id_, fusion_->pose(), hidden_});
}

FuseSummary FuseRun::summary() const {
  FuseRun whole = *this;
  whole.add_counts();
  return whole.sum_;
}

}  // namespace lujing::ctl
