// The city, its vehicles and the time: one step moves everything on by 20 ms.
#pragma once

#include "base/result.h"
#include "base/time.h"
#include "sim/city/city.h"
#include "sim/devices/nmea.h"
#include "sim/scenario/scenario.h"
#include "sim/vehicle/vehicle.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace lujing::sim {

class World {
 public:
  static constexpr double step_s = 0.02;

  /// "demo": a sweeper and a sprinkler at work, and a muck truck that is about to leave the
  /// construction site with its cover open. The same seed gives the same day.
  static Result<World> scenario(const std::string& name, std::uint64_t seed, UtcTime start);

  /// A scenario's city and vehicles at its start; vehicle n is plans()[n]'s.
  static World of(const Scenario& scenario, City city);

  void step();
  double t_s() const { return static_cast<double>(steps_) * step_s; }
  UtcTime utc() const { return {start_.ms + steps_ * 20}; }
  /// Whether this step began a second of UTC, which is when receivers measure.
  bool on_the_second() const { return utc().ms % 1000 < 20; }

  const City& city() const { return city_; }
  const std::vector<Vehicle>& vehicles() const { return vehicles_; }
  /// By id ("M-003") or type ("muck").
  Result<std::size_t> find(const std::string& id_or_type) const;
  AntennaTruth antenna(std::size_t vehicle) const;
  /// The sky over it, its faults counted; open for a vehicle without a plan.
  SkyCondition sky(std::size_t vehicle) const;
  /// Empty for a world that was not made of a scenario.
  const std::vector<VehiclePlan>& plans() const { return plans_; }
  Weather weather() const { return scenario_.weather_at(t_s()); }
  std::uint64_t seed() const { return seed_; }

 private:
  World(City city, std::uint64_t seed, UtcTime start)
      : city_(std::move(city)), seed_(seed), start_(start) {}

  City city_;
  std::vector<Vehicle> vehicles_;
  std::vector<VehiclePlan> plans_;
  Scenario scenario_;  ///< its weather and its sky; else what a scenario has without them
  std::uint64_t seed_;
  UtcTime start_;
  std::int64_t steps_ = 0;
};

}  // namespace lujing::sim
