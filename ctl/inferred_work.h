// What can be told of a vehicle whose machine tells nothing: it is taken to work while it crawls
// (its vehicle profile says how fast that is). All of it has the lowest grade of evidence,
// "inferred"; what nobody can know (a silence, a road that is not sure) is no data.
#pragma once

#include "platform/report/collector.h"
#include "terminal/core/roads/network.h"
#include "terminal/core/roads/raw_fix.h"
#include "terminal/core/work/profile.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace lujing::ctl {

/// A stop where something is collected.
struct Stop {
  std::string name;
  GeoPoint place;
  double radius_m = 20;
  std::string route;  ///< the list's own name of it; empty: none
};

struct InferredWork {
  report::Collected told;          ///< as a vehicle's records would tell it
  std::int64_t known_ms = 0;       ///< between fixes that follow each other
  std::int64_t work_ms = 0;        ///< of it, taken to work
  double unknown_m = 0;            ///< between fixes that are too far apart
  std::size_t fixes = 0;           ///< that were taken
  std::size_t on_road = 0;         ///< of these, matched to a road
  std::vector<std::size_t> stops;  ///< where it stood, in the order of the list
};

/// Fixes in the order of time, RawFix::at in UTC; others are passed over. `roads`: nullptr: hours
/// and ways only. Only what lies in `window` counts.
InferredWork inferred_work(const core::WorkProfile& profile, const core::RoadNetwork* roads,
                           std::string name, std::uint32_t vehicle,
                           std::span<const core::RawFix> fixes, core::TimeWindow window,
                           std::span<const Stop> stops = {});

}  // namespace lujing::ctl
