// What a scenario's [[vehicle.plan]] means on its city: the truth judges by it, the plan's document
// says it.
#pragma once

#include "sim/scenario/scenario.h"

#include <vector>

namespace lujing::sim {

/// The links whose kerbs are asked for, both directions with `both_kerbs`; of a stretch of three or
/// more without the first and the last, which a vehicle cannot do to their ends.
std::vector<LinkId> asked_links(const City& city, const Asked& asked);
/// Of all vehicles' plans together.
std::vector<LinkId> all_asked(const Scenario& scenario, const City& city);
/// The full minute of the local day at which it is due, as seconds of the scenario.
double due_minute_s(const Scenario& scenario, const Asked& asked);

}  // namespace lujing::sim
