// What fusion is told, cleaned of what nobody can believe, with the moment when it was true.
#pragma once

#include "base/geo.h"
#include "base/time.h"

#include <optional>
#include <variant>

namespace lujing::core {

/// A GNSS fix; sigmas, not gpsd's 95 %.
struct FixTold {
  GeoPoint position;
  double position_sigma_m = 5;  ///< along each axis
  std::optional<double> speed_mps;
  double speed_sigma_mps = 0.3;
  std::optional<double> course_rad;
  std::optional<double> course_sigma_rad;
  bool anew = false;  ///< not as a continuation of the one before (FixVerdict)
};
/// Wheel speed, never negative.
struct WheelTold {
  double mps = 0;
};
/// Two wheels of an axle that does not steer.
struct PairTold {
  double left_mps = 0;
  double right_mps = 0;
};
/// Clockwise, as a heading counts (J1939's yaw rate with its sign turned).
struct YawTold {
  double rad_s = 0;
};
/// Clockwise curvature that the steered wheels ask for, rad/m.
struct SteeringTold {
  double rad_m = 0;
};
/// A road that the vehicle is known to be on, as a line to hold on: what matching hands back
/// (Fusion::take_road). The line goes through `foot`; the vehicle is beside it by no more than
/// about `side_sigma_m`, and its nose points along it.
struct RoadLine {
  GeoPoint foot;
  double bearing_rad = 0;  ///< of the direction driven, clockwise from north
  double side_sigma_m = 3;
  double bearing_sigma_rad = 0.1;
};

struct Told {
  BootTime at;
  std::variant<FixTold, WheelTold, PairTold, YawTold, SteeringTold, RoadLine> what;
};

}  // namespace lujing::core
