// How ways become links: junctions, turns, divided roads, districts.
#include "platform/roads/build.h"

#include "terminal/core/roads/network.h"
#include "tests/support/ascii_roads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace lujing::roads {
namespace {

using core::EdgeId;
using core::RoadNetwork;
using tests::AsciiRoads;
namespace flag = core::link_flag;

const GeoPoint origin = GeoPoint::from_degrees(39.9, 116.4);
const tests::Tags street = {{"highway", "residential"}};
const tests::Tags oneway = {{"highway", "secondary"}, {"oneway", "yes"}, {"name", "Ring"}};

TEST(Build, RingsAndDeadEnds) {
  const AsciiRoads town(R"(
    A---B---C
        |   |
        D---E
  )",
                        20, {{"AB", street}, {"BCEDB", street}});
  EXPECT_EQ(town.roads().link_count(), 2U);
  const EdgeId ring = town.edge("BCEDB");
  EXPECT_EQ(town.roads().start(ring), town.roads().end(ring));
  EXPECT_EQ(town.roads().leaving(town.node('B')).size(), 3U);
  EXPECT_FALSE(town.roads().turn_allowed(ring, ring.reversed()));
  EXPECT_TRUE(town.roads().turn_allowed(ring, town.edge("BA")));
}

TEST(Build, AWayThatMeetsItselfIsCutThere) {
  const AsciiRoads town(R"(
    A---B---C
        |   |
        D---E
  )",
                        20, {{"ABCEDB", street}});
  EXPECT_EQ(town.roads().link_count(), 2U);
  EXPECT_TRUE(town.roads().drivable(town.edge("AB")));
}

TEST(Build, MissingNodesCutAWayAndAreCounted) {
  auto raw =
      tests::ascii_network("A--B--C--D--E", 20, {{"ABXCDE", street}, {"XA", street}}, {}, origin);
  const auto built = build(raw);
  ASSERT_TRUE(built);
  EXPECT_EQ(built->summary.links, 2U);
  EXPECT_EQ(built->summary.nodes_missing, 2U);
  EXPECT_EQ(built->summary.ways_too_short, 1U);
}

TEST(Build, WithoutRoadsThereIsNoFile) {
  EXPECT_FALSE(build(RawNetwork()));
}

TEST(Build, DoubledNodesAndWaysAreTakenOnce) {
  auto raw = tests::ascii_network("A--B--C", 20, {{"AABBC", street}}, {}, origin);
  raw.ways.push_back(raw.ways[0]);
  const auto built = build(raw);
  ASSERT_TRUE(built);
  EXPECT_EQ(built->summary.points, 3U);
  EXPECT_EQ(built->summary.ways_twice, 1U);
}

constexpr std::string_view cross = R"(
      D
      |
 A----B----C
      |
      E
)";
const std::vector<tests::AsciiWay> arms = {
    {"AB", street}, {"BC", street}, {"DB", street}, {"BE", street}};

TEST(Build, OnlyTurnsForbidTheOthers) {
  const AsciiRoads town(cross, 20, arms, {{"only_straight_on", 1, "B", 2}});
  const auto allowed = [&](const char* from, const char* to) {
    return town.roads().turn_allowed(town.edge(from), town.edge(to));
  };
  EXPECT_TRUE(allowed("AB", "BC"));
  EXPECT_FALSE(allowed("AB", "BD"));
  EXPECT_FALSE(allowed("AB", "BE"));
  EXPECT_TRUE(allowed("CB", "BD"));
}

TEST(Build, BrokenTurnsAreCountedAndForbidNothing) {
  for (const tests::AsciiTurn& turn :
       {tests::AsciiTurn{"no_left_turn", 9, "B", 2}, tests::AsciiTurn{"no_left_turn", 1, "X", 2},
        tests::AsciiTurn{"no_left_turn", 1, "D", 2},
        tests::AsciiTurn{"no_left_turn", 1, "#9", 2}}) {
    const auto built = build(tests::ascii_network(cross, 20, arms, {turn}, origin));
    ASSERT_TRUE(built);
    EXPECT_EQ(built->summary.turns_broken, 1U);
    EXPECT_EQ(built->summary.turns, 0U);
  }
}

// A gap in the median of a divided road: turning back through it is forbidden.
TEST(Build, ATurnThroughAWayIsFoldedWhereItCanBe) {
  const AsciiRoads town(
      R"(
    F----E----D
         |
    A----B----C
  )",
      20, {{"AB", oneway}, {"BC", oneway}, {"DE", oneway}, {"EF", oneway}, {"BE", street}},
      {{"no_u_turn", 1, "#5", 4}});
  EXPECT_FALSE(town.roads().turn_allowed(town.edge("BE"), town.edge("EF")));
  EXPECT_TRUE(town.roads().turn_allowed(town.edge("AB"), town.edge("BE")));
}

TEST(Build, ATurnThroughAWayThatOthersUseIsLeftOutAndCounted) {
  const std::string_view picture = R"(
         G
         |
    F----E----D
         |
    A----B----C
         |
         H
  )";
  const std::vector<tests::AsciiWay> ways = {{"AB", oneway}, {"BC", oneway}, {"DE", oneway},
                                             {"EF", oneway}, {"BE", street}, {"GE", street},
                                             {"HB", street}};
  const auto built =
      build(tests::ascii_network(picture, 20, ways, {{"no_u_turn", 1, "#5", 4}}, origin));
  ASSERT_TRUE(built);
  EXPECT_EQ(built->summary.turns_through_ways, 1U);
  EXPECT_EQ(built->summary.turns, 0U);
}

bool divided(const AsciiRoads& town, const char* letters) {
  return town.roads().link(town.edge(letters).link()).has(flag::divided);
}

TEST(Build, OppositeCarriagewaysSideBySideAreADividedRoad) {
  constexpr std::string_view picture = R"(
    B--------------------A
    C--------------------D
  )";
  const AsciiRoads town(picture, 15, {{"AB", oneway}, {"CD", oneway}});
  EXPECT_TRUE(divided(town, "AB"));
  EXPECT_TRUE(divided(town, "CD"));
  const AsciiRoads same(picture, 15, {{"BA", oneway}, {"CD", oneway}});
  EXPECT_FALSE(divided(same, "BA"));
  const AsciiRoads two_way(picture, 15, {{"AB", oneway}, {"CD", street}});
  EXPECT_FALSE(divided(two_way, "AB"));
  // Two streets of a grid, a block apart, each one-way.
  const AsciiRoads grid(picture, 60,
                        {{"AB", oneway}, {"CD", {{"highway", "secondary"}, {"oneway", "yes"}}}});
  EXPECT_FALSE(divided(grid, "AB"));
}

TEST(Build, OneWayStreetsThatMeetHeadOnAreNotDivided) {
  const AsciiRoads town("A-----B-----C", 15, {{"AB", oneway}, {"CB", oneway}});
  EXPECT_FALSE(divided(town, "AB"));
}

TEST(Build, DistrictsByTheirBordersUnlessTheWaySaysSo) {
  auto raw = tests::ascii_network("A----B----C----D", 20,
                                  {{"AB", street},
                                   {"BC", {{"highway", "residential"}, {"lujing:district", "Own"}}},
                                   {"CD", street}},
                                  {}, origin);
  const auto corner = [](double east, double north) { return moved(origin, {east, north}); };
  raw.districts.push_back(
      {"West", {{corner(-50, -50), corner(210, -50), corner(210, 50), corner(-50, 50)}}});
  const auto built = build(raw);
  ASSERT_TRUE(built);
  const auto roads = RoadNetwork::open(built->bytes);
  ASSERT_TRUE(roads);
  EXPECT_EQ(built->summary.districts, 2U);
  std::vector<std::string> names(4);
  for (core::LinkId id = 0; id < roads->link_count(); ++id)
    names.at(static_cast<std::size_t>(roads->link(id).way)) =
        roads->district_name(roads->link(id).district);
  EXPECT_THAT(names, testing::ElementsAre("", "West", "Own", ""));
}

TEST(Build, ALongWayIsCutWhereAFileAllowsNoMorePoints) {
  RawNetwork raw;
  RawWay way;
  way.flags = flag::forward;
  for (std::int64_t id = 1; id <= 130'000; ++id) {
    raw.nodes.push_back(
        {id, moved(origin, {static_cast<double>(id % 1000), static_cast<double>(id) / 1000})});
    way.nodes.push_back(id);
  }
  raw.ways.push_back(way);
  const auto built = build(raw);
  ASSERT_TRUE(built);
  EXPECT_EQ(built->summary.links, 3U);
  EXPECT_TRUE(RoadNetwork::open(built->bytes));
}

}  // namespace
}  // namespace lujing::roads
