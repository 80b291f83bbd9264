// Fusion: where the vehicle is, given what its sensors said; and what odd values change (nothing).
#include "terminal/core/fusion/fusion.h"

#include "tests/support/true_drive.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace lujing::core {
namespace {

using test::Drive;

FixVerdict believed(const hal::GnssFix& fix) {
  FixVerdict verdict;
  verdict.reason = FixReason::accepted;
  verdict.utc = fix.utc;
  return verdict;
}

/// A vehicle with its sensors before a filter.
struct Rig {
  explicit Rig(std::uint64_t seed = 1) : drive(seed) {}

  void go(double seconds, double speed_mps, double turn_rad_s = 0) {
    for (double t = 0; t < seconds - 0.05; t += 0.1) {
      drive.step(0.1, speed_mps, turn_rad_s);
      ++ticks;
      if (wheels) fusion.take_wheel_speed(drive.at(), drive.wheels_mps());
      if (gyro) fusion.take_yaw_rate(drive.at(), drive.yaw_rad_s());
      if (gnss && ticks % 10 == 0) {
        const hal::GnssFix fix = drive.fix();
        fusion.take_fix(drive.at(), fix, believed(fix));
      }
      if (fusion.pass(drive.at())) ++poses;
    }
  }
  double error_m() const { return distance_m(fusion.pose().position, drive.truth()); }
  bool within_ellipse() const {
    const Pose& pose = fusion.pose();
    const Offset d = offset(pose.position, drive.truth());
    const Covariance& c = pose.covariance;
    const double det = c.east_m2 * c.north_m2 - c.east_north_m2 * c.east_north_m2;
    const double q = c.north_m2 * d.east_m * d.east_m - 2 * c.east_north_m2 * d.east_m * d.north_m +
                     c.east_m2 * d.north_m * d.north_m;
    return q / det < 13.8;
  }

  Drive drive;
  Fusion fusion{FusionConfig{}};
  bool wheels = true;
  bool gyro = true;
  bool gnss = true;
  int ticks = 0;
  int poses = 0;
};

TEST(Fusion, KnowsNothingAtFirst) {
  Rig rig;
  EXPECT_EQ(rig.fusion.pose().mode, PoseMode::none);
  rig.gnss = false;
  rig.go(10, 5);
  EXPECT_EQ(rig.fusion.pose().mode, PoseMode::none);
  EXPECT_FALSE(rig.fusion.pose().position.valid());
  EXPECT_NEAR(rig.fusion.pose().driven_m, 50, 2);
}

TEST(Fusion, TellsTenPosesASecond) {
  Rig rig;
  rig.go(100, 10);
  EXPECT_EQ(rig.poses, 1000);
}

TEST(Fusion, IsBetterThanItsReceiver) {
  Rig rig(7);
  rig.drive.sky.white_m = 5;
  rig.drive.sky.drift_m = 1;
  rig.go(120, 10, 0.005);
  double worst = 0;
  for (int i = 0; i < 60; ++i) {
    rig.go(1, 10, 0.005);
    worst = std::max(worst, rig.error_m());
    EXPECT_EQ(rig.fusion.pose().mode, PoseMode::gnss);
  }
  EXPECT_LT(worst, 6);
}

TEST(Fusion, LearnsTheWheelsScaleAndTheGyrosBias) {
  Rig rig(3);
  rig.drive.wheel_scale = 0.02;
  rig.drive.gyro_bias = 0.01;
  rig.go(20, 0);
  rig.go(200, 12, 0.01);
  EXPECT_NEAR(rig.fusion.estimate().x[state::scale], 0.02, 0.004);
  EXPECT_NEAR(rig.fusion.estimate().x[state::gyro_bias], 0.01, 0.001);
}

TEST(Fusion, GoesOnInATunnel) {
  Rig rig(4);
  rig.drive.wheel_scale = -0.02;
  rig.drive.gyro_bias = 0.004;
  rig.go(10, 0);
  rig.go(180, 11, 0.008);
  rig.gnss = false;
  const double before = rig.fusion.pose().covariance.east_m2;
  rig.go(180, 11.1, 0.002);
  EXPECT_EQ(rig.fusion.pose().mode, PoseMode::dead_reckoning);
  EXPECT_LT(rig.error_m(), 60) << "2 km";
  EXPECT_GT(rig.fusion.pose().covariance.east_m2, before);
  EXPECT_TRUE(rig.within_ellipse());
  rig.gnss = true;
  rig.go(30, 11);
  EXPECT_EQ(rig.fusion.pose().mode, PoseMode::gnss);
  EXPECT_LT(rig.error_m(), 10);
}

TEST(Fusion, IsLostWithoutWheelsAndReceiverButNotWhereItStood) {
  Rig rig(5);
  rig.go(60, 8);
  rig.gnss = rig.wheels = rig.gyro = false;
  rig.go(4, 8);
  EXPECT_EQ(rig.fusion.pose().mode, PoseMode::dead_reckoning);
  rig.go(4, 8);
  EXPECT_EQ(rig.fusion.pose().mode, PoseMode::lost);

  Rig parked(6);
  parked.go(60, 8);
  parked.go(10, 0);
  parked.gnss = parked.wheels = false;
  parked.go(3600, 0);
  EXPECT_EQ(parked.fusion.pose().mode, PoseMode::dead_reckoning) << "the engine is off";
}

TEST(Fusion, HoldsAParkedVehicleThoughItsReceiverWanders) {
  for (const bool with_wheels : {true, false}) {
    Rig rig(8);
    rig.wheels = rig.gyro = with_wheels;
    rig.drive.sky = {6, 120, 1.5, 0.15, -1, 0, 0};
    rig.go(60, 10);
    rig.go(20, 0);
    const double driven = rig.fusion.pose().driven_m;
    GeoPoint at = rig.fusion.pose().position;
    double path = 0;
    for (int i = 0; i < 7200; ++i) {
      rig.go(1, 0);
      path += distance_m(at, rig.fusion.pose().position);
      at = rig.fusion.pose().position;
    }
    EXPECT_LT(rig.fusion.pose().driven_m - driven, 1) << with_wheels;
    EXPECT_LT(path, 20) << with_wheels;
    EXPECT_TRUE(rig.fusion.pose().standing);
    rig.go(20, 10);
    EXPECT_FALSE(rig.fusion.pose().standing);
    EXPECT_TRUE(rig.within_ellipse());
  }
}

TEST(Fusion, RefusesWhatDoesNotFitAndCountsIt) {
  Rig rig(9);
  rig.go(120, 10);
  const auto before = rig.fusion.estimate().counts;
  hal::GnssFix odd = rig.drive.fix();
  odd.position = moved(odd.position, {40, 0});
  odd.utc->ms += 100;
  rig.drive.step(0.1, 10, 0);
  rig.fusion.take_fix(rig.drive.at(), odd, believed(odd));
  const auto& after = rig.fusion.estimate().counts;
  const auto at = static_cast<std::size_t>(Sensor::gnss_position);
  EXPECT_EQ(after[at].refused, before[at].refused + 1);
  EXPECT_GT(after[at].innovation, 30);
  rig.go(2, 10);
  EXPECT_LT(rig.error_m(), 6);
}

TEST(Fusion, ComesBackToAReceiverThatStaysElsewhere) {
  Rig rig(10);
  rig.go(60, 10);
  Drive& drive = rig.drive;
  for (int i = 0; i < 40; ++i) {  // a bridge's reflection? no: it was wrong before
    drive.step(1, 10, 0);
    rig.fusion.take_wheel_speed(drive.at(), drive.wheels_mps());
    hal::GnssFix fix = drive.fix();
    fix.position = moved(fix.position, {300, 0});
    rig.fusion.take_fix(drive.at(), fix, believed(fix));
    rig.fusion.pass(drive.at());
  }
  EXPECT_NEAR(offset(drive.truth(), rig.fusion.pose().position).east_m, 300, 15);
  EXPECT_EQ(rig.fusion.estimate().placed_anew, 1);
}

TEST(Fusion, DoesNotFollowAFrozenReceiverWhileTheWheelsTurn) {
  Rig rig(11);
  rig.go(120, 10);
  hal::GnssFix frozen = rig.drive.fix();
  frozen.speed_mps = 0;
  for (int i = 0; i < 60; ++i) {
    rig.gnss = false;
    rig.go(1, 10);
    frozen.utc->ms += 1000;
    rig.fusion.take_fix(rig.drive.at(), frozen, believed(frozen));
  }
  EXPECT_LT(rig.error_m(), 40) << "600 m on";
  EXPECT_GT(distance_m(rig.fusion.pose().position, frozen.position), 500);
}

TEST(Fusion, DoubtsWheelsThatStandWhileTheReceiverDrives) {
  Rig rig(12);
  rig.go(60, 10);
  rig.wheels = false;
  for (int i = 0; i < 900; ++i) {
    rig.go(0.1, 10);
    rig.fusion.take_wheel_speed(rig.drive.at(), 0);
  }
  EXPECT_TRUE(rig.fusion.estimate().wheels_doubted);
  EXPECT_LT(rig.error_m(), 15);
  rig.wheels = true;
  rig.go(60, 10);
  EXPECT_FALSE(rig.fusion.estimate().wheels_doubted);
}

TEST(Fusion, KnowsThatItReverses) {
  Rig rig(13);
  rig.drive.sky = {1, 60, 0.3, 0.05, -1, 0, 0};
  rig.go(60, 8);
  rig.go(5, 0);
  rig.go(15, -2);
  EXPECT_LT(rig.fusion.pose().speed_mps, -1.5);
  EXPECT_NEAR(wrap_pi(rig.fusion.pose().heading_rad - rig.drive.heading()), 0, 0.15);
  rig.go(5, 0);
  rig.go(15, 6);
  EXPECT_GT(rig.fusion.pose().speed_mps, 5);
  EXPECT_NEAR(wrap_pi(rig.fusion.pose().heading_rad - rig.drive.heading()), 0, 0.15);
}

TEST(Fusion, HoldsOnARoadThatIsKnown) {
  Rig rig(14);
  rig.gyro = false;
  rig.go(120, 12);
  rig.gnss = false;
  const GeoPoint start = rig.drive.truth();
  for (int i = 0; i < 60; ++i) {
    rig.go(1, 12);
    const Offset gone = offset(start, rig.fusion.pose().position);
    const double along = gone.east_m * std::sin(0.5) + gone.north_m * std::cos(0.5);
    RoadLine line;
    line.foot = moved(start, {along * std::sin(0.5), along * std::cos(0.5)});
    line.bearing_rad = 0.5;
    rig.fusion.take_road(rig.drive.at(), line);
    rig.fusion.pass(rig.drive.at());
  }
  EXPECT_EQ(rig.fusion.pose().mode, PoseMode::road_bound);
  EXPECT_LT(rig.error_m(), 20);
  EXPECT_GT(std::sqrt(rig.fusion.pose().covariance.east_m2), 2) << "a line teaches no place on it";
}

TEST(Fusion, TurnsByTheWheelPairAndBySteering) {
  for (const bool pair : {true, false}) {
    Rig rig(15);
    rig.gyro = false;
    const auto go = [&](double seconds, double v, double turn) {
      for (int i = 0; i < static_cast<int>(seconds * 10); ++i) {
        rig.go(0.1, v, turn);
        if (pair) {
          rig.fusion.take_wheel_left(rig.drive.at(), v + turn * 1.9 / 2);
          rig.fusion.take_wheel_right(rig.drive.at(), v - turn * 1.9 / 2);
        } else {
          rig.fusion.take_steering(rig.drive.at(), -20 * std::atan(4.5 * turn / v));
        }
      }
    };
    go(120, 10, 0.01);
    rig.gnss = false;
    go(10, 10, 0);
    go(10, 8, 0.1571);
    go(20, 10, 0);
    EXPECT_LT(rig.error_m(), 25) << pair << ": 90 degrees and 380 m";
    EXPECT_TRUE(rig.within_ellipse());
  }
}

TEST(Fusion, TakesNothingFromNumbersThatAreNone) {
  Rig rig(16);
  rig.go(60, 10);
  Rig same(16);
  same.go(60, 10);
  for (const double odd : {std::nan(""), std::numeric_limits<double>::infinity(),
                           -std::numeric_limits<double>::infinity(), 1e308}) {
    rig.fusion.take_wheel_speed(rig.drive.at(), odd);
    rig.fusion.take_wheel_left(rig.drive.at(), odd);
    rig.fusion.take_wheel_right(rig.drive.at(), odd);
    rig.fusion.take_yaw_rate(rig.drive.at(), odd);
    rig.fusion.take_steering(rig.drive.at(), odd);
    rig.fusion.take_road(rig.drive.at(), {rig.drive.truth(), odd, 3, 0.1});
    rig.fusion.take_road(rig.drive.at(), {GeoPoint{}, 0, 3, 0.1});
  }
  rig.fusion.take_wheel_speed(rig.drive.at(), -1);
  EXPECT_EQ(rig.fusion.estimate().x, same.fusion.estimate().x);
  for (const double odd : {std::nan(""), std::numeric_limits<double>::infinity(), -1.0, 0.0}) {
    rig.drive.step(1, 10, 0);
    hal::GnssFix fix = rig.drive.fix();
    fix.speed_mps = odd;
    fix.course_rad = odd;
    fix.horizontal_error_m = odd;
    fix.speed_error_mps = odd;
    fix.course_error_rad = odd;
    rig.fusion.take_fix(rig.drive.at(), fix, believed(fix));
  }
  for (const double x : rig.fusion.estimate().x) EXPECT_TRUE(std::isfinite(x));
  rig.go(5, 10);
  EXPECT_LT(rig.error_m(), 10);
}

TEST(Fusion, IsTheSameWhateverTheOrderOfArrival) {
  struct Heard {
    BootTime at;
    int kind;
    double value;
  };
  std::vector<Heard> heard;
  Drive drive(17);
  test::CityDriver driver(17);
  for (int i = 0; i < 3000; ++i) {
    const auto wish = driver.next(0.05);
    drive.step(0.05, wish.speed_mps, wish.turn_rad_s);
    heard.push_back({{drive.at().ns}, 0, drive.wheels_mps()});
    heard.push_back({{drive.at().ns + 7}, 1, drive.yaw_rad_s()});
  }
  const auto tell = [](const std::vector<Heard>& all) {
    Fusion fusion{FusionConfig{}};
    for (const Heard& one : all) {
      if (one.kind == 0) fusion.take_wheel_speed(one.at, one.value);
      if (one.kind == 1) fusion.take_yaw_rate(one.at, one.value);
    }
    EXPECT_EQ(fusion.too_late(), 0);
    return fusion.estimate();
  };
  const Estimate in_order = tell(heard);
  std::vector<Heard> mixed = heard;
  for (std::size_t i = 40; i + 20 < mixed.size(); i += 20) {
    std::shuffle(mixed.begin() + static_cast<std::ptrdiff_t>(i),
                 mixed.begin() + static_cast<std::ptrdiff_t>(i + 20), std::mt19937_64(i));
  }
  const Estimate shuffled = tell(mixed);
  EXPECT_EQ(in_order.x, shuffled.x);
  EXPECT_EQ(in_order.p, shuffled.p);
  EXPECT_EQ(in_order.driven_m, shuffled.driven_m);
}

TEST(Fusion, PutsALateFixWhereItBelongs) {
  Rig rig(18);
  rig.drive.sky = {0.5, 60, 0.2, 0.05, -1, 0, 0};
  rig.go(60, 15);
  rig.gnss = false;
  double worst = 0;
  for (int i = 0; i < 30; ++i) {
    const hal::GnssFix fix = rig.drive.fix();
    const double late_s = 0.2 + 0.1 * (i % 12);
    rig.go(late_s, 15);
    rig.fusion.take_fix(rig.drive.at(), fix, believed(fix));
    rig.go(1.5 - late_s, 15);
    worst = std::max(worst, rig.error_m());
  }
  EXPECT_LT(worst, 3) << "15 m/s: a second too late would be 15 m";
  EXPECT_GT(rig.fusion.late(), 20);
  const std::int64_t before = rig.fusion.too_late();
  rig.fusion.take_wheel_speed(BootTime{rig.drive.at().ns - 5 * ns_per_s}, 3);
  EXPECT_EQ(rig.fusion.too_late(), before + 1);
}

TEST(Fusion, LivesInARecordingThatIsReplayedFiftyTimesFaster) {
  Rig rig(19);
  Drive& drive = rig.drive;
  for (int i = 0; i < 300; ++i) {
    drive.step(1, 8, 0.01);
    const hal::GnssFix fix = drive.fix();
    const BootTime fast{drive.at().ns / 50};
    rig.fusion.take_fix(fast, fix, believed(fix));
    if (rig.fusion.pass(fast) && i > 30) {
      EXPECT_LT(rig.error_m(), 20);
    }
  }
}

TEST(Fusion, CrossesTheDateLine) {
  Rig rig(20);
  rig.drive = Drive(20, {-170'000'000, 1'799'900'000});
  rig.drive.turn_to(pi / 2);
  rig.go(600, 15);
  EXPECT_LT(rig.error_m(), 10);
  EXPECT_LT(rig.fusion.pose().position.lon_e7, 0);
}

}  // namespace
}  // namespace lujing::core
