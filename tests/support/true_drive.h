// A vehicle that really drives, for tests and studies of fusion: speed and turn are given, where it
// is follows, and what its sensors would say is drawn from a seed. It knows nothing of the product.
#pragma once

#include "base/geo.h"
#include "hal/observation.h"

#include <cmath>
#include <random>

namespace lujing::test {

/// Errors of a receiver: one that lasts (first-order Gauss-Markov), and a new one at each fix.
struct Sky {
  double drift_m = 2.0;  ///< sigma along an axis
  double drift_s = 60;
  double white_m = 0.5;
  double speed_mps = 0.1;     ///< sigma
  double reported_95_m = -1;  ///< negative: as it is
  double leap_every_s = 0;    ///< canyon: now and then the lasting error leaps (0: never)
  double leap_m = 0;          ///< sigma of the leap
};

class Drive {
 public:
  explicit Drive(std::uint64_t seed, GeoPoint start = {304'000'000, 1'148'000'000})
      : random_(seed), start_(start) {}

  double wheel_scale = 0.0;   ///< the wheels say (1 + scale) times the truth
  double wheel_noise = 0.02;  ///< m/s
  double gyro_bias = 0.0;     ///< rad/s
  double gyro_noise = 0.003;
  Sky sky;

  /// The truth moves on, in small steps.
  void step(double seconds, double speed_mps, double turn_rad_s) {
    const int steps = static_cast<int>(std::ceil(seconds / 0.02));
    const double dt = seconds / steps;
    for (int i = 0; i < steps; ++i) {
      heading_ += 0.5 * turn_rad_s * dt;
      east_ += speed_mps * dt * std::sin(heading_);
      north_ += speed_mps * dt * std::cos(heading_);
      heading_ += 0.5 * turn_rad_s * dt;
    }
    driven_ += std::fabs(speed_mps) * seconds;
    speed_ = speed_mps;
    turn_ = turn_rad_s;
    at_s_ += seconds;
    const double keep = std::exp(-seconds / sky.drift_s);
    const double anew = sky.drift_m * std::sqrt(1 - keep * keep);
    if (!drifting_) {
      drift_east_ = sky.drift_m * normal();
      drift_north_ = sky.drift_m * normal();
      drifting_ = true;
    }
    drift_east_ = keep * drift_east_ + anew * normal();
    drift_north_ = keep * drift_north_ + anew * normal();
    if (sky.leap_every_s > 0 && uniform() < seconds / sky.leap_every_s) {
      drift_east_ = sky.leap_m * normal();
      drift_north_ = sky.leap_m * normal();
    }
  }

  double wheels_mps() {
    return speed_ == 0
               ? 0
               : std::fmax(0, std::fabs(speed_) * (1 + wheel_scale) + wheel_noise * normal());
  }
  /// Positive to the left, as on the bus.
  double yaw_rad_s() { return -(turn_ + gyro_bias + gyro_noise * normal()); }

  hal::GnssFix fix() {
    hal::GnssFix fix;
    fix.mode = hal::FixMode::fix_3d;
    fix.utc = UtcTime{1'780'000'000'000 + std::llround(at_s_ * 1000)};
    fix.position = moved(start_, {east_ + drift_east_ + sky.white_m * normal(),
                                  north_ + drift_north_ + sky.white_m * normal()});
    const double along = speed_ + sky.speed_mps * normal();
    const double across = sky.speed_mps * normal();
    const double course = heading_ + std::atan2(across, along);
    fix.speed_mps = std::hypot(along, across);
    fix.course_rad = wrap_two_pi(course);
    const double axis = std::sqrt(sky.drift_m * sky.drift_m + sky.white_m * sky.white_m);
    fix.horizontal_error_m = sky.reported_95_m > 0 ? sky.reported_95_m : 2.4477 * axis;
    fix.speed_error_mps = 1.96 * sky.speed_mps;
    return fix;
  }

  GeoPoint truth() const { return moved(start_, {east_, north_}); }
  Offset truth_offset() const { return {east_, north_}; }
  double heading() const { return heading_; }
  double speed() const { return speed_; }
  double at_s() const { return at_s_; }
  double driven_m() const { return driven_; }
  BootTime at() const { return BootTime{std::llround(at_s_ * 1e9) + 100 * ns_per_s}; }
  double normal() { return normal_(random_); }
  double uniform() { return uniform_(random_); }
  void turn_to(double heading_rad) { heading_ = heading_rad; }

 private:
  std::mt19937_64 random_;
  std::normal_distribution<double> normal_{0, 1};
  std::uniform_real_distribution<double> uniform_{0, 1};
  GeoPoint start_;
  double east_ = 0;
  double north_ = 0;
  double heading_ = 0.5;
  double speed_ = 0;
  double turn_ = 0;
  double at_s_ = 0;
  double driven_ = 0;
  double drift_east_ = 0;
  double drift_north_ = 0;
  bool drifting_ = false;
};

/// A driver in a city: goes, turns at corners, bends, stops at lights.
class CityDriver {
 public:
  explicit CityDriver(std::uint64_t seed) : random_(seed) {}

  struct Wish {
    double speed_mps = 0;
    double turn_rad_s = 0;
  };
  Wish next(double seconds) {
    left_s_ -= seconds;
    if (left_s_ <= 0) choose();
    const double most = 1.5 * seconds;
    speed_ += std::fmin(most, std::fmax(-most, goal_mps_ - speed_));
    if (goal_mps_ == 0 && speed_ < 0.05) speed_ = 0;
    const double turn = speed_ > 1 ? turn_ : 0;
    turn_now_ += std::fmin(0.4 * seconds, std::fmax(-0.4 * seconds, turn - turn_now_));
    if (speed_ == 0) turn_now_ = 0;
    return {speed_, turn_now_};
  }

 private:
  double uniform(double from, double to) {
    return std::uniform_real_distribution<double>(from, to)(random_);
  }
  void choose() {
    const double way = uniform(0, 1);
    if (way < 0.25) {  // a corner
      goal_mps_ = uniform(3, 6);
      const double rate = uniform(0.2, 0.4);
      turn_ = uniform(0, 1) < 0.5 ? rate : -rate;
      left_s_ = 1.57 / rate;
    } else if (way < 0.40) {  // a red light
      goal_mps_ = 0;
      turn_ = 0;
      left_s_ = uniform(15, 60);
    } else {  // a street, hardly ever quite straight
      goal_mps_ = uniform(5, 15);
      turn_ = uniform(-0.02, 0.02);
      left_s_ = uniform(8, 40);
    }
  }

  std::mt19937_64 random_;
  double goal_mps_ = 10;
  double speed_ = 0;
  double turn_ = 0;
  double turn_now_ = 0;
  double left_s_ = 20;
};

}  // namespace lujing::test
