// near() against looking at every segment of random networks.
#include "platform/roads/build.h"
#include "terminal/core/roads/network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>

namespace lujing::core {
namespace {

roads::RawNetwork random_roads(std::mt19937& random, GeoPoint centre, double reach_m) {
  roads::RawNetwork raw;
  std::uniform_real_distribution<double> place(-reach_m, reach_m);
  std::uniform_real_distribution<double> step(-reach_m / 10, reach_m / 10);
  std::uniform_int_distribution<int> length(2, 40);
  std::int64_t id = 0;
  for (int i = 0; i < 60; ++i) {
    roads::RawWay way;
    way.id = i + 1;
    way.flags = link_flag::forward | link_flag::backward;
    Offset at{place(random), place(random)};
    // Every other way begins where another one does, so that there are junctions.
    if (i % 2 == 1) {
      const std::int64_t start = raw.ways[static_cast<std::size_t>(i) / 2].nodes.front();
      way.nodes.push_back(start);
      at = offset(centre, raw.nodes[static_cast<std::size_t>(start - 1)].at);
      at.east_m += step(random);
    }
    for (int k = length(random); k > 0; --k) {
      raw.nodes.push_back({++id, moved(centre, at)});
      way.nodes.push_back(id);
      at.east_m += step(random);
      at.north_m += step(random);
    }
    raw.ways.push_back(way);
  }
  return raw;
}

double distance_to(const RoadNetwork& roads, LinkId id, GeoPoint at) {
  double best = std::numeric_limits<double>::infinity();
  const auto shape = roads.points(id);
  for (std::size_t i = 1; i < shape.size(); ++i) {
    const Offset a = offset(at, shape[i - 1]);
    const Offset b = offset(at, shape[i]);
    const double dx = b.east_m - a.east_m;
    const double dy = b.north_m - a.north_m;
    const double squared = dx * dx + dy * dy;
    const double share =
        squared > 0 ? std::clamp(-(a.east_m * dx + a.north_m * dy) / squared, 0.0, 1.0) : 0;
    best = std::min(best, std::hypot(a.east_m + share * dx, a.north_m + share * dy));
  }
  return best;
}

class Near : public testing::TestWithParam<GeoPoint> {};

TEST_P(Near, AgreesWithLookingAtEverything) {
  std::mt19937 random(11);
  const double reach_m = 2000;
  const auto built = roads::build(random_roads(random, GetParam(), reach_m));
  ASSERT_TRUE(built);
  const auto roads = RoadNetwork::open(built->bytes);
  ASSERT_TRUE(roads);
  std::uniform_real_distribution<double> place(-1.2 * reach_m, 1.2 * reach_m);
  std::uniform_real_distribution<double> radius(0, 400);
  std::vector<Candidate> found(roads->link_count());
  for (int i = 0; i < 500; ++i) {
    const GeoPoint at = moved(GetParam(), {place(random), place(random)});
    const double within = radius(random);
    const std::size_t count = roads->near(at, within, found);
    std::vector<bool> seen(roads->link_count());
    for (std::size_t k = 0; k < count; ++k) {
      const Candidate& one = found[k];
      EXPECT_FALSE(seen[one.link]);
      seen[one.link] = true;
      EXPECT_LE(one.distance_m, within);
      EXPECT_NEAR(one.distance_m, distance_to(*roads, one.link, at), 0.02 + within * 1e-3);
      if (k > 0) {
        EXPECT_GE(one.distance_m, found[k - 1].distance_m);
      }
      EXPECT_NEAR(distance_m(one.foot, at), one.distance_m, 0.05 + within * 1e-3);
      EXPECT_NEAR(distance_m(roads->place(one.link, one.along_m), one.foot), 0, 0.05);
    }
    for (LinkId id = 0; id < roads->link_count(); ++id)
      if (!seen[id]) {
        EXPECT_GT(distance_to(*roads, id, at), within * (1 - 1e-3) - 0.02);
      }
    // With less room: the nearest of them.
    std::array<Candidate, 3> few;
    const std::size_t some = roads->near(at, within, few);
    ASSERT_EQ(some, std::min<std::size_t>(count, few.size()));
    for (std::size_t k = 0; k < some; ++k) EXPECT_EQ(few[k].link, found[k].link);
  }
}

INSTANTIATE_TEST_SUITE_P(Places, Near,
                         testing::Values(GeoPoint::from_degrees(39.9, 116.4),
                                         GeoPoint::from_degrees(0, 0),
                                         GeoPoint::from_degrees(-53, -70),
                                         GeoPoint::from_degrees(78.2, 15.6)));

TEST(NearOdd, WhatIsNoPlaceOrNoRadiusFindsNothing) {
  std::mt19937 random(3);
  const auto built = roads::build(random_roads(random, GeoPoint::from_degrees(10, 10), 500));
  ASSERT_TRUE(built);
  const auto roads = RoadNetwork::open(built->bytes);
  ASSERT_TRUE(roads);
  std::array<Candidate, 4> found;
  const GeoPoint at = GeoPoint::from_degrees(10, 10);
  EXPECT_EQ(roads->near(GeoPoint(), 100, found), 0U);
  EXPECT_EQ(roads->near({910'000'000, 0}, 100, found), 0U);
  EXPECT_EQ(roads->near(at, std::nan(""), found), 0U);
  EXPECT_EQ(roads->near(at, -1, found), 0U);
  EXPECT_EQ(roads->near(at, 100, {}), 0U);
  EXPECT_EQ(roads->near(GeoPoint::from_degrees(-10, -170), 1000, found), 0U);
  EXPECT_EQ(roads->near(at, std::numeric_limits<double>::infinity(), found), 4U);
  EXPECT_EQ(roads->near(GeoPoint::from_degrees(90, 10), 1000, found), 0U);
}

}  // namespace
}  // namespace lujing::core
