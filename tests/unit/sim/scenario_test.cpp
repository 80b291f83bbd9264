// Scenarios, core mode and the truth: what a scenario promises comes true, in the same bytes each
// time.
#include "sim/core/run.h"
#include "sim/devices/bus.h"
#include "sim/truth/book.h"
#include "sim/truth/files.h"
#include "terminal/journal/journal_reader.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

namespace lujing::sim {
namespace {

const std::string source = LUJING_SOURCE_DIR;

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

Scenario scenario_of(const std::string& text) {
  auto scenario = parse_scenario("test.toml", text, ".");
  EXPECT_TRUE(scenario) << (scenario ? "" : scenario.error().what());
  return *scenario;
}

CoreOptions options_for(const std::string& folder, unsigned jobs) {
  CoreOptions options;
  options.folder = folder;
  options.jobs = jobs;
  options.terminal.share = source + "/deploy";
  options.terminal.pki = folder + "/pki";
  return options;
}

std::vector<std::string> library() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(source + "/sim/scenarios")) {
    if (entry.path().extension() == ".toml") {
      files.push_back(entry.path().string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

TEST(Scenario, ATypoIsRefusedWithLineAndNearestKey) {
  const auto bad = parse_scenario("a.toml",
                                  "seed = 3\n[[vehicle]]\nid = \"M-1\"\ntype = \"muck\"\n"
                                  "[[vehicle.task]]\ndo = \"haul\"\nsael = false\n",
                                  ".");
  ASSERT_FALSE(bad);
  EXPECT_NE(bad.error().what().find("a.toml:7:"), std::string::npos) << bad.error().what();
  EXPECT_NE(bad.error().what().find("did you mean seal?"), std::string::npos);
}

TEST(Scenario, AStartIsATimeInQuotationMarksOfOurCentury) {
  for (const char* start : {"1200-01-01T00:00:00Z", "\"1200-01-01T00:00:00Z\"", "\"tomorrow\"",
                            "2026-04-15T03:00:00Z"}) {
    const auto bad = parse_scenario(
        "a.toml",
        std::string("seed = 3\nstart = ") + start + "\n[[vehicle]]\nid = \"M\"\ntype = \"muck\"\n",
        ".");
    ASSERT_FALSE(bad) << start;
    EXPECT_NE(bad.error().what().find("a.toml:2: start: expected a UTC time in quotation marks"),
              std::string::npos)
        << bad.error().what();
  }
}

/// The rules of the catalogue (DOMAIN section 7). MT-25 is not told by a name of its own: it is
/// which of MT-11 and MT-06 comes first where fences lie over each other, in mt-25-raise and -near.
std::vector<std::string> catalogue() {
  std::vector<std::string> rules;
  for (const auto& [subject, count] : std::map<std::string, int>{
           {"MT", 24}, {"SW", 4}, {"SP", 7}, {"CV", 7}, {"GB", 3}, {"FU", 1}, {"AC", 11}}) {
    for (int n = 1; n <= count; ++n) {
      rules.push_back(subject + (n < 10 ? "-0" : "-") + std::to_string(n));
    }
  }
  return rules;
}

TEST(Scenario, EachRuleOfTheCatalogueHasOneThatRaisesItAndANearMiss) {
  const std::vector<std::string> files = library();
  EXPECT_GE(files.size(), 40U);
  std::map<bool, std::set<std::string>> expected;
  std::set<std::string> names;
  for (const std::string& file : files) {
    const auto scenario = load_scenario(file);
    ASSERT_TRUE(scenario) << scenario.error().what();
    EXPECT_FALSE(scenario->about.empty()) << file;
    names.insert(scenario->name);
    for (const Expect& expect : scenario->expect) {
      expected[expect.raise].insert(expect.rule);
    }
  }
  for (const std::string& rule : catalogue()) {
    EXPECT_TRUE(expected[true].contains(rule)) << rule << ": no scenario must raise it";
    EXPECT_TRUE(expected[false].contains(rule)) << rule << ": no near miss";
  }
  EXPECT_TRUE(names.contains("mt-25-raise") && names.contains("mt-25-near"));
}

std::string refused(const std::string& text) {
  const auto scenario = parse_scenario("a.toml", text, ".");
  if (!scenario) {
    return scenario.error().what();
  }
  const auto city = make_city(*scenario);
  return city ? "" : city.error().what();
}

TEST(Scenario, APlaceThatIsNotThereIsRefusedWithLineAndRemedy) {
  EXPECT_EQ(refused("[[vehicle]]\nid = \"M\"\ntype = \"muck\"\nstart = \"depot 9\"\n"),
            "a.toml:4: there is no depot 9 in this city; take depot 1 to 1");
  EXPECT_NE(refused("[[vehicle]]\nid = \"M\"\ntype = \"muck\"\n[vehicle.permit]\ndisposal = 3\n")
                .find("there is no disposal 3"),
            std::string::npos);
  EXPECT_NE(refused("[[vehicle]]\nid = \"S\"\ntype = \"sweeper\"\n[[vehicle.task]]\n"
                    "do = \"work\"\nat = \"secondary 99\"\n")
                .find("a.toml:6: there is no secondary 99 of 600 m"),
            std::string::npos);
  EXPECT_NE(refused("[[vehicle]]\nid = \"S\"\ntype = \"sweeper\"\nstart = \"depot 0\"\n")
                .find("counted from 1"),
            std::string::npos);
}

TEST(Scenario, WhatAVehicleCannotDoIsRefused) {
  const auto task = [](const std::string& type, const std::string& rest) {
    return refused("[[vehicle]]\nid = \"V\"\ntype = \"" + type + "\"\n[[vehicle.task]]\n" + rest);
  };
  EXPECT_NE(task("muck", "do = \"work\"\n").find("a.toml:5: "), std::string::npos);
  EXPECT_NE(task("muck", "do = \"work\"\n").find("a muck cannot work; it can: drive, stand"),
            std::string::npos);
  EXPECT_NE(task("sweeper", "do = \"work\"\nwork = \"flush\"\n").find("one of sweep"),
            std::string::npos);
  EXPECT_NE(task("sweeper", "do = \"work\"\nat = \"depot\"\n").find("along a street"),
            std::string::npos);
  EXPECT_NE(
      task("sweeper", "do = \"work\"\n[[vehicle.task.deed]]\ndo = \"hoist\"\n").find("no hoist"),
      std::string::npos);
  EXPECT_NE(task("muck", "do = \"stand\"\nat = \"depot\"\n").find("at"), std::string::npos);
  EXPECT_NE(
      task("sweeper", "do = \"stand\"\n[[vehicle.fault]]\nwhat = \"io_off\"\n").find("collector"),
      std::string::npos);
}

TEST(Scenario, WhatCannotBeMeantIsRefusedWithLineRangeAndRemedy) {
  const auto says = [](const std::string& text, const std::string& line, const std::string& what) {
    const std::string found = refused("duration_s = 600\n[[vehicle]]\nid = \"V\"\n" + text);
    EXPECT_NE(found.find("a.toml:" + line + ": "), std::string::npos) << text << "\n" << found;
    EXPECT_NE(found.find(what), std::string::npos) << text << "\n" << found;
  };
  const auto deed = [&](const std::string& type, const std::string& rest, const std::string& line,
                        const std::string& what) {
    says(
        "type = \"" + type + "\"\n[[vehicle.task]]\ndo = \"stand\"\n[[vehicle.task.deed]]\n" + rest,
        line, what);
  };
  deed("muck", "do = \"load\"\nvalue = -4\n", "9", "a number from 0 to 2, found -4");
  deed("muck", "do = \"hoist\"\nvalue = 900\n", "9", "a number from 0 to 45, found 900");
  deed("sweeper", "do = \"brush\"\nvalue = 7\n", "9", "a number from 0 to 1, found 7");
  deed("sweeper", "do = \"brush\"\nvalue = 0.4\n", "9", "1 (on) or 0 (off)");
  deed("muck", "do = \"speed\"\n", "7", "value is missing: expected a number from 1 to 120");
  deed("muck", "do = \"stop\"\nafter_s = 600\n", "9", "0 to below duration_s (600), found 600");
  const std::string fault = "type = \"muck\"\n[[vehicle.fault]]\n";
  says(fault + "what = \"switch_stuck_on\"\n", "6", "input: one of cover_closed");
  says(fault + "what = \"bus_off\"\nat_s = 700\n", "7", "set a longer duration_s");
  says(fault + "what = \"bus_off\"\nvalue = 3\n", "7", "a number from 0 to 0, found 3");
  says("type = \"sweeper\"\n[vehicle.permit]\nconstruction = 1\n", "5", "needs no permit");
  says("type = \"sweeper\"\n[[vehicle.task]]\ndo = \"work\"\nlength_m = 60000\n", "7",
       "no secondary street of this city has 60000 m; take a number from 20 to ");
  says("type = \"muck\"\n[limits]\nunsealed_s = -3\n", "6", "a number from 0 to 3600, found -3");
}

std::map<std::string, int> raised_in(const std::string& text) {
  const tests::TempDir folder;
  const Scenario scenario = scenario_of(text);
  const auto city = make_city(scenario);
  CoreOptions options = options_for(folder.path("run"), 1);
  options.journals = false;
  const auto findings = run_core(scenario, *city, options);
  EXPECT_TRUE(findings);
  std::map<std::string, int> raised;
  for (const VehicleFindings& one : *findings) {
    for (const Found& found : one.found) {
      raised[found.rule] += found.raises() ? 1 : 0;
    }
  }
  return raised;
}

TEST(Scenario, ALoadThatADeedTakesAwayOnTheRoadIsADumping) {
  for (const char* left : {"0", "0.2"}) {
    auto raised =
        raised_in(std::string("duration_s = 600\n[[vehicle]]\nid = \"M\"\ntype = \"muck\"\n"
                              "load = 0.9\n[[vehicle.task]]\ndo = \"drive\"\nat = \"disposal\"\n"
                              "[[vehicle.task.deed]]\ndo = \"load\"\nafter_s = 60\nvalue = ") +
                  left + "\n");
    EXPECT_EQ(raised["MT-05"], 1) << left;
  }
}

TEST(Scenario, AnUnpluggedAntennaIsToldByWhoHasTheWireOnly) {
  const auto text = [](const std::string& type) {
    return "duration_s = 120\n[[vehicle]]\nid = \"V\"\ntype = \"" + type +
           "\"\n[[vehicle.fault]]\nwhat = \"gnss_off\"\nat_s = 20\n"
           "[[vehicle.fault]]\nwhat = \"unit_removed\"\nat_s = 20\n";
  };
  for (const char* type : {"sweeper", "sprinkler"}) {
    auto raised = raised_in(text(type));
    EXPECT_EQ(raised["AC-02"] + raised["AC-09"], 0) << type;
  }
  for (const char* type : {"muck", "garbage"}) {
    auto raised = raised_in(text(type));
    EXPECT_EQ(raised["AC-02"], 1) << type;
    EXPECT_EQ(raised["AC-09"], 1) << type;
  }
}

TEST(Scenario, TheWholeLibraryHoldsWhatItPromises) {
  const tests::TempDir folder;
  for (const std::string& file : library()) {
    const auto scenario = load_scenario(file);
    ASSERT_TRUE(scenario);
    const auto city = make_city(*scenario);
    ASSERT_TRUE(city);
    CoreOptions options = options_for(folder.path("run"), 1);
    options.journals = false;
    const auto findings = run_core(*scenario, *city, options);
    ASSERT_TRUE(findings) << findings.error().what();
    std::vector<std::pair<std::string, std::vector<Found>>> found;
    for (const VehicleFindings& one : *findings) {
      found.emplace_back(one.vehicle, one.found);
    }
    EXPECT_EQ(broken_promises(*scenario, found), "");
  }
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
