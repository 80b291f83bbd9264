// What a platform would send to the vehicles of a scenario, as the documents that terminals read:
// fences and roads of the city, permits, plans, and a rule set with the scenario's numbers.
//
// Fences are named by fence_id(): "construction-1", "disposal-2", "wash-1"; zones "forbidden-1" and
// "weak_bridge-1"; approved roads "road-1-2" (site 1 to disposal site 2) and "road-1-2-back".
#pragma once

#include "base/result.h"
#include "sim/city/city.h"
#include "sim/scenario/scenario.h"

#include <string>
#include <string_view>

namespace lujing::sim {

/// How fences, permits and the truth name a site of the city.
std::string fence_id(const City& city, const Site& site);

/// GeoJSON; empty for a city without sites, which has nothing to fence.
std::string fences_document(const Scenario& scenario, const City& city);
/// TOML: of all vehicles together, as an authority grants them.
std::string permits_document(const Scenario& scenario, const City& city);
/// TOML: what this vehicle is asked to clean or collect, in that weather. Empty: nothing.
std::string plan_document(const Scenario& scenario, const City& city, const VehiclePlan& plan,
                          const Weather& weather, std::uint64_t version);
/// TOML: the limits that the platform has ordered for this vehicle and not released at that moment.
std::string limits_document(const VehiclePlan& plan, double at_s);
/// A city profile (TOML) with the scenario's limits in place of its own numbers.
std::string rule_set_document(std::string_view profile, const Scenario& scenario);

}  // namespace lujing::sim
