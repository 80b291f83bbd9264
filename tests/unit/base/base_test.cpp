#include "base/geo.h"
#include "base/option.h"
#include "base/result.h"
#include "base/time.h"

#include <gtest/gtest.h>

#include <cmath>

namespace lujing {
namespace {

TEST(Time, WritesAndReadsIso8601) {
  for (const std::int64_t ms :
       {0LL, -1LL, 951'782'400'123LL, 1'700'000'000'999LL, 4'102'444'800'000LL}) {
    const auto back = from_iso8601(to_iso8601(UtcTime{ms}));
    ASSERT_TRUE(back.has_value()) << to_iso8601(UtcTime{ms});
    EXPECT_EQ(back->ms, ms);
  }
  EXPECT_EQ(to_iso8601(UtcTime{951'782'400'123LL}), "2000-02-29T00:00:00.123Z");
}

TEST(Time, RefusesWhatIsNotATime) {
  for (const char* text :
       {"", "2026", "2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:00",
        "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00Zx", "2026-01-01 00:00:00Z"}) {
    EXPECT_FALSE(from_iso8601(text).has_value()) << text;
  }
}

TEST(Geo, OffsetAgreesWithHaversineWithinTenKilometres) {
  const GeoPoint a = GeoPoint::from_degrees(39.9, 116.4);
  for (int k = 0; k < 360; k += 7) {
    for (const double metres : {1.0, 50.0, 1000.0, 9000.0}) {
      const double rad = k * pi / 180;
      const GeoPoint b = moved(a, {metres * std::sin(rad), metres * std::cos(rad)});
      const double p1 = a.lat_deg() * pi / 180;
      const double p2 = b.lat_deg() * pi / 180;
      const double dl = (b.lon_deg() - a.lon_deg()) * pi / 180;
      const double h = std::pow(std::sin((p2 - p1) / 2), 2) +
                       std::cos(p1) * std::cos(p2) * std::pow(std::sin(dl / 2), 2);
      const double truth = 2 * earth_mean_radius_m * std::asin(std::sqrt(h));
      EXPECT_NEAR(distance_m(a, b), truth, 0.02 + truth * 1e-4);
      if (metres > 10) {
        EXPECT_NEAR(wrap_pi(bearing_rad(a, b) - rad), 0, 2e-3);
      }
    }
  }
}

TEST(Geo, KnowsNoPlaceAndCrossesTheDateLine) {
  EXPECT_FALSE(GeoPoint{}.valid());
  EXPECT_FALSE(GeoPoint::from_degrees(91, 0).valid());
  EXPECT_FALSE(GeoPoint::from_degrees(NAN, 0).valid());
  const GeoPoint west = GeoPoint::from_degrees(0, 179.9999);
  const GeoPoint east = GeoPoint::from_degrees(0, -179.9999);
  EXPECT_NEAR(distance_m(west, east), 22.24, 0.05);
}

TEST(Result, CarriesContextUpwards) {
  const Result<int> bad = Error("no such file").in("opening x.toml");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().what(), "opening x.toml: no such file");
  const Result<int> good = 7;
  EXPECT_EQ(*good, 7);
}

TEST(Option, TakesNumbersInTheirBoundsOnly) {
  for (const char* good : {"0", "1.5", "600", "1e2"}) EXPECT_EQ(number_problem(good, 0, 600), "");
  for (const char* bad : {"-1", "600.1", "nan", "-nan", "inf", "1e999", "", "5x", " 5", "five"}) {
    EXPECT_NE(number_problem(bad, 0, 600), "") << bad;
  }
}

}  // namespace
}  // namespace lujing
