// A vehicle that really drives (true_drive.h) before the filter, for the studies of fusion.
#pragma once

#include "terminal/core/fusion/fusion.h"
#include "tests/support/true_drive.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace lujing::accuracy {

struct FusionRig {
  explicit FusionRig(std::uint64_t seed) : drive(seed) {}

  /// A tenth of a second.
  void step(double speed_mps, double turn_rad_s) {
    drive.step(0.1, speed_mps, turn_rad_s);
    ++ticks;
    if (wheels) fusion.take_wheel_speed(drive.at(), drive.wheels_mps());
    if (gyro) fusion.take_yaw_rate(drive.at(), drive.yaw_rad_s());
    if (gnss && ticks % 10 == 0) {
      const hal::GnssFix fix = drive.fix();
      core::FixVerdict verdict;
      verdict.reason = core::FixReason::accepted;
      verdict.utc = fix.utc;
      fusion.take_fix(drive.at(), fix, verdict);
    }
    fusion.pass(drive.at());
  }
  void go(double seconds, double speed_mps, double turn_rad_s = 0) {
    for (int i = 0; i < static_cast<int>(seconds * 10 + 0.5); ++i) step(speed_mps, turn_rad_s);
  }
  void city(test::CityDriver& driver, double seconds) {
    for (int i = 0; i < static_cast<int>(seconds * 10 + 0.5); ++i) {
      const auto wish = driver.next(0.1);
      step(wish.speed_mps, wish.turn_rad_s);
    }
  }
  Offset error() const { return offset(drive.truth(), fusion.pose().position); }
  double error_m() const { return distance_m(fusion.pose().position, drive.truth()); }
  /// The truth lies in the 95 % ellipse.
  bool covered() const {
    const Offset d = error();
    const core::Covariance& c = fusion.pose().covariance;
    const double det = c.east_m2 * c.north_m2 - c.east_north_m2 * c.east_north_m2;
    const double q = c.north_m2 * d.east_m * d.east_m - 2 * c.east_north_m2 * d.east_m * d.north_m +
                     c.east_m2 * d.north_m * d.north_m;
    return q <= 5.991 * det;
  }

  test::Drive drive;
  core::Fusion fusion{core::FusionConfig{}};
  bool wheels = true;
  bool gyro = true;
  bool gnss = true;
  int ticks = 0;
};

/// The value below which `share` of all lie.
inline double quantile(std::vector<double> all, double share) {
  if (all.empty()) return 0;
  std::sort(all.begin(), all.end());
  const auto at = static_cast<std::size_t>(share * static_cast<double>(all.size() - 1) + 0.5);
  return all[at];
}

}  // namespace lujing::accuracy
