// The two clocks of the core: boot time that never goes back, UTC with an uncertainty.
#include "terminal/core/clock/device_time.h"
#include "terminal/core/clock/utc_clock.h"
#include "tests/support/observations.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace lujing::core {
namespace {

using Source = UtcClock::Source;
constexpr std::int64_t clock_noon_ms = 1'777'636'800'000;

BootTime after(double seconds) {
  return {static_cast<std::int64_t>(seconds * 1e9)};
}

TEST(DeviceTime, NeverGoesBackAndNeverLeapsByAMonth) {
  DeviceTime time;
  EXPECT_EQ(time.advance(after(5)), after(5));
  EXPECT_EQ(time.advance(after(4)), after(5));
  EXPECT_EQ(time.advance(BootTime{INT64_MAX}), after(5));
  EXPECT_EQ(time.advance(BootTime{INT64_MIN}), after(5));
  EXPECT_EQ(time.advance(after(6)), after(6));
  DeviceTime late;
  EXPECT_EQ(late.advance(after(86'400.0 * 400)), after(86'400.0 * 400))
      << "up for more than a year";
  time.restart(BootTime{-3});
  EXPECT_EQ(time.now(), BootTime{0});
}

TEST(Weeks, MoveIntoTheWindowWhateverTheDate) {
  const UtcTime earliest = *from_iso8601("2024-01-01T00:00:00Z");
  const UtcTime may = *from_iso8601("2026-05-01T02:00:00Z");
  for (int n = -4; n <= 4; ++n) {
    const auto moved = correct_weeks(UtcTime{may.ms + n * rollover_ms}, earliest);
    ASSERT_TRUE(moved) << n;
    EXPECT_EQ(*moved, may) << n;
  }
  EXPECT_EQ(correct_weeks(earliest, earliest), earliest);
  EXPECT_EQ(correct_weeks(UtcTime{earliest.ms - 1}, earliest),
            UtcTime{earliest.ms - 1 + rollover_ms});
  EXPECT_EQ(correct_weeks(UtcTime{INT64_MAX}, earliest), std::nullopt);
  EXPECT_EQ(correct_weeks(UtcTime{INT64_MIN}, earliest), std::nullopt);
  EXPECT_EQ(correct_weeks(may, UtcTime{0}), may);
}

TEST(UtcClock, IsNotKnownBeforeTheFirstSampleAndBecomesSurer) {
  UtcClock clock;
  EXPECT_EQ(clock.utc_at(after(1)), std::nullopt);
  EXPECT_TRUE(clock.sample(Source::gnss, after(1), UtcTime{clock_noon_ms}));
  EXPECT_EQ(clock.utc_at(after(1)), UtcTime{clock_noon_ms});
  const double first = clock.uncertainty_s(after(1));
  for (int i = 1; i <= 100; ++i)
    clock.sample(Source::gnss, after(1 + i), UtcTime{clock_noon_ms + i * 1000});
  EXPECT_LT(clock.uncertainty_s(after(101)), first / 2);
  EXPECT_GT(clock.uncertainty_s(after(101 + 86'400)), 4) << "drifts while nobody tells";
  EXPECT_EQ(clock.utc_at(after(101)), UtcTime{clock_noon_ms + 100'000});
}

TEST(UtcClock, RefusesAnOutlierAndBelievesTheFifthInARow) {
  UtcClock clock;
  for (int i = 0; i < 10; ++i)
    clock.sample(Source::gnss, after(i), UtcTime{clock_noon_ms + i * 1000});
  EXPECT_FALSE(clock.sample(Source::gnss, after(10), UtcTime{clock_noon_ms + 3'600'000}));
  EXPECT_TRUE(clock.sample(Source::gnss, after(11), UtcTime{clock_noon_ms + 11'000}));
  for (int i = 0; i < 4; ++i) {
    EXPECT_FALSE(
        clock.sample(Source::gnss, after(12 + i), UtcTime{clock_noon_ms - 86'400'000 + i * 1000}));
  }
  EXPECT_EQ(clock.refused(), 5U);
  EXPECT_TRUE(clock.sample(Source::gnss, after(16), UtcTime{clock_noon_ms - 86'400'000 + 4000}));
  EXPECT_EQ(clock.steps(), 1U);
  EXPECT_EQ(clock.utc_at(after(16)), UtcTime{clock_noon_ms - 86'400'000 + 4000});
}

TEST(UtcClock, UsesATickOnlyWhileGnssIsSilent) {
  UtcClock clock;
  EXPECT_TRUE(clock.sample(Source::tick, after(1), UtcTime{clock_noon_ms}));
  for (int i = 2; i < 10; ++i) {
    clock.sample(Source::gnss, after(i), UtcTime{clock_noon_ms + 7'200'000 + i * 1000});
  }
  EXPECT_EQ(clock.steps(), 1U) << "GNSS outranks the wall clock";
  EXPECT_FALSE(clock.sample(Source::tick, after(20), UtcTime{clock_noon_ms + 7'220'000}));
  EXPECT_TRUE(clock.sample(Source::tick, after(100), UtcTime{clock_noon_ms + 7'300'000}));
  EXPECT_FALSE(clock.sample(Source::tick, after(101), UtcTime{INT64_MAX}));
}

TEST(UtcClock, FollowsARecordingThatIsPlayedFast) {
  UtcClock clock;
  for (int i = 0; i < 1000; ++i) {
    clock.sample(Source::gnss, after(i * 0.02), UtcTime{clock_noon_ms + i * 1000});
  }
  const auto utc = clock.utc_at(after(20));
  ASSERT_TRUE(utc);
  EXPECT_LT(std::abs(utc->ms - (clock_noon_ms + 999'000)), 20'000);
}

TEST(Records, KeepOrderAndNumberWhenTheClocksGoBack) {
  test::Ride ride;
  ride.boot().gnss(30, 114, "2026-05-01T02:00:00Z").wheels_kmh(36).pass(20);
  ride.say(hal::ClockTick{UtcTime{-5}, true});
  test::Ride back(50);  // behind, by the boot clock
  back.cover(test::SwitchState::on).load(0.5).pass(5);
  ride.told().insert(ride.told().end(), back.told().begin(), back.told().end());
  const auto records = test::run(test::muck_truck(), ride.told());
  std::int64_t last_ms = 0;
  for (const auto& record : records) {
    EXPECT_GE(record.stamp.boot_ms, last_ms);
    last_ms = record.stamp.boot_ms;
  }
  ASSERT_FALSE(test::only<protocol::VehicleState>(records).empty());
  EXPECT_EQ(test::only<protocol::VehicleState>(records).back().load, protocol::Load::half);
}

TEST(Records, HaveUtcFromTheFirstFixOn) {
  test::Ride ride;
  ride.boot().pass(5).gnss(30, 114, "2026-05-01T02:00:00Z").pass(5);
  ride.cover(test::SwitchState::on);
  const auto records = test::run(test::muck_truck(), ride.told());
  EXPECT_FALSE(records.front().stamp.utc_ms);
  ASSERT_TRUE(records.back().stamp.utc_ms);
  EXPECT_NEAR(static_cast<double>(*records.back().stamp.utc_ms),
              static_cast<double>(from_iso8601("2026-05-01T02:00:05Z")->ms), 50);
}

}  // namespace
}  // namespace lujing::core
