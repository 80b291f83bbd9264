#include "hal/gnss/report.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace lujing::hal::gnss {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

Tpv good_report() {
  Tpv report;
  report.mode = 3;
  report.time_s = 1'238'589'622;
  report.time_ns = 250'000'000;
  report.lat_deg = 48.180848333;
  report.lon_deg = 11.565158333;
  report.altitude_hae_m = 520.5;
  report.speed_mps = 4.373;
  report.track_deg = 171.1;
  report.eph_m = 4.5;
  report.eps_mps = 0.6;
  report.epd_deg = 12.0;
  return report;
}

TEST(ToFix, GivesWhatGpsdSaidInSiUnits) {
  const GnssFix fix = to_fix(good_report());
  EXPECT_EQ(fix.mode, FixMode::fix_3d);
  ASSERT_TRUE(fix.utc);
  EXPECT_EQ(to_iso8601(*fix.utc), "2009-04-01T12:40:22.250Z");
  EXPECT_EQ(fix.position.lat_e7, 481'808'483);
  EXPECT_EQ(fix.position.lon_e7, 115'651'583);
  EXPECT_EQ(fix.altitude_m, 520.5);
  EXPECT_EQ(fix.speed_mps, 4.373);
  EXPECT_NEAR(fix.course_rad.value(), 2.98626, 1e-5);
  EXPECT_EQ(fix.horizontal_error_m, 4.5);
  EXPECT_EQ(fix.speed_error_mps, 0.6);
  EXPECT_NEAR(fix.course_error_rad.value(), 0.20944, 1e-5);
}

TEST(ToFix, AnEmptyReportIsNoFixAtAll) {
  EXPECT_EQ(to_fix(Tpv{}), GnssFix{});
}

TEST(ToFix, WithoutAModeNothingIsBelievedOfPlaceAndMotion) {
  for (const int mode : {0, 1, 4, -1, 1'000'000}) {
    Tpv report = good_report();
    report.mode = mode;
    const GnssFix fix = to_fix(report);
    EXPECT_EQ(fix.mode, FixMode::none) << mode;
    EXPECT_FALSE(fix.position.valid()) << mode;
    EXPECT_FALSE(fix.speed_mps) << mode;
    EXPECT_FALSE(fix.course_rad) << mode;
    EXPECT_TRUE(fix.utc) << "the clock may be known before the place";
  }
}

TEST(ToFix, TheHeightOfATwoDimensionalFixIsAGuessAndNotTaken) {
  Tpv report = good_report();
  report.mode = 2;
  EXPECT_EQ(to_fix(report).mode, FixMode::fix_2d);
  EXPECT_FALSE(to_fix(report).altitude_m);
}

TEST(ToFix, TheErrorIsMadeFromEastAndNorthWhereThereIsNoOther) {
  Tpv report = good_report();
  report.eph_m = not_said;
  report.epx_m = 3;
  report.epy_m = 4;
  EXPECT_EQ(to_fix(report).horizontal_error_m, 5.0);
  report.epy_m = not_said;
  EXPECT_FALSE(to_fix(report).horizontal_error_m);
}

TEST(ToFix, APlaceThatIsNotOnTheEarthIsNoPlace) {
  const std::vector<std::pair<double, double>> places = {
      {90.1, 0}, {-91, 0}, {0, 180.5}, {0, -1e9}, {not_said, 11}, {48, not_said}, {infinite, 11}};
  for (const auto& [lat, lon] : places) {
    Tpv report = good_report();
    report.lat_deg = lat;
    report.lon_deg = lon;
    EXPECT_FALSE(to_fix(report).position.valid()) << lat << " " << lon;
  }
}

TEST(ToFix, TheClockIsRoundedToMillisecondsAndBounded) {
  Tpv report = good_report();
  report.time_ns = 249'999'999;
  EXPECT_EQ(to_fix(report).utc->ms % 1000, 250);
  report.time_ns = 999'999'999;
  EXPECT_EQ(to_fix(report).utc->ms, (report.time_s + 1) * 1000);
  for (const std::int64_t bad : {std::int64_t{0}, std::int64_t{-5}, INT64_MAX, INT64_MIN}) {
    report.time_s = bad;
    EXPECT_FALSE(to_fix(report).utc) << bad;
  }
}

TEST(ToFix, ANegativeCourseIsFoldedIntoTheCircle) {
  Tpv report = good_report();
  report.track_deg = -90;
  EXPECT_NEAR(to_fix(report).course_rad.value(), 1.5 * pi, 1e-12);
  report.track_deg = 360;
  EXPECT_EQ(to_fix(report).course_rad, 0.0);
  report.track_deg = 4000;
  EXPECT_FALSE(to_fix(report).course_rad);
}

// Whatever numbers arrive, the promises of observation.h hold.
TEST(ToFix, KeepsItsPromisesForAnyNumbers) {
  std::mt19937_64 dice(2026);
  const std::vector<double> edges = {not_said, infinite, -infinite, 0.0,   -0.0, 1e308, -1e308,
                                     1e-308,   90,       -180,      359.9, 1.5,  -3,    720};
  const auto draw = [&]() -> double {
    if (dice() % 2 == 0) return edges[dice() % edges.size()];
    return std::uniform_real_distribution<double>(-400, 400)(dice);
  };
  for (int round = 0; round < 20'000; ++round) {
    Tpv report;
    report.mode = static_cast<int>(dice() % 6) - 1;
    report.time_s = static_cast<std::int64_t>(dice());
    report.time_ns = static_cast<std::int64_t>(dice());
    for (double* field : {&report.lat_deg, &report.lon_deg, &report.altitude_hae_m,
                          &report.speed_mps, &report.track_deg, &report.eph_m, &report.epx_m,
                          &report.epy_m, &report.eps_mps, &report.epd_deg}) {
      *field = draw();
    }
    const GnssFix fix = to_fix(report);
    if (fix.mode == FixMode::none) {
      EXPECT_FALSE(fix.position.valid());
    }
    if (fix.course_rad) {
      EXPECT_TRUE(*fix.course_rad >= 0 && *fix.course_rad < 2 * pi);
    }
    for (const auto& size :
         {fix.speed_mps, fix.horizontal_error_m, fix.speed_error_mps, fix.course_error_rad}) {
      if (size) {
        EXPECT_TRUE(std::isfinite(*size) && *size >= 0);
      }
    }
    if (fix.altitude_m) {
      EXPECT_TRUE(std::isfinite(*fix.altitude_m));
    }
  }
}

TEST(ToSky, CountsSatellitesAndHearsTheFourStrongest) {
  Sky report;
  report.lists_satellites = true;
  report.hdop = 0.9;
  report.satellites = {{20, true},        {45, true},  {0, false}, {40, true},
                       {not_said, false}, {30, false}, {35, true}};
  const SkyView view = to_sky(report, {});
  EXPECT_EQ(view.visible, 7);
  EXPECT_EQ(view.used, 4);
  EXPECT_EQ(view.hdop, 0.9);
  EXPECT_EQ(view.cn0_mean_dbhz, (45.0 + 40 + 35 + 30) / 4);
}

TEST(ToSky, SatellitesThatCannotBeHeardHaveNoMean) {
  Sky report;
  report.lists_satellites = true;
  report.satellites = {{0, false}, {not_said, false}, {-5, false}, {infinite, false}};
  EXPECT_EQ(to_sky(report, {}).visible, 4);
  EXPECT_FALSE(to_sky(report, {}).cn0_mean_dbhz);
}

TEST(ToSky, AReportWithDilutionsOnlyLeavesTheSatellites) {
  const SkyView before{12, 8, 1.0, 41.0};
  Sky report;
  report.hdop = 2.5;
  EXPECT_EQ(to_sky(report, before), (SkyView{12, 8, 2.5, 41.0}));
}

TEST(ToSky, MoreSatellitesThanAByteCanCountStayCountable) {
  Sky report;
  report.lists_satellites = true;
  report.satellites.assign(1000, {40, true});
  EXPECT_EQ(to_sky(report, {}).visible, 255);
  EXPECT_EQ(to_sky(report, {}).used, 255);
}

}  // namespace
}  // namespace lujing::hal::gnss
