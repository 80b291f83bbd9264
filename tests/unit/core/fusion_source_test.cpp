// Sources that are wrong, silent or missing: a course in other units, turns that nothing sees, a
// sensor that tells nonsense, minutes in which nobody tells anything.
#include "terminal/core/fusion/fusion.h"
#include "tests/support/true_drive.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace lujing::core {
namespace {

/// Wheels ten times a second, a fix each second; no sensor of turns.
struct Blind {
  explicit Blind(std::uint64_t seed) : drive(seed) { drive.sky = {1, 60, 0.5, 0.1, -1, 0, 0}; }

  void step(double speed_mps, double turn_rad_s = 0) {
    drive.step(0.1, speed_mps, turn_rad_s);
    if (wheels) fusion.take_wheel_speed(drive.at(), drive.wheels_mps());
    if (yaw) fusion.take_yaw_rate(drive.at(), yaw(drive.yaw_rad_s()));
    if (gnss && ++ticks % 10 == 0) {
      hal::GnssFix fix = drive.fix();
      change(fix);
      FixVerdict verdict;
      verdict.reason = FixReason::accepted;
      verdict.utc = fix.utc;
      fusion.take_fix(drive.at(), fix, verdict);
    }
    fusion.pass(drive.at());
    worst_m = std::max(worst_m, error_m());
  }
  void go(double seconds, double speed_mps, double turn_rad_s = 0) {
    for (int i = 0; i < std::lround(seconds * 10); ++i) step(speed_mps, turn_rad_s);
  }
  void city(test::CityDriver& driver, int seconds) {
    for (int i = 0; i < seconds * 10; ++i) {
      const auto wish = driver.next(0.1);
      step(wish.speed_mps, wish.turn_rad_s);
    }
  }
  double error_m() const { return distance_m(fusion.pose().position, drive.truth()); }
  const SensorCount& count(Sensor sensor) const {
    return fusion.estimate().counts[static_cast<std::size_t>(sensor)];
  }

  test::Drive drive;
  Fusion fusion{FusionConfig{}};
  std::function<void(hal::GnssFix&)> change = [](hal::GnssFix&) {};
  std::function<double(double)> yaw;
  bool wheels = true;
  bool gnss = true;
  int ticks = 0;
  double worst_m = 0;
};

void no_course(hal::GnssFix& fix) {
  fix.speed_mps.reset();
  fix.course_rad.reset();
}

TEST(FusionSource, PutsACourseInOtherUnitsOutOfUse) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    Blind ride(seed);
    ride.change = [](hal::GnssFix& fix) {
      if (fix.course_rad) fix.course_rad = *fix.course_rad * 512 / 360;
    };
    test::CityDriver driver(seed);
    ride.city(driver, 120);
    ride.worst_m = 0;
    ride.city(driver, 600);
    EXPECT_LT(ride.worst_m, 25) << seed;
    EXPECT_TRUE(ride.count(Sensor::gnss_course).unused) << seed;
    EXPECT_GE(ride.count(Sensor::gnss_course).times_unused, 1) << seed;
    EXPECT_GT(ride.count(Sensor::gnss_position).accepted, 600) << seed;
  }
}

TEST(FusionSource, KeepsACourseThatIsRight) {
  Blind ride(9);
  test::CityDriver driver(9);
  ride.city(driver, 1800);
  EXPECT_EQ(ride.count(Sensor::gnss_course).times_unused, 0);
}

TEST(FusionSource, FollowsATurnThatOnlyPositionsShow) {
  for (std::uint64_t seed = 20; seed < 30; ++seed) {
    Blind ride(seed);
    ride.change = no_course;
    ride.go(60, 10);
    ride.worst_m = 0;
    ride.go(5, 6, seed % 2 == 0 ? pi / 10 : -pi / 10);
    ride.go(30, 10);
    EXPECT_LT(ride.worst_m, 18) << seed;
    EXPECT_LE(ride.count(Sensor::gnss_position).refused, 2) << seed;
    EXPECT_LT(ride.error_m(), 6) << seed;
  }
}

TEST(FusionSource, PutsAYawRateThatIsNonsenseOutOfUse) {
  Blind ride(31);
  int n = 0;
  ride.yaw = [&n](double) { return ++n % 2 == 0 ? 2.5 : -2.5; };
  test::CityDriver driver(31);
  ride.city(driver, 60);
  ride.worst_m = 0;
  ride.city(driver, 600);
  EXPECT_TRUE(ride.count(Sensor::yaw_rate).unused);
  EXPECT_LT(ride.worst_m, 20);
  ride.yaw = [](double rad_s) { return rad_s; };
  ride.city(driver, 300);
  EXPECT_FALSE(ride.count(Sensor::yaw_rate).unused) << "mended: used again";
}

TEST(FusionSource, DoesNotDriveOnThroughSilence) {
  Blind ride(40);
  ride.go(60, 15);
  const double before_m = ride.fusion.pose().driven_m;
  const BootTime later{ride.drive.at().ns + 600 * ns_per_s};
  ride.fusion.refresh(later);
  EXPECT_NEAR(ride.fusion.pose().driven_m - before_m, 5 * 15, 2)
      << "five seconds at its last speed";
  EXPECT_EQ(ride.fusion.pose().mode, PoseMode::lost);
  EXPECT_GT(ride.fusion.pose().covariance.east_m2, 1e6) << "and it may have gone anywhere";
}

TEST(FusionSource, BridgesASilenceFromFixToFix) {
  Blind ride(41);
  ride.go(60, 15);
  ride.wheels = ride.gnss = false;
  ride.go(100, 15);
  ride.wheels = ride.gnss = true;
  ride.go(20, 15);
  EXPECT_NEAR(ride.fusion.pose().driven_m, 180 * 15, 40);
  EXPECT_NEAR(ride.fusion.estimate().silent_s, 95, 2);
  EXPECT_NEAR(ride.fusion.estimate().bridged_m, 95 * 15, 40);
  EXPECT_LT(ride.error_m(), 10);
}

}  // namespace
}  // namespace lujing::core
