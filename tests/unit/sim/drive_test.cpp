#include "sim/city/plane.h"
#include "sim/record.h"
#include "sim/world.h"
#include "tests/unit/sim/start.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace lujing::sim {
namespace {

World demo(std::uint64_t seed) {
  return World::scenario("demo", seed, start).value();
}

double distance_to_link_m(const City& city, LinkId id, Offset at) {
  double best = 1e9;
  const auto& line = city.link(id).line;
  for (std::size_t i = 1; i < line.size(); ++i) {
    best = std::min(best, distance_to_segment_m(at, line[i - 1], line[i]));
  }
  return best;
}

class AnyDay : public testing::TestWithParam<std::uint64_t> {};

TEST_P(AnyDay, VehiclesStayOnTheirStreets) {
  World world = demo(GetParam());
  for (int step = 0; step < 50 * 1200; ++step) {
    world.step();
    if (step % 25 != 0) {
      continue;
    }
    for (const Vehicle& vehicle : world.vehicles()) {
      const VehicleState& state = vehicle.state();
      // Within the carriageway; at a corner the kerb is round and gives way.
      const Link& link = world.city().link(state.link);
      const double to_end_m = std::min(length_m(minus(state.at, link.line.front())),
                                       length_m(minus(state.at, link.line.back())));
      // A dead end is turned in on the ground about it.
      const auto& nodes = world.city().nodes();
      const bool turns = nodes[link.from].turning || nodes[link.to].turning;
      const double allowed_m = world.city().half_width_m(state.link) + (to_end_m >= 25 ? 0.5
                                                                        : turns        ? 12.0
                                                                                       : 4.0);
      ASSERT_LT(distance_to_link_m(world.city(), state.link, state.at), allowed_m)
          << vehicle.config().id << " at " << state.t_s << " s on "
          << world.city().street_of(state.link).name;
    }
  }
}

TEST_P(AnyDay, NothingMovesAsNoTruckCan) {
  World world = demo(GetParam());
  std::vector<VehicleState> before;
  for (int step = 0; step < 50 * 1200; ++step) {
    world.step();
    for (std::size_t i = 0; i < world.vehicles().size(); ++i) {
      const VehicleState& now = world.vehicles()[i].state();
      if (before.size() == i) {
        before.push_back(now);
        continue;
      }
      const VehicleState& last = before[i];
      EXPECT_LE(now.speed_mps, world.city().speed_limit_mps(now.link) * 1.2);
      EXPECT_GT(now.accel_mps2, -2.6);
      EXPECT_LT(now.accel_mps2, 1.1);
      const double moved = length_m(minus(now.at, last.at));
      ASSERT_LE(moved, std::max(now.speed_mps, last.speed_mps) * World::step_s * 1.3 + 0.02)
          << "a jump at " << now.t_s << " s";
      if (now.speed_mps > 1.0) {
        const double turned = std::abs(wrap_pi(now.heading_rad - last.heading_rad));
        EXPECT_LE(turned * now.speed_mps / World::step_s, 6.0) << "sideways at " << now.t_s;
      }
      before[i] = now;
    }
  }
}

TEST_P(AnyDay, EverybodyDoesHisWork) {
  World world = demo(GetParam());
  bool swept = false;
  bool sprinkled = false;
  bool tipped = false;
  for (int step = 0; step < 50 * 1800; ++step) {
    world.step();
    const auto& vehicles = world.vehicles();
    const VehicleState& sweeper = vehicles[0].state();
    const bool sweeps = sweeper.body.brush_rpm > 100 && sweeper.body.suction_down == 1.0;
    swept = swept || (sweeps && sweeper.speed_mps > 1.0);
    EXPECT_FALSE(sweeps && sweeper.speed_mps > 8.0 / 3.6) << "too fast to sweep";
    sprinkled =
        sprinkled || (vehicles[1].state().body.water_pump && vehicles[1].state().speed_mps > 2.0);
    tipped = tipped || vehicles[2].state().body.hoist_deg > 40;
  }
  EXPECT_TRUE(swept);
  EXPECT_TRUE(sprinkled);
  EXPECT_TRUE(tipped);
  for (const Vehicle& vehicle : world.vehicles()) {
    EXPECT_GT(vehicle.state().odometer_m, 1500) << vehicle.config().id;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, AnyDay, testing::Values(1, 3, 7, 20));

TEST(World, HoldsAtRedLights) {
  World world = demo(7);
  int stops = 0;
  double standing_s = 0;
  for (int step = 0; step < 50 * 1800; ++step) {
    world.step();
    const VehicleState& truck = world.vehicles()[2].state();
    const Link& link = world.city().link(truck.link);
    const bool at_light =
        world.city().nodes()[link.to].lights && length_m(minus(truck.at, link.line.back())) < 35;
    standing_s = at_light && truck.speed_mps == 0 ? standing_s + World::step_s : 0;
    if (standing_s > 3 && standing_s < 3 + World::step_s * 1.5) {
      ++stops;
    }
    ASSERT_LT(standing_s, 60) << "it never goes on";
  }
  EXPECT_GT(stops, 2);
}

/// Who waits behind others stands so much farther back, and moves off after them.
TEST(World, QueuesBehindWhoIsThere) {
  World world = demo(7);
  int queued = 0;
  int before = 0;
  double stood_at_s = 0;
  for (int step = 0; step < 50 * 1800; ++step) {
    world.step();
    const VehicleState& truck = world.vehicles()[2].state();
    const City& city = world.city();
    const Link& link = city.link(truck.link);
    if (truck.queued > 0 && truck.speed_mps == 0) {
      stood_at_s = truck.t_s;
      const double to_crossing_m = length_m(minus(truck.at, link.line.back()));
      EXPECT_GT(to_crossing_m, Queue::place_m * truck.queued);
      EXPECT_LT(to_crossing_m, Queue::place_m * truck.queued + 40);
    }
    if (before > 0 && truck.queued == 0 && stood_at_s > truck.t_s - 1) {
      ++queued;
      EXPECT_TRUE(city.green(truck.link, truck.t_s));
      EXPECT_FALSE(city.green(truck.link, truck.t_s - 2 * before - 3)) << "2 s for each before it";
    }
    before = truck.queued;
  }
  EXPECT_GT(queued, 0);
}

TEST(World, IsTheSameDayForTheSameSeed) {
  for (const auto record : {record_nmea, record_candump}) {
    for (std::size_t vehicle = 0; vehicle < 3; ++vehicle) {
      std::ostringstream first;
      std::ostringstream second;
      std::ostringstream other;
      World a = demo(3);
      World b = demo(3);
      World c = demo(4);
      record(a, vehicle, 60, first);
      record(b, vehicle, 60, second);
      record(c, vehicle, 60, other);
      EXPECT_FALSE(first.str().empty());
      EXPECT_EQ(first.str(), second.str());
      EXPECT_NE(first.str(), other.str());
    }
  }
}

TEST(World, RefusesWhatItDoesNotHave) {
  const auto scenario = World::scenario("rush hour", 7, start);
  ASSERT_FALSE(scenario);
  EXPECT_EQ(scenario.error().what(), "no scenario 'rush hour'; there is: demo");
  const World world = demo(7);
  EXPECT_EQ(*world.find("muck"), 2U);
  EXPECT_EQ(*world.find("M-003"), 2U);
  const auto vehicle = world.find("tram");
  ASSERT_FALSE(vehicle);
  EXPECT_NE(vehicle.error().what().find("S-001 (sweeper)"), std::string::npos);
}

}  // namespace
}  // namespace lujing::sim
