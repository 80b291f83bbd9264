#include "sim/world.h"

#include "sim/city/plane.h"
#include "sim/city/route.h"
#include "sim/vehicle/drivers.h"

#include <algorithm>

namespace lujing::sim {
namespace {

/// The middle of the nearest link of that class from which its street goes on for a while.
Spot near(const City& city, Offset wish, RoadClass road_class) {
  Spot best;
  double best_m = 1e9;
  for (LinkId id = 0; id < city.links().size(); ++id) {
    const Link& link = city.link(id);
    const double distance = length_m(minus(link.line[link.line.size() / 2], wish));
    if (city.street_of(id).road_class == road_class && distance < best_m &&
        along_street(city, id).size() >= 4) {
      best_m = distance;
      best = {id, link.length_m / 2};
    }
  }
  return best;
}

}  // namespace

Result<World> World::scenario(const std::string& name, std::uint64_t seed, UtcTime start) {
  if (name != "demo") {
    return Error("no scenario '" + name + "'; there is: demo");
  }
  CityConfig config;
  config.seed = seed;
  World world(City::generate(config), seed, {start.ms / 20 * 20});
  const City& city = world.city_;
  const auto add = [&](VehicleConfig vehicle, std::unique_ptr<Driver> driver) {
    world.vehicles_.emplace_back(city, std::move(vehicle), std::move(driver), seed);
  };
  add({"S-001",
       "鄂GS1208",
       VehicleType::sweeper,
       near(city, {-350, 100}, RoadClass::secondary),
       {}},
      make_sweeper_driver());
  add({"W-002",
       "鄂GW3316",
       VehicleType::sprinkler,
       near(city, {250, -350}, RoadClass::arterial),
       {}},
      make_sprinkler_driver());
  Body half_loaded;
  half_loaded.cover_open = 1;
  half_loaded.load_share = 0.6;
  add({"M-003", "鄂G12345", VehicleType::muck, city.site(SiteKind::construction).gate, half_loaded},
      make_muck_driver());
  return world;
}

World World::of(const Scenario& scenario, City city) {
  World world(std::move(city), scenario.seed, scenario.start);
  for (const VehiclePlan& plan : scenario.vehicles) {
    world.vehicles_.push_back(make_vehicle(world.city_, plan, scenario.seed));
  }
  world.plans_ = scenario.vehicles;
  world.scenario_.weather = scenario.weather;
  world.scenario_.changes = scenario.changes;
  world.scenario_.sky = scenario.sky;
  return world;
}

SkyCondition World::sky(std::size_t vehicle) const {
  return plans_.empty()
             ? SkyCondition{}
             : sky_at(city_, vehicles_[vehicle].state(), plans_[vehicle].faults, scenario_.sky);
}

void World::step() {
  ++steps_;
  for (Vehicle& vehicle : vehicles_) {
    vehicle.step(city_, t_s(), step_s);
  }
}

Result<std::size_t> World::find(const std::string& id_or_type) const {
  std::string known;
  for (std::size_t i = 0; i < vehicles_.size(); ++i) {
    const VehicleConfig& config = vehicles_[i].config();
    if (config.id == id_or_type || name_of(config.type) == id_or_type) {
      return i;
    }
    known += (i == 0 ? "" : ", ") + config.id + " (" + name_of(config.type) + ")";
  }
  return Error("no vehicle '" + id_or_type + "'; there are: " + known);
}

AntennaTruth World::antenna(std::size_t vehicle) const {
  const VehicleState& state = vehicles_[vehicle].state();
  return {city_.place(state.at), 20.0, state.speed_mps, state.heading_rad};
}

}  // namespace lujing::sim
