// CV-06: a gap that lasts raises it; a short one, a pause, and another part of the city do not.
#include "platform/report/convoy.h"

#include <gtest/gtest.h>

#include <functional>

namespace lujing::report {
namespace {

constexpr GeoPoint start{300'000'000, 1'140'000'000};

std::vector<ConvoyPoint> drive(const std::function<double(int)>& north_m, bool works = true) {
  std::vector<ConvoyPoint> points;
  for (int s = 0; s < 300; ++s) points.push_back({s * 1000, moved(start, {0, north_m(s)}), works});
  return points;
}

std::vector<ConvoyBreak> breaks(const std::function<double(int)>& gap_m, ConvoyLimits limits = {}) {
  const auto lead = drive([](int s) { return 2.0 * s; });
  return convoy_breaks(lead, drive([&](int s) { return 2.0 * s - gap_m(s); }), limits);
}

TEST(Convoy, GapThatLastsIsToldWithItsWorst) {
  const auto found = breaks([](int s) { return s >= 100 && s < 150 ? 18.0 : 8.0; });
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].begin_ms, 100'000);
  EXPECT_EQ(found[0].end_ms, 149'000);
  EXPECT_NEAR(found[0].worst_m, 18, 0.1);
}

TEST(Convoy, NearMissesAreSilent) {
  EXPECT_TRUE(breaks([](int) { return 9.5; }).empty());
  EXPECT_TRUE(breaks([](int s) { return s >= 100 && s < 125 ? 18.0 : 8.0; }).empty()) << "short";
  EXPECT_TRUE(breaks([](int) { return 500.0; }).empty()) << "no convoy";
  const auto lead = drive([](int s) { return 2.0 * s; });
  EXPECT_TRUE(convoy_breaks(lead, drive([](int s) { return 2.0 * s - 20; }, false), {}).empty())
      << "the other one does not work";
  EXPECT_TRUE(convoy_breaks(lead, {}, {}).empty());
  const ConvoyLimits rain{20, 30, 30, 200, 5'000};
  EXPECT_TRUE(breaks([](int) { return 25.0; }, rain).empty());
  EXPECT_EQ(breaks([](int) { return 15.0; }, rain).size(), 1U) << "too near in rain";
}

}  // namespace
}  // namespace lujing::report
