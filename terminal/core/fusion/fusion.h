// Where the vehicle is: GNSS, wheels and sensors of turns in one estimate that knows how sure it
// is. How it works, and every number in it: FUSION.md.
//
//   fusion.take_fix(at, fix, verdict);   // behind the FixGate
//   fusion.take_wheel_speed(at, 8.3);
//   if (fusion.pass(now)) use(fusion.pose());   // ten times a second
//
// Measurements may come late and out of order by up to two seconds. What is outside the gate is
// refused and counted. No allocation after the constructor.
#pragma once

#include "hal/observation.h"
#include "terminal/core/config.h"
#include "terminal/core/fusion/fix_gate.h"
#include "terminal/core/fusion/history.h"
#include "terminal/core/fusion/own_time.h"
#include "terminal/core/fusion/pose.h"

namespace lujing::core {

class Fusion {
 public:
  explicit Fusion(const FusionConfig& config);

  /// A fix that the gate let through; `arrival` by the boot clock. An accuracy that is not said, or
  /// said to be nothing, is taken for an ordinary receiver's.
  void take_fix(BootTime arrival, const hal::GnssFix& fix, const FixVerdict& verdict);
  /// m/s, not negative; of the wheels as the bus says it.
  void take_wheel_speed(BootTime at, double mps);
  void take_wheel_left(BootTime at, double mps);
  void take_wheel_right(BootTime at, double mps);
  /// rad/s, positive to the left (as J1939 and ISO 8855 count).
  void take_yaw_rate(BootTime at, double rad_s);
  /// Of the steering wheel, rad, positive to the left.
  void take_steering(BootTime at, double rad);
  /// A road that the vehicle is known to be on, at the moment of the pose that was matched.
  void take_road(BootTime at, const RoadLine& road);

  /// Time has come this far. True: pose() is new (at most ten times a second).
  bool pass(BootTime now);
  /// A new pose whether or not one is due: a fix came.
  void refresh(BootTime now);
  /// The last one that was made.
  const Pose& pose() const { return pose_; }
  const Estimate& estimate() const { return estimate_; }
  /// The last fix's own moment, by the boot clock.
  BootTime fix_at() const { return fix_at_; }
  std::int64_t late() const { return late_; }
  std::int64_t too_late() const { return too_late_; }

 private:
  Pose pose_at(BootTime at) const;
  void take(const Told& told);

  FusionConfig config_;
  OwnTime own_time_;
  History history_;
  Estimate estimate_;
  Pose pose_;
  std::optional<BootTime> posed_;
  BootTime fix_at_;
  std::optional<std::pair<BootTime, double>> left_;  ///< the pair's first half
  std::optional<std::pair<BootTime, double>> right_;
  std::int64_t late_ = 0;
  std::int64_t too_late_ = 0;
};

}  // namespace lujing::core
