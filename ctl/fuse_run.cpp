#include "ctl/fuse_run.h"

#include "terminal/core/fusion/inputs.h"

#include <algorithm>
#include <cmath>

namespace lujing::ctl {
namespace {

constexpr std::int64_t row_every_ns = 100 * ns_per_ms;
constexpr std::int64_t rows_in_silence_ns = 60 * ns_per_s;  ///< then none until something is heard

}  // namespace

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
  row_ns_.reset();
  hidden_ = false;
  if (roads_ == nullptr) return;
  on_road_ = core::OnRoad();  // a matcher that remembers nothing of another boot
  [[maybe_unused]] const auto put = on_road_.put(roads_);
}

void FuseRun::hold_on_road(BootTime at) {
  if (roads_ == nullptr) return;
  on_road_.take(fusion_->pose());
  if (on_road_.line()) fusion_->take_road(at, *on_road_.line());
}

void FuseRun::add_counts(FuseSummary& sum) const {
  if (!fusion_) return;
  const core::Estimate& e = fusion_->estimate();
  for (std::size_t i = 0; i < core::sensors; ++i) {
    const core::SensorCount& count = e.counts[i];
    sum.used[i] += count.accepted;
    sum.refused[i] += count.refused;
    sum.put_out[i] += count.times_unused;
    sum.unused_since[i].reset();
    if (count.unused) sum.unused_since[i] = BootTime{count.unused_since_ns};
  }
  sum.silent_s += e.silent_s;
  sum.bridged_m += e.bridged_m;
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
  write_rows(observation.at, utc);
  now_ = std::max(now_, observation.at);
  if (const auto* fix = std::get_if<hal::GnssFix>(&observation.what)) {
    take_fix(now_, *fix, hide_gnss);
  } else if (const auto* signal = std::get_if<hal::CanSignal>(&observation.what)) {
    core::take_signal(*fusion_, config_, observation.at, *signal);
  }
}

void FuseRun::write_rows(BootTime until, std::optional<UtcTime> utc) {
  if (!row_ns_) row_ns_ = until.ns / row_every_ns * row_every_ns + row_every_ns;
  for (; *row_ns_ < until.ns; *row_ns_ += row_every_ns) {
    if (*row_ns_ - now_.ns > rows_in_silence_ns) {
      row_ns_ = until.ns / row_every_ns * row_every_ns + row_every_ns;
      return;
    }
    const BootTime at{*row_ns_};
    fusion_->refresh(at);
    hold_on_road(at);
    ++sum_.poses;
    ++sum_.by_mode[static_cast<std::size_t>(fusion_->pose().mode)];
    std::optional<UtcTime> row_utc;
    if (utc) row_utc = UtcTime{utc->ms - (until.ns - at.ns) / ns_per_ms};
    sink_({boot_id_, fusion_->pose(), row_utc, hidden_});
  }
}

FuseSummary FuseRun::summary() const {
  FuseSummary sum = sum_;
  add_counts(sum);
  return sum;
}

}  // namespace lujing::ctl
