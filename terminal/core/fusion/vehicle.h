// How fast the vehicle is and whether it moves, as rules judge it: by what one sensor said, not by
// what the filter made of it (where it is: fusion.h).
//
// Speed is the wheels' while the bus says it, else the receiver's. Neither for five seconds: not
// known, and moving stays what it was. The odometer integrates the speed in use while moving (by
// the fixes' own times where it is the receiver's), so a standing receiver's noise does not drive.
#pragma once

#include "hal/observation.h"
#include "terminal/core/config.h"
#include "terminal/core/fusion/fix_gate.h"

#include <optional>

namespace lujing::core {

class Vehicle {
 public:
  explicit Vehicle(const CoreConfig& config) : config_(config) {}

  /// The CAN signal that is the wheel speed, km/h.
  void take_wheel_speed(BootTime now, const hal::CanSignal& signal);
  /// A fix that the gate let through. `standing`: the filter holds the vehicle where it is, so that
  /// without wheels the receiver's noise is no movement.
  void take_fix(BootTime now, const hal::GnssFix& fix, const FixVerdict& verdict, bool standing);
  /// Time has come this far: what is too old is forgotten, moving is judged.
  void pass(BootTime now);

  std::optional<double> speed_mps() const { return speed_mps_; }
  bool speed_is_wheels() const { return wheel_mps_.has_value(); }
  bool moving() const { return moving_; }
  /// The wheels say so, now, and the receiver does not say that it drives.
  bool surely_stands() const;
  double odometer_m() const { return odometer_m_; }
  /// The receiver's last course over ground.
  double course_rad() const { return course_rad_; }
  /// Whether the last fix said how accurate it is.
  bool accuracy_known() const { return accuracy_known_; }
  /// The last accepted fix is not older than five seconds.
  bool fix_fresh() const { return fix_fresh_; }

 private:
  void drive(double from_mps, double to_mps, double seconds);

  const CoreConfig& config_;
  std::optional<double> wheel_mps_;
  BootTime wheel_at_;
  std::optional<double> gnss_mps_;
  BootTime gnss_at_;
  std::optional<double> speed_mps_;
  bool moving_ = false;
  std::optional<BootTime> slow_since_;
  double odometer_m_ = 0;
  double course_rad_ = 0;
  bool accuracy_known_ = false;
  std::optional<Epoch> last_fix_;
  bool fix_fresh_ = false;
  bool held_ = false;  ///< the filter says that it stands
};

}  // namespace lujing::core
