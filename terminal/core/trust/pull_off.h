// Does the receiver go the way that the wheels and the yaw rate draw? Both ways are compared over
// the last one to two minutes, each from the same start; the filter's heading and biases are taken
// once, at the start, so that a signal that is slowly pulled off cannot take the comparison along.
//
// Without a yaw rate the way's shape is not known, only its length: then only what is further than
// the wheels have turned is too far.
#pragma once

#include "base/geo.h"
#include "base/time.h"

#include <array>
#include <optional>

namespace lujing::core {

class Fusion;

class PullOff {
 public:
  void take_wheel_speed(BootTime at, double mps);
  /// Positive to the left.
  void take_yaw_rate(BootTime at, double rad_s);
  /// An accepted fix; nullopt: nothing to compare yet.
  std::optional<double> take_fix(BootTime at, GeoPoint position, bool anew, const Fusion& fusion);

 private:
  struct Window {
    bool open = false;
    BootTime since;
    GeoPoint start;
    double heading_rad = 0;
    double gyro_bias = 0;
    double scale = 0;
    int direction = 1;
    bool turns = true;  ///< the yaw rate was there all the time
    double east_m = 0;
    double north_m = 0;
    double path_m = 0;
    double share = 0;  ///< of the path, that the two ways may be apart
  };
  void drive(BootTime to);
  static void start(Window& window, BootTime at, GeoPoint position, bool turns,
                    const Fusion& fusion);

  std::array<Window, 2> windows_;
  std::optional<BootTime> driven_to_;
  std::optional<BootTime> wheel_at_;
  std::optional<BootTime> yaw_at_;
  BootTime yaw_since_;  ///< without a gap in which a turn was not seen
  std::optional<BootTime> fix_at_;
  double wheel_mps_ = 0;
  double yaw_rad_s_ = 0;
};

}  // namespace lujing::core
