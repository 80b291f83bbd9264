// The platform of a scenario: which directives each vehicle has been told, and when.
//
//   auto dispatch = Dispatch::of(scenario, city, folder + "/city");
//   for (const Told& told : dispatch->told(plan)) ...            // core mode: observations and
//   bodies
//
// The first of each kind is in force from the beginning; later versions come when the scenario
// changes something (the weather).
#pragma once

#include "base/result.h"
#include "hal/observation.h"
#include "sim/city/city.h"
#include "sim/scenario/scenario.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace lujing::sim {

struct Told {
  double at_s = 0;  ///< second of the scenario
  hal::DirectiveInForce what;
  std::shared_ptr<const std::string> body;
};

/// Road files by what they were built of: scenarios of one city need one. Not kept beyond the
/// process, since another version of the builder makes another file of the same extract.
class RoadShelf {
 public:
  /// As `lujing-ctl roads build` makes it of that extract.
  Result<std::shared_ptr<const std::string>> of(const std::string& extract,
                                                const std::string& name);

 private:
  std::map<std::string, std::shared_ptr<const std::string>> by_hash_;
};

class Dispatch {
 public:
  /// `city_folder` has city.osm in it; city.roads is written beside it. Scenario and city must
  /// outlive it. `shelf` may be null.
  static Result<Dispatch> of(const Scenario& scenario, const City& city,
                             const std::string& city_folder, RoadShelf* shelf);
  /// Ascending in time.
  std::vector<Told> told(const VehiclePlan& plan) const;

 private:
  Dispatch(const Scenario& scenario, const City& city) : scenario_(&scenario), city_(&city) {}
  const Scenario* scenario_;
  const City* city_;
  std::vector<Told> of_all_;  ///< what every vehicle is told
  std::vector<Told> of_muck_;
};

/// FOLDER/HASH.body for each, as terminals keep them (protocol/DIRECTIVES.md).
Result<void> keep_bodies(const std::vector<Told>& told, const std::string& folder);

}  // namespace lujing::sim
