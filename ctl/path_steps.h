// What was driven, as steps between neighbouring nodes of OpenStreetMap.
#pragma once

#include "terminal/core/roads/matching.h"

#include <cstdint>
#include <vector>

namespace lujing::ctl {

struct PathStep {
  core::EdgeId edge;
  std::size_t segment = 0;  ///< of the link's points
  std::int64_t from_node = 0;
  std::int64_t to_node = 0;
  std::int64_t way = 0;
  double covered_m = 0;
  double length_m = 0;
  BootTime enter;
  BootTime leave;
  bool joined = false;  ///< the step before it ends where this begins
};

/// Where a path begins or ends on a step, the step counts if at least half of it was driven, or 50
/// m.
std::vector<PathStep> path_steps(const core::RoadNetwork& roads,
                                 const std::vector<core::Driven>& driven);

}  // namespace lujing::ctl
