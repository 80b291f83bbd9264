// What several vehicles did wrong together: no one of them shows it alone, so the platform has to
// find it (CV-06, MT-23).
#pragma once

#include "sim/scenario/scenario.h"
#include "sim/truth/files.h"

#include <vector>

namespace lujing::sim {

/// Appends what is found to the truth of the vehicle it is told of: of a convoy the follower, of a
/// black site the first of its vehicles by id.
void judge_together(const Scenario& scenario, const City& city, std::vector<VehicleTruth>& all);

}  // namespace lujing::sim
