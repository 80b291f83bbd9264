// Inside or outside, and how far from the line: each shape, and the index against the plain answer.
#include "terminal/core/fence/index.h"
#include "tests/unit/fence/fences.h"

#include <gtest/gtest.h>

#include <random>

namespace lujing::core {
namespace {

using test::At;
using test::box;
using test::fence;
using test::place;
using test::ring;

double signed_m(const Shape& shape, At at, GeoPoint origin = GeoPoint::from_degrees(30.4, 114.8)) {
  const std::vector<Fence> one{fence("F", shape)};
  EXPECT_TRUE(check(one.front()));
  return FenceShapes(one).signed_distance_m(0, FencePlace::of(place(at, origin)));
}

TEST(FenceShapes, MeasuresAPolygonWithAHole) {
  const Polygon yard{box(0, 0, 300, 200), {box(100, 50, 200, 150)}};
  EXPECT_NEAR(signed_m(yard, {50, 100}), -50, 0.02);
  EXPECT_NEAR(signed_m(yard, {90, 100}), -10, 0.02);
  EXPECT_NEAR(signed_m(yard, {150, 100}), 50, 0.02);
  EXPECT_NEAR(signed_m(yard, {-30, 100}), 30, 0.02);
  EXPECT_NEAR(signed_m(yard, {303, 204}), 5, 0.02);
}

TEST(FenceShapes, MeasuresACircleAndACorridor) {
  EXPECT_NEAR(signed_m(Circle{place({0, 0}), 50}, {30, 40}), 0, 0.02);
  EXPECT_NEAR(signed_m(Circle{place({0, 0}), 50}, {0, 0}), -50, 0.02);
  const Corridor road{ring({{0, 0}, {1000, 0}, {1000, 1000}}), 40};
  EXPECT_NEAR(signed_m(road, {500, 5}), -15, 0.02);
  EXPECT_NEAR(signed_m(road, {1030, 500}), 10, 0.05);
  EXPECT_NEAR(signed_m(road, {-50, 0}), 30, 0.02);
}

TEST(FenceShapes, TheLineItselfIsOutside) {
  const Ring square = box(0, 0, 100, 100);
  const std::vector<Fence> one{fence("F", Polygon{square, {}})};
  const FenceShapes shapes(one);
  for (const GeoPoint& corner : square) {
    EXPECT_EQ(shapes.signed_distance_m(0, FencePlace::of(corner)), 0);
  }
  EXPECT_FALSE(std::signbit(shapes.signed_distance_m(0, FencePlace::of(square[0]))));
}

TEST(FenceShapes, KnowNoDateLine) {
  for (const double lon : {-180.0, 180.0, 179.9999, -179.9999}) {
    const GeoPoint origin = GeoPoint::from_degrees(-17, lon);
    const auto index =
        FenceIndex::make({1,
                          {fence("P", Polygon{box(-500, -500, 500, 500, origin), {}}),
                           fence("C", Circle{origin, 400}),
                           fence("R", Corridor{ring({{-2000, 0}, {2000, 10}}, origin), 100})}});
    ASSERT_TRUE(index);
    std::vector<FenceIndex::Found> found((*index)->most_found());
    for (const double east : {-390.0, -20.0, 0.0, 20.0, 390.0}) {
      const FencePlace here = FencePlace::of(place({east, 7}, origin));
      EXPECT_EQ((*index)->at(here, found), 3U) << lon << " " << east;
      EXPECT_NEAR((*index)->shapes().signed_distance_m(0, here), std::fabs(east) - 500, 8);
      EXPECT_NEAR((*index)->shapes().signed_distance_m(1, here), std::hypot(east, 7) - 400, 1);
      EXPECT_LT((*index)->shapes().signed_distance_m(2, here), -40);
    }
    const FencePlace far = FencePlace::of(place({2500, 7}, origin));
    EXPECT_GT((*index)->shapes().signed_distance_m(0, far), 1990);
  }
}

/// Stars: a random radius at each corner, so that no sides cross.
Fence star(std::mt19937& random, int number, int corners) {
  std::uniform_real_distribution<double> spread(-15'000, 15'000);
  std::uniform_real_distribution<double> size(10, 1500);
  std::uniform_real_distribution<double> wobble(0.5, 1);
  const At middle{spread(random), spread(random)};
  const double radius = size(random);
  std::vector<At> line;
  for (int i = 0; i < corners; ++i) {
    const double angle = 2 * pi * i / corners;
    const double r = radius * wobble(random);
    line.push_back({middle.east_m + r * std::cos(angle), middle.north_m + r * std::sin(angle)});
  }
  return fence(std::to_string(number), Polygon{ring(line), {}});
}

TEST(FenceIndex, FindsExactlyTheFencesThatAreNearOrAround) {
  std::mt19937 random(7);
  FenceSet set;
  for (int i = 0; i < 300; ++i) set.fences.push_back(star(random, i, 5 + i % 60));
  set.fences.push_back(fence("city", Polygon{box(-40'000, -30'000, 45'000, 30'000), {}}));
  const auto made = FenceIndex::make(set);
  ASSERT_TRUE(made) << made.error().what();
  const FenceIndex& index = **made;
  std::uniform_real_distribution<double> spread(-18'000, 18'000);
  std::vector<FenceIndex::Found> found(index.most_found());
  int inside = 0;
  for (int i = 0; i < 3000; ++i) {
    const FencePlace here = FencePlace::of(place({spread(random), spread(random)}));
    const std::size_t count = index.at(here, found);
    std::size_t next = 0;
    for (std::uint32_t f = 0; f < index.size(); ++f) {
      const double signed_distance = index.shapes().signed_distance_m(f, here);
      const bool told = next < count && found[next].fence == f;
      if (told && !found[next].near) {
        EXPECT_LT(signed_distance, -fence_band_m);
        ++inside;
      }
      if (told) {
        ++next;
      } else {
        EXPECT_GT(signed_distance, fence_band_m) << f;
      }
    }
    EXPECT_EQ(next, count);
  }
  EXPECT_GT(inside, 3000);
}

TEST(FenceIndex, TenThousandFencesOfFiftyCornersFitIntoSixteenMebibytes) {
  std::mt19937 random(11);
  FenceSet set;
  for (int i = 0; i < 10'000; ++i) set.fences.push_back(star(random, i, 50));
  const auto index = FenceIndex::make(std::move(set));
  ASSERT_TRUE(index);
  EXPECT_LE((*index)->bytes(), 16U << 20);
  RecordProperty("bytes", static_cast<int>((*index)->bytes()));
}

}  // namespace
}  // namespace lujing::core
