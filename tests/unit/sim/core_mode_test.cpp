// Core mode: the same bytes each time, and the journal that the devices would have made.
#include "sim/devices/bus.h"
#include "sim/truth/files.h"
#include "terminal/journal/journal_reader.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/sim/scenario_support.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

namespace lujing::sim {
namespace {

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::map<std::string, std::string> all_files(const std::string& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.path().filename() != "terminal.toml") {
      files[std::filesystem::relative(entry.path(), folder).string()] = read(entry.path().string());
    }
  }
  return files;
}

TEST(CoreMode, TheSameSeedGivesTheSameBytesHoweverManyThreads) {
  const tests::TempDir folder;
  Scenario scenario = scenario_of(
      "duration_s = 240\n[[vehicle]]\nid = \"M\"\ntype = \"muck\"\ncount = 3\n"
      "[[vehicle.task]]\ndo = \"shift\"\nbehaviour = \"cheat\"\n"
      "[[vehicle.fault]]\nwhat = \"power_cut\"\nat_s = 60\nfor_s = 20\n"
      "[[vehicle]]\nid = \"S\"\ntype = \"sweeper\"\nstart = \"branch 2\"\n"
      "[[vehicle.task]]\ndo = \"work\"\nat = \"branch 2\"\n");
  const auto run = [&](const std::string& name, unsigned jobs) {
    const auto city = make_city(scenario);
    const auto findings = run_core(scenario, *city, options_for(folder.path(name), jobs));
    EXPECT_TRUE(findings);
    return all_files(folder.path(name));
  };
  const auto first = run("a", 1);
  const auto second = run("b", 3);
  EXPECT_EQ(first, second);
  EXPECT_EQ(std::count_if(first.begin(), first.end(),
                          [](const auto& f) { return f.first.ends_with(".ljj"); }),
            7)
      << "three trucks booted twice, the sweeper once";
  scenario.seed = scenario.city.seed = 8;
  EXPECT_NE(first, run("c", 1));
}

TEST(CoreMode, TheJournalSaysWhatTheDevicesWould) {
  const tests::TempDir folder;
  const Scenario scenario = *load_scenario(source + "/sim/scenarios/mt-01-raise.toml");
  const auto city = make_city(scenario);
  ASSERT_TRUE(run_core(scenario, *city, options_for(folder.path(), 1)));
  auto journal = journal::Journal::open(folder.path("M-001/data/journal"));
  ASSERT_TRUE(journal) << journal.error().what();
  hal::Observation observation;
  std::map<std::size_t, int> kinds;
  BootTime last;
  int open_cover = 0;
  while (journal->next(observation)) {
    ++kinds[observation.what.index()];
    EXPECT_GE(observation.at.ns + ns_per_s, last.ns);
    last = observation.at;
    const auto* input = std::get_if<hal::Switch>(&observation.what);
    open_cover += input != nullptr && input->id == 0 && input->state == hal::SwitchState::off;
  }
  EXPECT_FALSE(journal->damage().any());
  EXPECT_EQ(kinds[0], 1) << "one boot";
  EXPECT_NEAR(kinds[1], 700, 2) << "a fix a second";
  EXPECT_NEAR(kinds[2], 700, 2);
  EXPECT_NEAR(kinds[9], 700, 2) << "a tick a second";
  EXPECT_NEAR(kinds[3], 7000, 40) << "the wheel speed ten times a second";
  EXPECT_GT(open_cover, 2);
}

/// The antenna's error east and north over an hour.
struct Spread {
  double east = 0;
  double north = 0;
  double worst = 0;
  int fixes = 0;
};
Spread spread_of(const SkyCondition& sky) {
  Receiver receiver(5, "x");
  const AntennaTruth truth{GeoPoint::from_degrees(30.39, 114.89), 20, 3, 1.0};
  Spread spread;
  for (int second = 0; second < 7200; ++second) {
    const GnssEpoch epoch = receiver.measure(truth, sky, {1'760'000'000'000 + second * 1000L});
    if (epoch.mode == 0) {
      continue;
    }
    const Offset error = offset(truth.place, epoch.place);
    spread.east += error.east_m * error.east_m;
    spread.north += error.north_m * error.north_m;
    spread.worst = std::max(spread.worst, distance_m(truth.place, epoch.place));
    ++spread.fixes;
  }
  spread.east = std::sqrt(spread.east / std::max(1, spread.fixes));
  spread.north = std::sqrt(spread.north / std::max(1, spread.fixes));
  return spread;
}

TEST(Receiver, ErrsAsItsModelSays) {
  const Spread open = spread_of({});
  EXPECT_EQ(open.fixes, 7200);
  EXPECT_GT(open.east, 0.9);
  EXPECT_LT(open.east, 3.0);
  EXPECT_GT(open.north, 1.0);
  EXPECT_LT(open.north, 3.4);
  SkyCondition canyon;
  canyon.canyon = 0.9;
  const Spread deep = spread_of(canyon);
  EXPECT_GT(deep.east, 2 * open.east);
  EXPECT_LT(deep.worst, 90);
  EXPECT_GT(deep.fixes, 3000) << "worse, not gone";
}

TEST(Receiver, LosesFreezesAndBelievesAsItIsMadeTo) {
  SkyCondition covered;
  covered.covered = true;
  EXPECT_EQ(spread_of(covered).fixes, 0);
  SkyCondition jammed;
  jammed.jammed = true;
  EXPECT_EQ(spread_of(jammed).fixes, 0);
  SkyCondition spoofed;
  spoofed.spoofed = true;
  spoofed.spoof = {300, 400};
  EXPECT_NEAR(spread_of(spoofed).east, 300, 10);
  Receiver receiver(5, "x");
  AntennaTruth truth{GeoPoint::from_degrees(30.39, 114.89), 20, 3, 1.0};
  const GnssEpoch before = receiver.measure(truth, {}, {1'760'000'000'000});
  SkyCondition frozen;
  frozen.frozen = true;
  truth.place = moved(truth.place, {500, 0});
  const GnssEpoch held = receiver.measure(truth, frozen, {1'760'000'001'000});
  EXPECT_EQ(held.place, before.place);
  EXPECT_EQ(held.speed_mps, 0);
  EXPECT_LT(held.cn0_mean_dbhz(), before.cn0_mean_dbhz() - 10);
  Receiver cold(5, "x", true);
  int first = -1;
  for (int second = 0; first < 0 && second < 100; ++second) {
    first = cold.measure(truth, {}, {1'760'000'000'000 + second * 1000L}).mode > 0 ? second : -1;
  }
  EXPECT_NEAR(first, 32, 4);
}

TEST(Bus, HearsWithoutFramesWhatIsInThem) {
  Bus framed(VehicleType::washer_sweeper, 7, "S-1");
  Bus heard(VehicleType::washer_sweeper, 7, "S-1");
  ASSERT_TRUE(heard.listen("CCVS1", "WheelBasedVehicleSpeed", 0));
  ASSERT_TRUE(heard.listen("VDC2", "YawRate", 1));
  ASSERT_FALSE(heard.listen("CCVS1", "Nonsense", 2));
  VehicleState state;
  for (int step = 1; step < 3000; ++step) {
    state.t_s = step * 0.02;
    state.speed_mps = 5 + 4 * std::sin(step * 0.003);
    state.yaw_rate_rps = 0.3 * std::sin(step * 0.01);
    std::map<std::size_t, double> values;
    heard.hear(state, 0.02, [&](std::size_t number, double value) { values[number] = value; });
    for (const CanFrame& frame : framed.step(state, 0.02)) {
      const auto word = [&](std::size_t byte) {
        return static_cast<double>(frame.data[byte] + 256 * frame.data[byte + 1]);
      };
      if (frame.id == 0x18FEF100) {
        EXPECT_DOUBLE_EQ(word(1) / 256, values.at(0));
      } else if (frame.id == 0x18F0090B) {
        EXPECT_DOUBLE_EQ(word(3) / 8192 - 3.92, values.at(1));
      }
    }
  }
}

class AnyTrade : public testing::TestWithParam<VehicleType> {};

TEST_P(AnyTrade, DrivesAsAVehicleCanAndKeepsToItsStreet) {
  Scenario scenario = scenario_of(
      "duration_s = 1500\n[[vehicle]]\nid = \"X\"\ntype = \"muck\"\n"
      "[[vehicle.task]]\ndo = \"shift\"\n");
  scenario.vehicles[0].type = GetParam();
  const auto city = make_city(scenario);
  Vehicle vehicle = make_vehicle(*city, scenario.vehicles[0], 11);
  VehicleState last = vehicle.state();
  double moving_s = 0;
  for (int step = 1; step < 50 * 1500; ++step) {
    vehicle.step(*city, step * 0.02, 0.02);
    const VehicleState& now = vehicle.state();
    ASSERT_LT(now.accel_mps2, 1.1);
    ASSERT_GT(now.accel_mps2, -2.6);
    const double moved = distance_m(city->place(now.at), city->place(last.at));
    if (now.order ==
        last.order) {  // a new path begins where the last one ended, but for a hand's breadth
      ASSERT_LE(moved, std::max(now.speed_mps, last.speed_mps) * 0.02 * 1.4 + 0.05) << now.t_s;
    }
    const Link& link = city->link(now.link);
    const bool inner = now.along_m > 30 && now.along_m < link.length_m - 30;
    if (inner && !link.roundabout) {
      ASSERT_GT(now.right_gap_m, -0.2) << "over the kerb at " << now.t_s;
      ASSERT_GT(now.left_gap_m, -0.2) << "over the other kerb at " << now.t_s;
    }
    if (now.speed_mps > 2 && inner) {
      // No truck turns in less than 5.5 m.
      ASSERT_LT(std::abs(now.yaw_rate_rps), now.speed_mps / 5.5 + 0.1) << now.t_s;
    }
    moving_s += now.speed_mps > 0.5 ? 0.02 : 0;
    last = now;
  }
  EXPECT_GT(moving_s, 150);
}

INSTANTIATE_TEST_SUITE_P(Trades, AnyTrade,
                         testing::Values(VehicleType::sweeper, VehicleType::washer_sweeper,
                                         VehicleType::sprinkler, VehicleType::fog_cannon,
                                         VehicleType::garbage, VehicleType::muck));

}  // namespace
}  // namespace lujing::sim
