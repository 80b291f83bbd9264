// Fixes out of whatever a CSV file holds, and steps out of what was driven.
#include "ctl/fixes_csv.h"
#include "ctl/match_advice.h"
#include "ctl/match_output.h"
#include "ctl/path_steps.h"
#include "tests/support/ascii_roads.h"
#include "tests/support/drive.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <sstream>

namespace lujing::ctl {
namespace {

Result<FixesFile> read(const std::string& text) {
  std::istringstream in(text);
  return read_fixes(in);
}

TEST(FixesCsv, ColumnsAreFoundByTheirNames) {
  const auto file = read(
      "lon,extra,lat,t_unix,track,accuracy_m,heading_deg,speed_mps\n"
      "116.4,x,39.9,1000.5,a,15.15,90,8\n");
  ASSERT_TRUE(file) << file.error().what();
  ASSERT_EQ(file->tracks.size(), 1U);
  const core::RawFix& fix = file->tracks[0].fixes.at(0);
  EXPECT_EQ(fix.position, GeoPoint::from_degrees(39.9, 116.4));
  EXPECT_EQ(fix.at.ns, 1'000'500'000'000);
  EXPECT_NEAR(fix.sigma_m.value(), 10, 1e-9);
  EXPECT_NEAR(fix.heading_rad.value(), pi / 2, 1e-9);
  EXPECT_EQ(fix.speed_mps, 8);
}

TEST(FixesCsv, AMissingColumnIsNamed) {
  const auto file = read("track,t_unix,lat\na,1,39\n");
  ASSERT_FALSE(file);
  EXPECT_NE(file.error().what().find("'lon'"), std::string::npos);
  EXPECT_FALSE(read(""));
}

TEST(FixesCsv, BadPlacesAndTimesAreKeptAsFixesWithoutAPlace) {
  const auto file = read(
      "track,t_unix,lat,lon\n"
      "a,1,nan,116\na,2,inf,116\na,3,91,116\na,4,,116\na,5,39\na,,39,116\n"
      "a,NaN,39,116\na,inf,39,116\na,1e300,39,116\na,x,39,116\na,6,39,116\n\n");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->fixes, 11U);
  EXPECT_EQ(file->without_place, 5U);
  EXPECT_EQ(file->without_time, 5U);
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_FALSE(file->tracks[0].fixes[i].position.valid()) << i;
  }
  EXPECT_TRUE(file->tracks[0].fixes[10].position.valid());
}

TEST(FixesCsv, AnAccuracyThatSaysNothingIsNone) {
  const auto file = read(
      "track,t_unix,lat,lon,accuracy_m,speed_mps,heading_deg\n"
      "a,1,39,116,0,nan,inf\na,2,39,116,-3,-1,x\na,3,39,116,,,\n");
  ASSERT_TRUE(file);
  for (const core::RawFix& fix : file->tracks[0].fixes) {
    EXPECT_FALSE(fix.sigma_m);
    EXPECT_FALSE(fix.speed_mps);
    EXPECT_FALSE(fix.heading_rad);
  }
}

TEST(FixesCsv, QuotesAreAsTheStandardWritesThem) {
  const auto file = read("track,t_unix,lat,lon\n\"a, b \"\"c\"\"\",1, \"39\" ,116\n");
  ASSERT_TRUE(file) << file.error().what();
  EXPECT_EQ(file->tracks.at(0).name, "a, b \"c\"");
  EXPECT_TRUE(file->tracks[0].fixes.at(0).position.valid());
  std::ostringstream out;
  write_path(out, file->tracks[0].name, {PathStep{}});
  EXPECT_TRUE(out.str().starts_with("\"a, b \"\"c\"\"\",0,")) << out.str();
  for (const char* bad :
       {"\"a,1,39,116\n", "a,1,39,116\n\"two\nlines\",1,39,116\n", "\"a\"b,1,39,116\n"}) {
    const auto refused = read(std::string("track,t_unix,lat,lon\n") + bad);
    ASSERT_FALSE(refused) << bad;
    EXPECT_TRUE(refused.error().what().starts_with("line ")) << refused.error().what();
  }
}

TEST(FixesCsv, ARowWithTooManyFieldsHasNoPlace) {
  const auto file = read("track,t_unix,lat,lon\na,1,28,3,117.2\na,2,28.3,117.2\n");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->too_wide, 1U);
  EXPECT_FALSE(file->tracks.at(0).fixes.at(0).position.valid());
  EXPECT_TRUE(file->tracks[0].fixes.at(1).position.valid());
}

TEST(PointsCsv, SayHowFarAlongInTheDirectionDriven) {
  const tests::AsciiRoads town("A----B", 50, {{"AB", {{"highway", "residential"}}}});
  FixesTrack track{"t", std::vector<core::RawFix>(2), {"1", "2"}, {"39.9,116.4", "39.9,116.4"}};
  std::vector<core::Matched> points(2);
  for (core::Matched& point : points) point.state = core::MatchState::on_road;
  points[0].edge = town.edge("BA");
  points[0].along_m = 200;  // from A, the link's first point
  points[1].edge = town.edge("BA");
  points[1].along_m = 150;
  if (!points[0].edge.backward()) GTEST_FAIL() << "the link begins at A";
  std::ostringstream out;
  write_points(out, town.roads(), track, points);
  const std::string nodes = std::to_string('B') + "," + std::to_string('A');
  EXPECT_NE(out.str().find("," + nodes + ",50.0,"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("," + nodes + ",100.0,"), std::string::npos) << out.str();
}

TEST(FixesCsv, TracksMayBeMixed) {
  const auto file = read("track,t_unix,lat,lon\r\nb,1,39,116\r\na,1,39,116\r\nb,2,39,116\r\n");
  ASSERT_TRUE(file);
  ASSERT_EQ(file->tracks.size(), 2U);
  EXPECT_EQ(file->tracks[0].name, "b");
  EXPECT_EQ(file->tracks[0].fixes.size(), 2U);
}

TEST(MatchAdvice, SaysWhyNothingIsKnown) {
  const tests::AsciiRoads town("A----B", 20, {{"AB", {{"highway", "residential"}}}});
  const double lat = town.at('A').lat_deg();
  const double lon = town.at('A').lon_deg();
  const auto advice = [&](double first, double second, const char* time, std::size_t unknown) {
    const auto file = read(
        fmt::format("track,t_unix,lat,lon\na,{0},{1},{2}\na,{0},{1},{2}\n", time, first, second));
    std::string all;
    for (const std::string& one : match_advice(town.roads(), *file, unknown)) all += one + "\n";
    return all;
  };
  EXPECT_EQ(advice(lat, lon, "1700000000", 0), "");
  EXPECT_EQ(advice(lat, lon, "1700000000", 2), "");
  EXPECT_NE(advice(lat, lon, "1700000000000", 2).find("divide it by 1000"), std::string::npos);
  EXPECT_NE(advice(lon, lat, "1700000000", 2).find("swapped"), std::string::npos);
  const std::string elsewhere = advice(lat - 5, lon + 3, "1700000000", 2);
  EXPECT_NE(elsewhere.find("outside the network"), std::string::npos) << elsewhere;
  EXPECT_NE(elsewhere.find(fmt::format("{:.3f}", lat)), std::string::npos) << elsewhere;
}

TEST(PathSteps, AreNeighbouringNodesInDrivingOrder) {
  const tests::AsciiRoads town(R"(
A----B----C
     |
     D
  )",
                               30, {{"ABC"}, {"DB"}});
  const auto found = tests::match(town, tests::Drive(town).noise(1).along("ABD").fixes());
  const auto steps = path_steps(town.roads(), found.driven);
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_EQ(steps[0].from_node, 'A');
  EXPECT_EQ(steps[0].to_node, 'B');
  EXPECT_EQ(steps[1].from_node, 'B');
  EXPECT_EQ(steps[1].to_node, 'D');
  EXPECT_EQ(steps[1].way, 2);
  EXPECT_LE(steps[0].enter, steps[0].leave);
  EXPECT_LE(steps[0].leave, steps[1].enter);
  EXPECT_TRUE(steps[1].joined);
}

TEST(PathSteps, TheLastStepCountsIfHalfOfItOrFiftyMetresWereDriven) {
  const tests::AsciiRoads town("A----B----C", 30, {{"ABC"}});
  const auto steps_to = [&](double metres) {
    const GeoPoint end = town.between('B', 'C', metres / 150, 0);
    const auto found =
        tests::match(town, tests::Drive(town).noise(0.5).along("AB").to(end).fixes());
    return path_steps(town.roads(), found.driven).size();
  };
  EXPECT_EQ(steps_to(40), 1U);
  EXPECT_EQ(steps_to(60), 2U);
  EXPECT_EQ(steps_to(110), 2U);
}

TEST(PathSteps, AFewMetresIntoAStreetAndBackAreNoStep) {
  const tests::AsciiRoads town(R"(
A----B----C
     |
     D
  )",
                               30, {{"AB"}, {"BC"}, {"BD"}});
  const core::RoadNetwork& roads = town.roads();
  const auto drive = [&](char from, char to, double low, double high) {
    core::Driven driven;
    for (core::LinkId i = 0; i < roads.link_count(); ++i) {
      const char a = static_cast<char>(roads.osm_node(i, 0));
      const char b = static_cast<char>(roads.osm_node(i, roads.points(i).size() - 1));
      if (a == from && b == to) driven.edge = core::EdgeId::of(i, false);
      if (a == to && b == from) driven.edge = core::EdgeId::of(i, true);
    }
    const double length = roads.length_m(driven.edge.link());
    driven.from_m = driven.edge.backward() ? length - low : low;
    driven.to_m = driven.edge.backward() ? length - high : high;
    driven.joined = true;
    return driven;
  };
  const double bc = roads.length_m(drive('B', 'C', 0, 0).edge.link());
  const auto nodes = [&](double into_m) {
    std::string all;
    for (const PathStep& step :
         path_steps(roads, {drive('A', 'B', 0, 150), drive('B', 'C', 0, into_m),
                            drive('C', 'B', bc - into_m, bc), drive('B', 'D', 0, 60)})) {
      all += {static_cast<char>(step.from_node), static_cast<char>(step.to_node), ' '};
    }
    return all;
  };
  EXPECT_EQ(nodes(0.2 * bc), "AB BD ");
  EXPECT_EQ(nodes(0.8 * bc), "AB BC CB BD ");
}

}  // namespace
}  // namespace lujing::ctl
