// Where the vehicle is and how fast: one state from GNSS and the wheel speed on the CAN bus.
//
// Speed is the wheels' while the bus says it, else the receiver's. Neither for five seconds: not
// known, and moving stays what it was. The odometer integrates the speed in use while moving (by
// the fixes' own times where it is the receiver's), so a standing receiver's noise does not drive.
#pragma once

#include "hal/observation.h"
#include "protocol/record.h"
#include "terminal/core/config.h"
#include "terminal/core/fusion/fix_gate.h"

#include <optional>

namespace lujing::core {

class Vehicle {
 public:
  explicit Vehicle(const CoreConfig& config) : config_(config) {}

  /// The CAN signal that is the wheel speed, km/h.
  void take_wheel_speed(BootTime now, const hal::CanSignal& signal);
  /// A fix that the gate let through.
  void take_fix(BootTime now, const hal::GnssFix& fix, const FixVerdict& verdict);
  /// Time has come this far: what is too old is forgotten, moving is judged.
  void pass(BootTime now);

  std::optional<double> speed_mps() const { return speed_mps_; }
  bool speed_is_wheels() const { return wheel_mps_.has_value(); }
  bool moving() const { return moving_; }
  double odometer_m() const { return odometer_m_; }
  double course_rad() const { return course_rad_; }
  std::optional<double> error_m() const { return error_m_; }
  /// Invalid until the first accepted fix; then the last accepted one's.
  GeoPoint position() const { return position_; }
  /// gnss while the last accepted fix is fresh, else none.
  protocol::PositionSource position_source() const;

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
  std::optional<double> error_m_;
  GeoPoint position_;
  std::optional<Epoch> last_fix_;
  bool fix_fresh_ = false;
};

}  // namespace lujing::core
