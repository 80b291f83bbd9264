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
  add_counts(sum_);
  config_ = config;
  begin(boot_id_);
}

Result<void> FuseRun::put_roads(core::DirectiveBody file) {
  roads_ = std::move(file);
  return on_road_.put(roads_);
}

void FuseRun::begin(std::uint64_t boot_id) {
  boot_id_ = boot_id;
  gate_.emplace(config_.gnss);
  fusion_.emplace(config_.fusion);
  now_ = {};
  hidden_ = false;
  if (roads_ == nullptr) return;
  on_road_ = core::OnRoad();  // a matcher that remembers nothing of another boot
  [[maybe_unused]] const auto put = on_road_.put(roads_);
}

void FuseRun::hold_on_road() {
  if (roads_ == nullptr) return;
  on_road_.take(fusion_->pose());
  if (on_road_.line()) fusion_->take_road(now_, *on_road_.line());
}

void FuseRun::add_counts(FuseSummary& sum) const {
  if (!fusion_) return;
  for (std::size_t i = 0; i < core::sensors; ++i) {
    sum.refused[i] += fusion_->estimate().counts[i].refused;
  }
  sum.placed_anew += fusion_->estimate().placed_anew;
  sum.wheels_doubted += fusion_->estimate().times_wheels_doubted;
  sum.late += fusion_->late();
  sum.too_late += fusion_->too_late();
  sum.driven_m += fusion_->pose().driven_m;
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

void FuseRun::take(const hal::Observation& observation, std::optional<UtcTime> utc,
                   bool hide_gnss) {
  if (!fusion_) begin(0);
  if (sum_.observations++ == 0) sum_.first = observation.at;
  sum_.last = observation.at;
  if (utc && !sum_.first_utc) sum_.first_utc = utc;
  if (utc) sum_.last_utc = utc;
  if (const auto* boot = std::get_if<hal::Boot>(&observation.what)) {
    add_counts(sum_);
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
  hold_on_road();
  ++sum_.poses;
  ++sum_.by_mode[static_cast<std::size_t>(fusion_->pose().mode)];
  sink_({boot_id_, fusion_->pose(), utc, hidden_});
}

FuseSummary FuseRun::summary() const {
  FuseSummary sum = sum_;
  add_counts(sum);
  return sum;
}

}  // namespace lujing::ctl
