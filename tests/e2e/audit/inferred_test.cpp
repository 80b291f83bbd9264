// Rates out of tracks alone: of vehicles that tell nothing of their machine, in the grade that says
// so.
#include "base/time.h"
#include "tests/support/shared_data.h"
#include "tests/support/system.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <map>
#include <memory>
#include <set>
#include <sstream>

namespace lujing::testing {
namespace {

using nlohmann::json;

const std::string machine = std::string(LUJING_SOURCE_DIR) + "/deploy/vehicles/no_signals.toml";

/// A simulated sweeper's way as a tracker would tell it that knows nothing else, and what it swept.
class Inferred : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir_ = std::make_unique<TempDir>();
    Process sim({program("lujing-sim"), "run",
                 std::string(LUJING_SOURCE_DIR) + "/sim/scenarios/honest-sweeper.toml", "--share",
                 std::string(LUJING_SOURCE_DIR) + "/deploy", "--out", *dir_ / "run"},
                *dir_ / "sim.log");
    ASSERT_EQ(sim.wait(std::chrono::seconds(60)), 0) << sim.log();
    std::ifstream track(*dir_ / "run/truth/track/S-001.jsonl");
    std::ofstream fixes(tracks());
    fixes << "track,t_unix,lat,lon\n" << std::fixed << std::setprecision(7);
    for (std::string line; std::getline(track, line);) {
      const json one = json::parse(line);
      const double t_s = one["t_s"];
      if (std::fmod(t_s, 5) != 0) continue;
      fixes << "S-001," << 1'776'196'800 + t_s << "," << one["lat"].get<double>() << ","
            << one["lon"].get<double>() << "\n";
    }
    std::ifstream kerbs(*dir_ / "run/truth/kerbs.jsonl");
    for (std::string line; std::getline(kerbs, line);) {
      const json kerb = json::parse(line);
      if (kerb["work"] != "wash-sweep") continue;
      swept_m_ += kerb["to_m"].get<double>() - kerb["from_m"].get<double>();
    }
    ASSERT_GT(swept_m_, 500);
  }
  static void TearDownTestSuite() { dir_.reset(); }
  static std::string tracks() { return *dir_ / "fixes.csv"; }
  static std::string roads() { return *dir_ / "run/city/city.roads"; }

  /// Exit code, and what it said.
  static std::pair<int, std::string> said(const std::vector<std::string>& more) {
    static int times = 0;
    std::vector<std::string> command = {program("lujing-ctl"), "coverage"};
    command.insert(command.end(), more.begin(), more.end());
    Process process(command, *dir_ / ("said-" + std::to_string(++times)));
    const int code = process.wait(std::chrono::seconds(60));
    return {code, process.log()};
  }

  static std::unique_ptr<TempDir> dir_;
  static double swept_m_;
};
std::unique_ptr<TempDir> Inferred::dir_;
double Inferred::swept_m_ = 0;

TEST_F(Inferred, EveryRateOfATrackIsMarked) {
  const json told = json::parse(
      ctl({"coverage", "--tracks", tracks(), "--roads", roads(), "--machine", machine, "--json"}));
  EXPECT_EQ(told["grade"], "inferred");
  ASSERT_FALSE(told["rates"].empty());
  for (const json& row : told["rates"]) {
    EXPECT_EQ(row["grade"], "inferred") << row;
    EXPECT_EQ(row["km"]["inferred"], row["km"]["covered"]) << row;
  }
  ASSERT_EQ(told["vehicles"].size(), 1U);
  EXPECT_EQ(told["vehicles"][0]["grade"], "inferred");
  const json& all = told["rates"][0];
  ASSERT_EQ(all["group"], "all");
  // A kerb of a two-way road is half of it. What it swept is credited; and what it crawled without
  // a brush, too: that is why the grade is what it is.
  EXPECT_GT(all["km"]["covered"].get<double>(), 0.9 * swept_m_ / 2000);
  EXPECT_LT(all["km"]["covered"].get<double>(), all["km"]["whole"].get<double>());
}

TEST_F(Inferred, TheTableSaysItToo) {
  const std::string said =
      ctl({"coverage", "--tracks", tracks(), "--roads", roads(), "--machine", machine});
  EXPECT_EQ(said.rfind("grade      inferred", 0), 0U) << said;
  EXPECT_NE(said.find("each rate above: grade inferred"), std::string::npos) << said;
}

TEST_F(Inferred, AFixInFourMinutesTellsNothing) {
  // A fix in four minutes: nobody knows what was between.
  std::ifstream all(tracks());
  std::ofstream sparse(*dir_ / "sparse.csv");
  std::string line;
  for (std::size_t i = 0; std::getline(all, line); ++i) {
    if (i == 0 || i % 48 == 1) sparse << line << "\n";
  }
  sparse.close();
  const json told = json::parse(ctl({"coverage", "--tracks", *dir_ / "sparse.csv", "--roads",
                                     roads(), "--machine", machine, "--json"}));
  EXPECT_EQ(told["rates"][0]["km"]["covered"], 0.0);
  EXPECT_EQ(told["vehicles"][0]["work_hours"], 0.0);
  EXPECT_GT(told["vehicles"][0]["unknown_km"], 0.5);
}

TEST_F(Inferred, ARateOfTracksThatDoNotFitIsDoubted) {
  const auto asked = [&](std::vector<std::string> more) {
    more.insert(more.end(), {"--roads", roads()});
    return said(more);
  };
  std::ifstream all(tracks());
  std::string head;
  std::getline(all, head);
  std::vector<std::string> lines;
  for (std::string line; std::getline(all, line);) lines.push_back(line);
  std::ofstream(*dir_ / "moved.csv")
      << head << "\n"
      << [&] {
           std::string moved;
           for (std::size_t i = 0; i < 100; ++i) {
             moved += "S-001," + std::to_string(1'700'000'000 + i) + ",48.1,11.5\n";
           }
           return moved;
         }();
  const auto [elsewhere, why] = asked({"--tracks", *dir_ / "moved.csv", "--machine", machine});
  EXPECT_EQ(elsewhere, 3) << why;
  EXPECT_NE(why.find("DOUBTFUL   only 0 of 100 fixes lie on a road"), std::string::npos) << why;
  EXPECT_NE(why.find("outside the network"), std::string::npos) << why;
  std::reverse(lines.begin(), lines.end());
  std::ofstream newest_first(*dir_ / "newest.csv");
  newest_first << head << "\n";
  for (const std::string& line : lines) newest_first << line << "\n";
  newest_first.close();
  const auto [turned, order] = asked({"--tracks", *dir_ / "newest.csv", "--machine", machine});
  EXPECT_EQ(turned, 3) << order;
  EXPECT_NE(order.find("in the order of their times"), std::string::npos) << order;
  const std::string folder = machine.substr(0, machine.rfind('/'));
  const auto [signals, remedy] =
      asked({"--tracks", tracks(), "--machine", folder + "/sweeper.toml"});
  EXPECT_EQ(signals, 1);
  EXPECT_NE(remedy.find("no_signals.toml"), std::string::npos) << remedy;
  std::ofstream(*dir_ / "wrong.csv") << "name,radius_m,lat,lon\nA,-5,30.4,114.9\n";
  const auto [radius, range] =
      asked({"--tracks", tracks(), "--machine", machine, "--stops", *dir_ / "wrong.csv"});
  EXPECT_EQ(radius, 1);
  EXPECT_NE(range.find("wrong.csv:2: radius_m: expected 1 to 1000"), std::string::npos) << range;
}

TEST_F(Inferred, WithoutRoadsThereIsNoRate) {
  const json told =
      json::parse(ctl({"coverage", "--tracks", tracks(), "--machine", machine, "--json"}));
  EXPECT_EQ(told["rates"], "not applicable");
  EXPECT_GT(told["vehicles"][0]["effective_km"], 0.5);
}

TEST_F(Inferred, WhatIsNoTrackIsRefused) {
  std::ofstream(*dir_ / "none.csv") << "vehicle,when\nS-001,now\n";
  Process process(
      {program("lujing-ctl"), "coverage", "--tracks", *dir_ / "none.csv", "--machine", machine},
      *dir_ / "said");
  EXPECT_EQ(process.wait(std::chrono::seconds(20)), 1);
  EXPECT_NE(process.log().find("needed are track,t_unix,lat,lon"), std::string::npos)
      << process.log();
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream in(line);
  for (std::string cell; std::getline(in, cell, ',');) cells.push_back(cell);
  return cells;
}

/// Weekdays and routes of a city's list: two routes, one of them not on a Friday.
TEST_F(Inferred, StopsAreCountedByRouteAndWeekday) {
  std::ofstream(*dir_ / "list.csv") << "\xEF\xBB\xBFroute,stop_name,lat,lon,days\n"
                                       "甲,A,30.1,114.1,\"一,五\"\n"
                                       "甲,B,30.2,114.1,\"五\"\n"
                                       "乙,A,30.1,114.1,\n"
                                       "丙,C,30.3,114.1,\"一,日\"\n";
  // 08:00 of 2026-05-01, a Friday, in a zone of its own.
  std::ofstream(*dir_ / "stood.csv") << "vehicle,time_local,lat,lon\n"
                                        "T-1,2026-05-01T08:00:00,30.1,114.1\n"
                                        "T-1,2026-05-01T08:00:20,30.1,114.1\n"
                                        "T-1,2026-05-01T08:00:40,30.1,114.1\n";
  const std::vector<std::string> words = {
      "coverage",         "--tracks", *dir_ / "stood.csv", "--stops", *dir_ / "list.csv",
      "--utc-offset-min", "-300",     "--machine",         machine,   "--json"};
  std::vector<std::string> friday = words;
  friday.insert(friday.end(), {"--day", "2026-05-01"});
  const json told = json::parse(ctl(friday))["stops"];
  EXPECT_EQ(told["asked"], 3) << told.dump(2);
  EXPECT_EQ(told["other_weekdays"], 1);
  EXPECT_TRUE(told["weekdays_asked"].get<bool>());
  EXPECT_EQ(told["served"], 2) << "two routes stop at one place";
  ASSERT_EQ(told["routes"].size(), 2U);
  for (const json& route : told["routes"]) {
    EXPECT_EQ(route["grade"], "inferred");
    EXPECT_EQ(route["served"], 1);
    EXPECT_EQ(route["rate"], route["route"] == "甲" ? 0.5 : 1.0);
  }
  const json all = json::parse(ctl(words));
  EXPECT_EQ(all["stops"]["asked"], 4);
  EXPECT_FALSE(all["stops"]["weekdays_asked"].get<bool>());
  EXPECT_NE(all["why_no_rates"].dump().find("OpenStreetMap"), std::string::npos);
  std::ofstream(*dir_ / "list.csv") << "name,lat,lon,days\nA,30.1,114.1,Mon\n";
  const auto [code, why] = said({"--tracks", *dir_ / "stood.csv", "--stops", *dir_ / "list.csv",
                                 "--machine", machine, "--day", "2026-05-01"});
  EXPECT_EQ(code, 1);
  EXPECT_NE(why.find("list.csv:2: days: expected weekdays"), std::string::npos) << why;
  std::ofstream(*dir_ / "list.csv") << "name,lat,lon\nA,-30.1,114.1\n";
  const auto [doubtful, where] =
      said({"--tracks", *dir_ / "stood.csv", "--stops", *dir_ / "list.csv", "--machine", machine});
  EXPECT_EQ(doubtful, 3);
  EXPECT_NE(where.find("no fix lies near any stop"), std::string::npos) << where;
}

/// Jersey City's vehicles as the file is, a fix a minute; those named S- crawl.
TEST_F(Inferred, RecordedTrucksThatCrawl) {
  const auto shared = test_support::shared_data();
  if (!shared) GTEST_SKIP() << "the recordings are not here: set LUJING_SHARED_DATA";
  const auto recorded = *shared / "sanitation" / "jersey-city-garbage-trucks.csv";
  if (!std::filesystem::exists(recorded)) GTEST_SKIP() << "no recording of Jersey City's trucks";
  const json told = json::parse(ctl({"coverage", "--tracks", recorded, "--utc-offset-min", "-300",
                                     "--machine", machine, "--json"}));
  double sweepers = 0;
  double others = 0;
  double sweepers_known = 0;
  double others_known = 0;
  for (const json& one : told["vehicles"]) {
    EXPECT_EQ(one["grade"], "inferred");
    const bool sweeper = one["vehicle"].get<std::string>().rfind("S-", 0) == 0;
    (sweeper ? sweepers : others) += one["work_hours"].get<double>();
    (sweeper ? sweepers_known : others_known) += one["hours"].get<double>();
  }
  EXPECT_GT(sweepers / sweepers_known, others / others_known) << "those that crawl work more";
  std::printf("S-: %.1f of %.1f h at work, others %.1f of %.1f h\n", sweepers, sweepers_known,
              others, others_known);
}

/// Tainan's list of routes as the file is: a truck that stops at nine of ten stops of the first one
/// has served those.
TEST_F(Inferred, RecordedRoutesAsStops) {
  const auto shared = test_support::shared_data();
  if (!shared) GTEST_SKIP() << "the recordings are not here: set LUJING_SHARED_DATA";
  const auto list = *shared / "sanitation" / "tainan-garbage-routes.csv";
  std::ifstream planned(list);
  if (!planned) GTEST_SKIP() << "no routes of Tainan";
  std::string line;
  std::getline(planned, line);
  std::string route;
  std::vector<std::string> places;
  while (std::getline(planned, line)) {
    const auto cells = cells_of(line);
    if (cells.size() < 7) continue;
    if (route.empty()) route = cells[0];
    if (cells[0] == route) places.push_back(cells[5] + "," + cells[6]);
  }
  ASSERT_GT(places.size(), 9U);
  std::ofstream fixes(*dir_ / "visits.csv");
  fixes << "track,t_unix,lat,lon\n";
  std::set<std::string> visited;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (i % 10 == 9) continue;
    visited.insert(places[i]);
    for (const int second : {0, 10, 20}) {  // it stands there
      fixes << "T-1," << 1'700'000'000 + static_cast<long>(i) * 120 + second << "," << places[i]
            << "\n";
    }
  }
  fixes.close();
  // 2023-11-15 is a Wednesday: 1,700,000,000 s are 06:13 of it there.
  const auto of_route = [&](const char* day) {
    const json told = json::parse(said({"--tracks", *dir_ / "visits.csv", "--stops", list,
                                        "--machine", machine, "--json", "--day", day})
                                      .second);
    EXPECT_EQ(told["stops"]["grade"], "inferred");
    EXPECT_GT(told["stops"]["other_weekdays"], 0);
    for (const json& one : told["stops"]["routes"]) {
      if (one["route"] == route) return one;
    }
    return json();
  };
  const json told = of_route("2023-11-15");
  ASSERT_FALSE(told.is_null());
  EXPECT_EQ(told["asked"], places.size());
  EXPECT_EQ(told["served"], visited.size());
  EXPECT_TRUE(of_route("2023-11-14").is_null()) << "not a day of that route";
}

}  // namespace
}  // namespace lujing::testing
