// The index's short way (the few sides that matter in a cell) against the long one (all of them).
#include "terminal/core/fence/index.h"

#include "tests/unit/fence/fences.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace lujing::core {
namespace {

using core::test::At;
using core::test::fence;
using core::test::place;
using core::test::ring;

constexpr double half_m = 1500;

/// Stars of 5 to 80 corners, some clockwise, some with a hole, discs and strips.
FenceSet shapes_of(unsigned seed, int count) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> spread(-half_m, half_m);
  std::uniform_real_distribution<double> size(20, 500);
  std::uniform_real_distribution<double> wobble(0.35, 1);
  std::uniform_int_distribution<int> corners(5, 80);
  FenceSet set;
  for (int i = 0; i < count; ++i) {
    const At middle{spread(random), spread(random)};
    const double radius_m = size(random);
    const int n = corners(random);
    const double turn = i % 2 == 0 ? 1 : -1;
    std::vector<At> outer;
    std::vector<At> hole;
    for (int corner = 0; corner < n; ++corner) {
      const double angle = turn * 2 * pi * corner / n;
      const double r = radius_m * wobble(random);
      outer.push_back({middle.east_m + r * std::cos(angle), middle.north_m + r * std::sin(angle)});
      const double h = radius_m * 0.2 * wobble(random);
      hole.push_back({middle.east_m + h * std::cos(angle), middle.north_m + h * std::sin(angle)});
    }
    Polygon polygon{ring(outer), {}};
    if (i % 3 == 0) polygon.holes.push_back(ring(hole));
    Shape shape = polygon;
    if (i % 7 == 5) shape = Circle{place(middle), radius_m};
    if (i % 7 == 6) shape = Corridor{ring({outer[0], outer[1], outer[2], outer[3]}), 40};
    set.fences.push_back(fence(std::to_string(i), shape));
  }
  return set;
}

TEST(FenceIndex, JudgesByTheSidesOfTheCellAsByAllOfThem) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> spread(-half_m - 600, half_m + 600);
  std::size_t near = 0;
  std::size_t shortly = 0;
  for (unsigned seed = 1; seed <= 3; ++seed) {
    const auto index = FenceIndex::make(shapes_of(seed, 60));
    ASSERT_TRUE(index) << index.error().what();
    std::vector<FenceIndex::Found> found((*index)->most_found());
    for (int n = 0; n < 10'000; ++n) {
      GeoPoint point = place({spread(random), spread(random)});
      // Some right in the middle of a cell, to which all the others are compared.
      constexpr std::int64_t cell = 1 << 14;
      if (n % 10 == 0) {
        point.lat_e7 -= static_cast<std::int32_t>((point.lat_e7 + 900'000'000LL) % cell - cell / 2);
        point.lon_e7 -=
            static_cast<std::int32_t>((point.lon_e7 + 1'800'000'000LL) % cell - cell / 2);
      }
      const FencePlace here = FencePlace::of(point);
      const std::size_t count = (*index)->at(
          here, found, n % 2 == 0 ? FenceIndex::Ask::inside : FenceIndex::Ask::distance);
      for (std::size_t i = 0; i < count; ++i) {
        if (!found[i].near) continue;
        ++near;
        shortly += found[i].sides.count > 0 ? 1 : 0;
        const double whole = (*index)->shapes().signed_distance_m(found[i].fence, here);
        const double part = (*index)->signed_distance_m(found[i].fence, found[i].sides, here);
        ASSERT_EQ(whole < 0, (*index)->inside(found[i], here)) << n << " " << found[i].fence;
        ASSERT_EQ(whole < 0, part < 0) << seed << " " << n << " fence " << found[i].fence;
        if (std::fabs(whole) <= fence_band_m) {
          ASSERT_NEAR(whole, part, 1e-9) << "fence " << found[i].fence;
        } else {
          ASSERT_GT(std::fabs(part), fence_band_m);
        }
      }
    }
  }
  EXPECT_GT(near, 25'000U);
  EXPECT_GT(static_cast<double>(shortly), 0.4 * static_cast<double>(near));
}

TEST(FenceIndex, PlacesOnTheLineItselfAreOutsideEitherWay) {
  const auto set = shapes_of(9, 20);
  const auto index = FenceIndex::make(set);
  ASSERT_TRUE(index);
  std::vector<FenceIndex::Found> found((*index)->most_found());
  for (std::uint32_t f = 0; f < set.fences.size(); ++f) {
    const auto* polygon = std::get_if<Polygon>(&set.fences[f].shape);
    if (polygon == nullptr) continue;
    for (const GeoPoint& corner : polygon->outer) {
      const FencePlace here = FencePlace::of(corner);
      const std::size_t count = (*index)->at(here, found);
      const auto end = found.begin() + static_cast<std::ptrdiff_t>(count);
      const auto own =
          std::find_if(found.begin(), end, [&](const auto& one) { return one.fence == f; });
      ASSERT_NE(own, end);
      EXPECT_EQ((*index)->signed_distance_m(f, own->sides, here), 0);
      EXPECT_FALSE((*index)->inside(*own, here));
    }
  }
}

}  // namespace
}  // namespace lujing::core
