// Which fixes are believed: each reason, and that a wrong first fix is not for ever.
#include "terminal/core/fusion/fix_gate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace lujing::core {
namespace {

constexpr GeoPoint home{300'000'000, 1'140'000'000};
constexpr std::int64_t noon_ms = 1'777'636'800'000;  // 2026-05-01T12:00:00Z

GnssConfig config() {
  GnssConfig config;
  config.earliest_utc = *from_iso8601("2024-01-01T00:00:00Z");
  return config;
}

hal::GnssFix fix_at(GeoPoint place, std::optional<std::int64_t> utc_ms) {
  hal::GnssFix fix;
  fix.mode = hal::FixMode::fix_3d;
  if (utc_ms) fix.utc = UtcTime{*utc_ms};
  fix.position = place;
  fix.horizontal_error_m = 3;
  return fix;
}

GeoPoint north(double metres) {
  return moved(home, {0, metres});
}

BootTime at(double seconds) {
  return {static_cast<std::int64_t>(seconds * 1e9)};
}

TEST(FixGate, GivesEachRefusalItsReasonAndCountsIt) {
  FixGate gate(config());
  hal::GnssFix none = fix_at(home, noon_ms);
  none.mode = hal::FixMode::none;
  EXPECT_EQ(gate.judge(at(1), none).reason, FixReason::no_fix);
  EXPECT_EQ(gate.judge(at(1), fix_at({}, noon_ms)).reason, FixReason::position);
  EXPECT_EQ(gate.judge(at(1), fix_at({0, 0}, noon_ms)).reason, FixReason::position);
  EXPECT_EQ(gate.judge(at(1), fix_at({910'000'000, 0}, noon_ms)).reason, FixReason::position);
  EXPECT_EQ(gate.judge(at(1), fix_at(home, noon_ms)).reason, FixReason::accepted);
  EXPECT_EQ(gate.judge(at(1.1), fix_at(north(1), noon_ms)).reason, FixReason::duplicate);
  EXPECT_EQ(gate.judge(at(1.2), fix_at(north(1), noon_ms - 1000)).reason, FixReason::time_back);
  hal::GnssFix vague = fix_at(north(10), noon_ms + 1000);
  vague.horizontal_error_m = 100.5;
  EXPECT_EQ(gate.judge(at(2), vague).reason, FixReason::accuracy);
  EXPECT_EQ(gate.judge(at(2), fix_at(north(42), noon_ms + 1000)).reason, FixReason::jump);
  EXPECT_EQ(gate.judge(at(2), fix_at(north(41), noon_ms + 1000)).reason, FixReason::accepted);
  EXPECT_EQ(gate.counts().fixes, 10);
  EXPECT_EQ(gate.counts().of(FixReason::position), 3);
  EXPECT_EQ(gate.counts().of(FixReason::accepted), 2);
}

TEST(FixGate, TakesAnErrorThatIsNoNumberForNotSaid) {
  FixGate gate(config());
  for (const double odd : {std::nan(""), -5.0, std::numeric_limits<double>::infinity()}) {
    hal::GnssFix fix = fix_at(home, noon_ms + gate.counts().fixes * 1000);
    fix.horizontal_error_m = odd;
    EXPECT_TRUE(gate.judge(at(1), fix).accepted()) << odd;
  }
}

TEST(FixGate, JudgesByTheFixesOwnTimesSoThatARecordingMayBePlayedFaster) {
  FixGate gate(config());
  for (int i = 0; i < 100; ++i) {
    const auto fix = fix_at(north(15.0 * i), noon_ms + i * 1000);
    EXPECT_TRUE(gate.judge(at(1 + i * 0.01), fix).accepted()) << i;
  }
}

TEST(FixGate, JudgesByTheBootClockWhereAFixHasNoTime) {
  FixGate gate(config());
  EXPECT_TRUE(gate.judge(at(1), fix_at(home, noon_ms)).accepted());
  EXPECT_EQ(gate.judge(at(2), fix_at(north(50), std::nullopt)).reason, FixReason::jump);
  EXPECT_TRUE(gate.judge(at(3), fix_at(north(50), std::nullopt)).accepted());
  EXPECT_EQ(gate.judge(at(3), fix_at(north(50), std::nullopt)).reason, FixReason::duplicate);
  EXPECT_TRUE(gate.judge(at(4), fix_at(north(50), std::nullopt)).accepted()) << "it stands";
}

TEST(FixGate, DoesNotHoldAFixWithoutATimeAgainstOneThatHasOne) {
  FixGate gate(config());
  EXPECT_TRUE(gate.judge(at(1), fix_at(home, std::nullopt)).accepted());
  const FixVerdict first = gate.judge(at(1.02), fix_at(north(14), noon_ms));  // played fifty times
  EXPECT_TRUE(first.accepted());                                              // faster
  EXPECT_TRUE(first.anew);
  EXPECT_FALSE(gate.judge(at(1.04), fix_at(north(28), noon_ms + 1000)).anew);
  EXPECT_TRUE(gate.judge(at(3), fix_at(north(29), std::nullopt)).accepted());
  EXPECT_EQ(gate.judge(at(3), fix_at(north(500), noon_ms + 2000)).reason, FixReason::jump)
      << "compared with the last one that had a time";
  const FixVerdict next = gate.judge(at(4), fix_at(north(42), noon_ms + 2000));
  EXPECT_TRUE(next.accepted());
  EXPECT_FALSE(next.anew);
}

TEST(FixGate, MovesADateThatIs1024WeeksOff) {
  FixGate gate(config());
  const FixVerdict verdict = gate.judge(at(1), fix_at(home, noon_ms - 619'315'200'000));
  EXPECT_TRUE(verdict.accepted());
  EXPECT_TRUE(verdict.weeks_corrected);
  EXPECT_EQ(verdict.utc, UtcTime{noon_ms});
  EXPECT_FALSE(gate.judge(at(2), fix_at(home, noon_ms + 1000)).weeks_corrected);
  EXPECT_EQ(gate.counts().weeks_corrected, 1);
}

TEST(FixGate, LeavesDatesAsTheyAreWhereNoEarliestIsKnown) {
  FixGate gate{GnssConfig{}};
  EXPECT_EQ(gate.judge(at(1), fix_at(home, noon_ms)).utc, UtcTime{noon_ms});
}

TEST(FixGate, RefusesASingleWildFixAndGoesOn) {
  FixGate gate(config());
  for (int i = 0; i < 20; ++i) {
    const double metres = i == 10 ? 5000 : 10.0 * i;
    const auto verdict = gate.judge(at(i), fix_at(north(metres), noon_ms + i * 1000));
    EXPECT_EQ(verdict.accepted(), i != 10) << i;
  }
}

TEST(FixGate, ComesBackAtTheSpeedLimitAfterAJump) {
  FixGate gate(config());
  gate.judge(at(0), fix_at(home, noon_ms));
  int refused = 0;
  int i = 1;
  while (!gate.judge(at(i), fix_at(north(2000), noon_ms + i * 1000)).accepted()) {
    ++refused;
    ++i;
    ASSERT_LT(i, 1000);
  }
  EXPECT_EQ(i, 48) << "2000 m at 41.67 m/s";
}

TEST(FixGate, BelievesAFarPlaceAfterTenMinutesAndSaysThatItBeginsAnew) {
  FixGate gate(config());
  gate.judge(at(0), fix_at(home, noon_ms));
  const GeoPoint far{520'000'000, 130'000'000};
  for (int i = 1; i <= 600; ++i) {
    EXPECT_EQ(gate.judge(at(i), fix_at(far, noon_ms + i * 1000)).reason, FixReason::jump);
  }
  const FixVerdict verdict = gate.judge(at(601), fix_at(far, noon_ms + 601'000));
  EXPECT_TRUE(verdict.accepted());
  EXPECT_TRUE(verdict.anew);
  EXPECT_FALSE(gate.judge(at(602), fix_at(far, noon_ms + 602'000)).anew);
}

TEST(FixGate, BelievesAClockThatWasAheadAfterFiveFixes) {
  FixGate gate(config());
  gate.judge(at(0), fix_at(home, noon_ms + 3'600'000));
  for (int i = 1; i <= 4; ++i) {
    EXPECT_EQ(gate.judge(at(i), fix_at(home, noon_ms + i * 1000)).reason, FixReason::time_back);
  }
  const FixVerdict verdict = gate.judge(at(5), fix_at(home, noon_ms + 5000));
  EXPECT_TRUE(verdict.accepted());
  EXPECT_TRUE(verdict.anew);
}

TEST(FixGate, NeverAcceptsAPairThatImpliesMoreThanTheLimit) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    std::mt19937_64 random(seed);
    FixGate gate(config());
    std::optional<Epoch> last;
    GeoPoint place = home;
    std::int64_t utc_ms = noon_ms;
    for (int i = 0; i < 2000; ++i) {
      utc_ms += static_cast<std::int64_t>(random() % 1500);
      if (random() % 50 == 0) utc_ms -= 20'000;
      const double reach = random() % 100 == 0 ? 3000 : 15;
      place = moved(place, {reach * (static_cast<double>(random() % 200) / 100 - 1),
                            reach * (static_cast<double>(random() % 200) / 100 - 1)});
      std::optional<std::int64_t> utc;
      if (random() % 30 != 0) utc = utc_ms;
      const BootTime now = at(0.7 * i);
      const FixVerdict verdict = gate.judge(now, fix_at(place, utc));
      if (!verdict.accepted()) continue;
      const Epoch epoch{now, verdict.utc, place};
      if (last && !verdict.anew) {
        const double seconds = epoch.seconds_since(*last);
        EXPECT_GE(seconds, 0);
        EXPECT_LE(distance_m(last->position, place), 150 / 3.6 * seconds + 1e-6);
      }
      last = epoch;
    }
    EXPECT_GT(gate.counts().of(FixReason::accepted), 20);
  }
}

}  // namespace
}  // namespace lujing::core
