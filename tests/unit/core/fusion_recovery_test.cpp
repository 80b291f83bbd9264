// Fusion after something sudden: what is refused again and again is believed soon; what is odd
// once, or pulled off slowly, is not.
#include "terminal/core/fusion/fusion.h"
#include "tests/support/true_drive.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

namespace lujing::core {
namespace {

/// A vehicle with its sensors before a filter; it may break and start as no vehicle can.
struct Sudden {
  explicit Sudden(std::uint64_t seed) : drive(seed) { drive.sky = {0.5, 60, 0.2, 0.05, -1, 0, 0}; }

  void step(double speed_mps, double turn_rad_s = 0) {
    drive.step(0.1, speed_mps, turn_rad_s);
    ++ticks;
    if (wheels_every > 0 && ticks % wheels_every == 0) {
      fusion.take_wheel_speed(drive.at(), drive.wheels_mps());
    }
    if (gyro) fusion.take_yaw_rate(drive.at(), drive.yaw_rad_s() + gyro_off);
    if (gnss && ticks % 10 == 3) take(drive.fix());
    fusion.pass(drive.at());
    worst_m = std::max(worst_m, error_m());
  }
  void take(const hal::GnssFix& fix) {
    FixVerdict verdict;
    verdict.reason = FixReason::accepted;
    verdict.utc = fix.utc;
    fusion.take_fix(drive.at(), fix, verdict);
  }
  void go(double seconds, double speed_mps, double turn_rad_s = 0) {
    for (int i = 0; i < std::lround(seconds * 10); ++i) step(speed_mps, turn_rad_s);
  }
  void brake(double from_mps, double to_mps, double by) {
    for (double v = from_mps; v > to_mps; v -= by * 0.1) step(v);
  }
  double error_m() const { return distance_m(fusion.pose().position, drive.truth()); }
  double speed_off() const { return std::fabs(fusion.pose().speed_mps - drive.speed()); }
  std::int64_t refused(Sensor sensor) const {
    return fusion.estimate().counts[static_cast<std::size_t>(sensor)].refused;
  }

  test::Drive drive;
  Fusion fusion{FusionConfig{}};
  int wheels_every = 1;
  bool gyro = true;
  bool gnss = true;
  double gyro_off = 0;
  int ticks = 0;
  double worst_m = 0;
};

TEST(FusionRecovery, FollowsASuddenStopAndASuddenStart) {
  for (const bool with_gnss : {true, false}) {
    for (int phase = 0; phase < 10; ++phase) {
      Sudden ride(20 + static_cast<std::uint64_t>(phase));
      ride.go(60 + 0.1 * phase, 8.3);
      ride.gnss = with_gnss;
      ride.worst_m = 0;
      ride.go(1, 1.4);
      EXPECT_LT(ride.speed_off(), 0.3) << phase;
      ride.go(7, 1.4);
      ride.go(1, 8.3);
      EXPECT_LT(ride.speed_off(), 0.3) << phase;
      ride.go(9, 8.3);
      EXPECT_LT(ride.worst_m, 4) << phase << with_gnss;
      EXPECT_EQ(ride.fusion.pose().mode == PoseMode::gnss, with_gnss);
    }
  }
}

TEST(FusionRecovery, BrakesHardWithSlowWheelSignals) {
  for (const bool with_gnss : {true, false}) {
    for (int phase = 0; phase < 10; ++phase) {
      Sudden ride(40 + static_cast<std::uint64_t>(phase));
      ride.wheels_every = 10;
      ride.go(60 + 0.1 * phase, 13.9);
      ride.gnss = with_gnss;
      ride.worst_m = 0;
      ride.brake(13.9, 2, 7);
      ride.go(with_gnss ? 1.2 : 2, 2);
      EXPECT_LT(ride.speed_off(), 0.6) << phase << with_gnss;
      ride.go(10, 2);
      // Without fixes nobody can know when within its second it braked: up to 12 m/s for that long.
      EXPECT_LT(ride.error_m(), with_gnss ? 3 : 9) << phase << with_gnss;
      EXPECT_LT(ride.worst_m, 16) << phase << with_gnss;
    }
  }
}

TEST(FusionRecovery, FollowsTheReceiverAloneThroughASuddenChange) {
  Sudden ride(60);
  ride.wheels_every = 0;
  ride.go(60, 20);
  ride.go(3, 3);
  EXPECT_LT(ride.speed_off(), 0.5);
  ride.go(5, 3);
  EXPECT_LT(ride.error_m(), 5);
}

TEST(FusionRecovery, BelievesWheelsAndReceiverAtOnceWhenTheyAgree) {
  Sudden ride(61);
  ride.go(60, 10);
  ride.gnss = false;
  ride.wheels_every = 0;
  ride.step(3);
  ride.take(ride.drive.fix());
  ride.fusion.pass(ride.drive.at());
  EXPECT_GT(ride.speed_off(), 4) << "the receiver alone";
  ride.wheels_every = 1;
  ride.step(3);
  EXPECT_LT(ride.speed_off(), 0.3) << "the first wheels after it";
}

TEST(FusionRecovery, StillRefusesOneOddSpeed) {
  Sudden ride(62);
  ride.go(60, 10);
  for (const double odd : {2.0, 25.0}) {
    const std::int64_t before = ride.refused(Sensor::wheel_speed);
    for (int i = 0; i < 20; ++i) {
      ride.go(0.5, 10);
      ride.fusion.take_wheel_speed(ride.drive.at(), odd);
      ride.fusion.pass(ride.drive.at());
      EXPECT_LT(ride.speed_off(), 0.3);
    }
    EXPECT_EQ(ride.refused(Sensor::wheel_speed), before + 20);
  }
  const std::int64_t before = ride.refused(Sensor::gnss_speed);
  ride.gnss = false;
  for (int i = 0; i < 20; ++i) {
    ride.go(1, 10);
    hal::GnssFix fix = ride.drive.fix();
    fix.speed_mps = 2;
    ride.take(fix);
    EXPECT_LT(ride.speed_off(), 0.3) << "wheels turn: a receiver alone is never believed";
  }
  EXPECT_EQ(ride.refused(Sensor::gnss_speed), before + 20);
}

TEST(FusionRecovery, DoesNotBelieveWheelsThatTheReceiverContradicts) {
  Sudden ride(63);
  ride.go(60, 10);
  ride.wheels_every = 0;
  for (int i = 0; i < 20; ++i) {  // slow signals of a wheel that spins
    ride.go(1, 10);
    ride.fusion.take_wheel_speed(ride.drive.at(), 16);
  }
  EXPECT_LT(ride.speed_off(), 0.5);
  EXPECT_LT(ride.error_m(), 4);
}

TEST(FusionRecovery, IsNotSureOfATurnThatBeganWhileTheBusWasSilent) {
  Sudden ride(66);
  ride.go(20, 0);
  ride.go(60, 8, 0.02);
  ride.go(30, 0);
  ride.wheels_every = 0;
  ride.gyro = ride.gnss = false;
  for (int i = 0; i < 25; ++i) ride.step(0.1 * i, 0.3);
  ride.wheels_every = 1;
  ride.gyro = true;
  ride.go(0.2, 2.5, 0.3);
  const Pose& pose = ride.fusion.pose();
  const double off = std::fabs(wrap_pi(pose.heading_rad - ride.drive.heading()));
  EXPECT_GT(off, 0.3) << "nobody saw the turn";
  EXPECT_LT(off, 3 * pose.heading_sigma) << "and it says so";
  EXPECT_LT(ride.error_m(), 3 * std::sqrt(pose.covariance.east_m2 + pose.covariance.north_m2));
}

TEST(FusionRecovery, FindsAHeadingThatItsGyroLost) {
  Sudden ride(64);
  ride.go(60, 8);
  ride.gnss = false;
  ride.gyro_off = 0.8;  // does not see a quarter of a circle
  ride.go(2, 8, 0.8);
  ride.gyro_off = 0;
  ride.gnss = true;
  ride.go(2.2, 8);
  EXPECT_NEAR(wrap_pi(ride.fusion.pose().heading_rad - ride.drive.heading()), 0, 0.1);
  ride.go(8, 8);
  EXPECT_LT(ride.error_m(), 5);
  EXPECT_EQ(ride.fusion.pose().mode, PoseMode::gnss);
}

TEST(FusionRecovery, IsNotTurnedByOneOddCourseNorByASlowPull) {
  Sudden ride(65);
  ride.go(60, 10);
  ride.gnss = false;
  for (int i = 0; i < 15; ++i) {
    ride.go(1, 10);
    hal::GnssFix fix = ride.drive.fix();
    if (i % 2 == 0) fix.course_rad = wrap_two_pi(*fix.course_rad + 1.0);
    ride.take(fix);
    EXPECT_NEAR(wrap_pi(ride.fusion.pose().heading_rad - ride.drive.heading()), 0, 0.05);
  }
  for (int i = 0; i < 15; ++i) {  // 1.5 m a second to the side
    ride.go(1, 10);
    hal::GnssFix fix = ride.drive.fix();
    fix.course_rad = wrap_two_pi(ride.drive.heading() + 0.15);
    fix.position = moved(fix.position, {1.5 * i, 0});
    ride.take(fix);
  }
  EXPECT_NEAR(wrap_pi(ride.fusion.pose().heading_rad - ride.drive.heading()), 0, 0.08);
}

TEST(FusionRecovery, IsNotLedByTheWheelsOfAnotherVehicle) {
  for (const bool with_gyro : {true, false}) {
    Sudden ride(70);
    ride.gyro = with_gyro;
    ride.wheels_every = 0;
    test::CityDriver own(70);
    test::CityDriver stranger(71);
    std::vector<double> errors;
    for (int i = 0; i < 6000; ++i) {
      const auto wish = own.next(0.1);
      ride.step(wish.speed_mps, wish.turn_rad_s);
      ride.fusion.take_wheel_speed(ride.drive.at(), stranger.next(0.1).speed_mps);
      if (i > 1200) errors.push_back(ride.error_m());
    }
    std::sort(errors.begin(), errors.end());
    EXPECT_LT(errors[errors.size() / 2], 5) << with_gyro;
    EXPECT_LT(errors[errors.size() * 95 / 100], 30) << with_gyro;
    EXPECT_GT(ride.fusion.estimate().times_wheels_doubted, 0);
    EXPECT_GT(ride.refused(Sensor::wheel_speed), 1000) << "counted";
  }
}

TEST(FusionRecovery, LivesInAFastReplayWithAnotherVehiclesWheels) {
  Sudden ride(72);
  test::CityDriver own(72);
  test::CityDriver stranger(73);
  std::vector<double> errors;
  for (int i = 1; i <= 12'000; ++i) {  // a fix each 20 ms, wheels each 50 ms
    const BootTime now{100 * ns_per_s + i * 10 * ns_per_ms};
    if (i % 5 == 0) ride.fusion.take_wheel_speed(now, stranger.next(0.05).speed_mps);
    if (i % 2 != 0) continue;
    for (int k = 0; k < 10; ++k) {
      const auto wish = own.next(0.1);
      ride.drive.step(0.1, wish.speed_mps, wish.turn_rad_s);
    }
    const hal::GnssFix fix = ride.drive.fix();
    FixVerdict verdict;
    verdict.reason = FixReason::accepted;
    verdict.utc = fix.utc;
    ride.fusion.take_fix(now, fix, verdict);
    ride.fusion.refresh(now);
    if (i > 1000) errors.push_back(ride.error_m());
  }
  std::sort(errors.begin(), errors.end());
  EXPECT_LT(errors[errors.size() * 95 / 100], 15);
  EXPECT_LT(errors.back(), 60);
}

TEST(FusionRecovery, ComesBackToAReceiverThatStandsWhileStrangeWheelsTurn) {
  Sudden ride(74);
  ride.go(60, 10);
  ride.wheels_every = 0;
  ride.go(5, 0);
  for (int i = 0; i < 9000; ++i) {
    ride.step(0);
    ride.fusion.take_wheel_speed(ride.drive.at(), 8 + 3 * std::sin(i * 0.01));
  }
  EXPECT_LT(ride.error_m(), 15) << "ten minutes are enough";
  EXPECT_TRUE(ride.fusion.estimate().wheels_doubted);
}

TEST(FusionRecovery, FindsOutThatCoursesAreNone) {
  for (const bool none : {true, false}) {
    Sudden ride(75);
    ride.gnss = false;
    test::CityDriver driver(75);
    for (int i = 0; i < 3000; ++i) {
      const auto wish = driver.next(0.1);
      ride.step(wish.speed_mps, wish.turn_rad_s);
      if (i == 600) ride.worst_m = 0;
      if (i % 10 != 3) continue;
      hal::GnssFix fix = ride.drive.fix();
      fix.course_rad = none ? std::nullopt : std::optional(wrap_two_pi(*fix.course_rad + 1.2));
      ride.take(fix);
      ride.fusion.pass(ride.drive.at());
    }
    EXPECT_LT(ride.worst_m, 8) << none;
    EXPECT_NEAR(wrap_pi(ride.fusion.pose().heading_rad - ride.drive.heading()), 0, 0.1) << none;
    EXPECT_EQ(ride.fusion.estimate().course_doubted, !none);
  }
}

TEST(FusionRecovery, LearnsAGyrosNewBias) {
  Sudden ride(76);
  ride.go(120, 0);
  ride.go(60, 10);
  ride.go(60, 0);
  ride.gyro_off = 0.1;
  ride.go(6, 0);
  EXPECT_EQ(ride.fusion.estimate().turn_bias_anew, 1);
  EXPECT_NEAR(ride.fusion.estimate().x[state::gyro_bias], -0.1, 0.01);
  ride.gnss = false;
  ride.go(30, 10);
  EXPECT_LT(ride.error_m(), 15);
}

}  // namespace
}  // namespace lujing::core
