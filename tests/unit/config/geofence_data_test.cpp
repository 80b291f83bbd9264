// The contest's sets inside and within 1,000 m: as expected, but for reports closer than half a
// metre to the line.
#include "tests/support/geofence_data.h"

#include "tests/support/shared_data.h"

#include <gtest/gtest.h>

namespace lujing {
namespace {

void expect_same(double within_m) {
  const auto data = test_support::shared_data();
  if (!data) GTEST_SKIP() << "no recordings on this machine";
  const auto outcome = test_support::judge_geofence(*data / "geofence", within_m);
  ASSERT_TRUE(outcome) << outcome.error().what();
  EXPECT_EQ(outcome->reports, 39'289U);
  for (const auto* differences : {&outcome->missing, &outcome->extra}) {
    for (const auto& [row, off_m] : *differences) {
      EXPECT_LT(off_m, 0.5) << "point " << std::get<0>(row) << " seq " << std::get<1>(row)
                            << " polygon " << std::get<2>(row);
    }
  }
  EXPECT_GT(outcome->expected, 10'000U);
}

TEST(GeofenceData, InsideIsAsExpected) {
  expect_same(0);
}

TEST(GeofenceData, WithinAThousandMetresIsAsExpected) {
  expect_same(1000);
}

}  // namespace
}  // namespace lujing
