// A recorded drive through fusion alone, with the receiver hidden where one asks what would have
// happened without it.
#pragma once

#include "hal/observation.h"
#include "terminal/core/config.h"
#include "terminal/core/fusion/fix_gate.h"
#include "terminal/core/fusion/fusion.h"
#include "terminal/core/roads/on_road.h"

#include <functional>
#include <optional>
#include <vector>

namespace lujing::ctl {

/// One row of the fused track.
struct FusedPoint {
  std::uint64_t boot_id = 0;
  core::Pose pose;
  std::optional<UtcTime> utc;  ///< where the recording knew it
  bool hidden = false;         ///< fixes were hidden at this moment
};

struct FuseSummary {
  std::uint64_t observations = 0;
  BootTime first;  ///< observation
  BootTime last;
  std::optional<UtcTime> first_utc;  ///< the first that was known
  std::optional<UtcTime> last_utc;
  std::uint64_t fixes = 0;
  std::uint64_t fixes_hidden = 0;
  std::uint64_t fixes_believed = 0;  ///< by the gate before the filter
  std::uint64_t poses = 0;
  std::uint64_t by_mode[5] = {};
  std::int64_t used[core::sensors] = {};
  std::int64_t refused[core::sensors] = {};
  std::int64_t put_out[core::sensors] = {};             ///< times that a source was put out of use
  std::optional<BootTime> unused_since[core::sensors];  ///< out of use at the end, since then
  std::int64_t late = 0;
  std::int64_t too_late = 0;
  std::int64_t placed_anew = 0;
  std::int64_t wheels_doubted = 0;  ///< times that wheels were taken for another vehicle's
  double driven_m = 0;
  double silent_s = 0;             ///< nothing told how it moves: not driven through
  double bridged_m = 0;            ///< of driven_m: straight from fix to fix over such a silence
  std::vector<float> fix_apart_m;  ///< of each believed fix: from the pose that it led to
  /// The value below which `share` of them lie; 0 where there is none.
  double apart_m(double share) const;
  /// At the first fix after the hidden stretch: how far the pose just before it was off.
  std::optional<double> gap_error_m;
  double gap_driven_m = 0;
};

class FuseRun {
 public:
  using Sink = std::function<void(const FusedPoint&)>;
  explicit FuseRun(Sink sink) : sink_(std::move(sink)) {}

  /// Of the vehicle whose observations come next.
  void configure(const core::CoreConfig& config);
  /// A road file (protocol/ROADS.md) to hold on while there is no receiver, as the terminal does.
  Result<void> put_roads(core::DirectiveBody file);
  void take(const hal::Observation& observation, std::optional<UtcTime> utc, bool hide_gnss);
  FuseSummary summary() const;

 private:
  void begin(std::uint64_t boot_id);
  void take_fix(BootTime now, const hal::GnssFix& fix, bool hide);
  void hold_on_road(BootTime at);
  void write_rows(BootTime until, std::optional<UtcTime> utc);
  void add_counts(FuseSummary& sum) const;

  Sink sink_;
  core::CoreConfig config_;
  FuseSummary sum_;
  std::optional<core::FixGate> gate_;
  std::optional<core::Fusion> fusion_;
  core::DirectiveBody roads_;
  core::OnRoad on_road_;
  std::uint64_t boot_id_ = 0;
  BootTime now_;
  std::optional<std::int64_t> row_ns_;  ///< of the next row
  bool hidden_ = false;
  double hidden_from_m_ = 0;
};

/// "none", "gnss", "dead_reckoning", "road_bound", "lost".
const char* mode_name(core::PoseMode mode);

}  // namespace lujing::ctl
