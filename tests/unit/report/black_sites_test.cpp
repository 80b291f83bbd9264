// MT-23: several vehicles at one unregistered place raise it; one vehicle often, two vehicles, two
// places, two days and two kinds of deed do not.
#include "platform/report/black_sites.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace lujing::report {
namespace {

constexpr GeoPoint pit{304'000'000, 1'148'000'000};
constexpr std::int64_t noon_ms = 1'777'608'000'000;  // 2026-05-01T12:00 in China
constexpr std::int64_t hour_ms = 3'600'000;

LoadChange change(const char* vehicle, double hours, double east_m = 0, bool tipped = false) {
  return {vehicle, noon_ms + static_cast<std::int64_t>(hours * hour_ms),
          moved(pit, {east_m, east_m / 2}), tipped};
}

TEST(BlackSites, ThreeVehiclesAtOnePlaceInADayAreOne) {
  std::vector<LoadChange> changes{change("M-2", 1, 40), change("M-1", 0), change("M-3", 2, -30),
                                  change("M-1", 3, 10), change("M-9", 1, 2000)};
  const auto found = black_sites(changes, {});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_FALSE(found[0].dump);
  EXPECT_EQ(found[0].vehicles, (std::vector<std::string>{"M-1", "M-2", "M-3"}));
  EXPECT_EQ(found[0].times, 4);
  EXPECT_EQ(found[0].first_ms, noon_ms);
  EXPECT_EQ(found[0].last_ms, noon_ms + 3 * hour_ms);
  EXPECT_LT(distance_m(found[0].place, pit), 20);
  std::reverse(changes.begin(), changes.end());
  const auto again = black_sites(changes, {});
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].place, found[0].place);
}

TEST(BlackSites, NearMissesAreSilent) {
  EXPECT_TRUE(black_sites({}, {}).empty());
  EXPECT_TRUE(black_sites({change("M-1", 0), change("M-1", 1), change("M-1", 2)}, {}).empty())
      << "one vehicle";
  EXPECT_TRUE(black_sites({change("M-1", 0), change("M-2", 1)}, {}).empty()) << "two";
  EXPECT_TRUE(black_sites({change("M-1", 0), change("M-2", 1), change("M-3", 1, 150)}, {}).empty())
      << "too far apart";
  EXPECT_TRUE(black_sites({change("M-1", 0), change("M-2", 1), change("M-3", 13)}, {}).empty())
      << "the next day";
  EXPECT_TRUE(
      black_sites({change("M-1", 0), change("M-2", 1), change("M-3", 1, 0, true)}, {}).empty())
      << "one of them tipped";
  std::vector<LoadChange> nowhere{change("M-1", 0), change("M-2", 1), change("M-3", 1)};
  for (LoadChange& one : nowhere) one.place = GeoPoint{};
  EXPECT_TRUE(black_sites(nowhere, {}).empty()) << "no place";
}

TEST(BlackSites, FollowTheProfile) {
  const std::vector<LoadChange> two{change("M-1", 0, 0, true), change("M-2", 1, 150, true)};
  BlackSiteLimits limits{true, 2, 200, 480};
  ASSERT_EQ(black_sites(two, limits).size(), 1U);
  EXPECT_TRUE(black_sites(two, limits)[0].dump);
  limits.enabled = false;
  EXPECT_TRUE(black_sites(two, limits).empty());
}

TEST(BlackSites, TwoPlacesOfADayAreTwoTheLargerFirst) {
  std::vector<LoadChange> changes;
  for (const char* vehicle : {"M-1", "M-2", "M-3"}) changes.push_back(change(vehicle, 0));
  for (const char* vehicle : {"M-1", "M-2", "M-3", "M-4"}) {
    changes.push_back(change(vehicle, 2, 5000));
  }
  const auto found = black_sites(changes, {});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].vehicles.size(), 4U);
  EXPECT_EQ(found[1].vehicles.size(), 3U);
}

}  // namespace
}  // namespace lujing::report
