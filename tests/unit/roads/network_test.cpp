// The network as matching and coverage see it, on drawn streets.
#include "terminal/core/roads/network.h"

#include "tests/support/ascii_roads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

namespace lujing::core {
namespace {

using testing::UnorderedElementsAre;
using tests::AsciiRoads;

std::vector<std::string> leaving(const AsciiRoads& town, char letter) {
  std::vector<std::string> all;
  for (const EdgeId edge : town.roads().leaving(town.node(letter)))
    all.push_back(town.letters(edge));
  return all;
}

const std::vector<tests::AsciiWay> crossing_ways = {
    {"ABC", {{"highway", "primary"}, {"name", "Long Road"}}},
    {"DBE", {{"highway", "residential"}, {"oneway", "yes"}}}};

constexpr std::string_view crossing = R"(
      D
      |
 A----B----C
      |
      E
)";

TEST(RoadNetwork, IsCutIntoLinksAtJunctions) {
  const AsciiRoads town(crossing, 20, crossing_ways);
  EXPECT_EQ(town.roads().link_count(), 4U);
  EXPECT_EQ(town.roads().node_count(), 5U);
  EXPECT_NEAR(town.roads().length_m(town.edge("AB").link()), 100, 0.05);
  EXPECT_EQ(town.roads().road_name(town.edge("BC").link()), "Long Road");
  EXPECT_EQ(town.roads().name(), "drawn");
}

TEST(RoadNetwork, OneWayStreetsLeaveInOneDirection) {
  const AsciiRoads town(crossing, 20, crossing_ways);
  EXPECT_THAT(leaving(town, 'B'), UnorderedElementsAre("BA", "BC", "BE"));
  EXPECT_TRUE(town.roads().drivable(town.edge("DB")));
  EXPECT_FALSE(town.roads().drivable(town.edge("BD")));
}

TEST(RoadNetwork, TurnsBackAtDeadEndsOnly) {
  const AsciiRoads town(crossing, 20, crossing_ways);
  EXPECT_TRUE(town.roads().turn_allowed(town.edge("BA"), town.edge("AB")));
  EXPECT_FALSE(town.roads().turn_allowed(town.edge("AB"), town.edge("BA")));
}

TEST(RoadNetwork, KnowsForbiddenTurns) {
  const AsciiRoads town(crossing, 20, crossing_ways, {{"no_right_turn", 1, "B", 2}});
  // Way 1 passes through B: in which direction is not said, so nothing is forbidden.
  EXPECT_TRUE(town.roads().turn_allowed(town.edge("AB"), town.edge("BE")));
  const AsciiRoads cut(crossing, 20, {{"AB"}, {"BC"}, {"DB"}, {"BE"}},
                       {{"no_right_turn", 1, "B", 4}});
  EXPECT_FALSE(cut.roads().turn_allowed(cut.edge("AB"), cut.edge("BE")));
  EXPECT_TRUE(cut.roads().turn_allowed(cut.edge("CB"), cut.edge("BE")));
  EXPECT_TRUE(cut.roads().turn_allowed(cut.edge("AB"), cut.edge("BC")));
}

TEST(RoadNetwork, NearGivesEachLinkOnceNearestFirst) {
  const AsciiRoads town(crossing, 20, crossing_ways);
  std::array<Candidate, 8> found;
  const GeoPoint at = town.between('A', 'B', 0.5, 3);
  ASSERT_EQ(town.roads().near(at, 30, found), 1U);
  EXPECT_EQ(found[0].link, town.edge("AB").link());
  EXPECT_NEAR(found[0].distance_m, 3, 0.02);
  EXPECT_NEAR(found[0].along_m, 50, 0.05);
  EXPECT_NEAR(found[0].bearing_rad, pi / 2, 1e-3);
  EXPECT_EQ(town.roads().near(at, 500, found), 4U);
  EXPECT_TRUE(std::is_sorted(found.begin(), found.begin() + 4, [](const auto& a, const auto& b) {
    return a.distance_m < b.distance_m;
  }));
}

TEST(RoadNetwork, WithoutRoadsNothingIsNear) {
  std::array<Candidate, 8> found;
  EXPECT_EQ(RoadNetwork().near(GeoPoint::from_degrees(1, 1), 1000, found), 0U);
  EXPECT_EQ(RoadNetwork().link_count(), 0U);
}

}  // namespace
}  // namespace lujing::core
