// Where the vehicle is, how sure that is, and by what it is known: what fusion hands to everybody
// else (roads, fence, work, haul, trust, track).
#pragma once

#include "base/geo.h"
#include "base/time.h"

#include <cstdint>

namespace lujing::core {

/// By what the position is known now.
enum class PoseMode : std::uint8_t {
  none = 0,            ///< nothing has told a position yet
  gnss = 1,            ///< measured
  dead_reckoning = 2,  ///< wheels and yaw rate since the last accepted fix
  road_bound = 3,      ///< dead reckoning, held on a road that is known
  lost = 4             ///< the uncertainty is so large that no decision may rest on it
};

/// A symmetric 2 x 2 covariance in the plane that touches the earth at the position, m^2.
struct Covariance {
  double east_m2 = 0;
  double north_m2 = 0;
  double east_north_m2 = 0;
};

/// One moment of the fused track. At most 10 a second.
struct Pose {
  BootTime at;
  PoseMode mode = PoseMode::none;
  GeoPoint position;           ///< invalid where the mode is none
  Covariance covariance;       ///< of the position, one sigma squared
  double heading_rad = 0;      ///< the vehicle's nose, clockwise from north, [0, 2*pi)
  double heading_sigma = pi;   ///< rad; pi: not known
  double speed_mps = 0;        ///< forward; negative: reversing
  double speed_sigma_mps = 0;  ///< one sigma
  double driven_m = 0;         ///< odometer since the boot, for distances between two poses
  bool standing = false;       ///< a zero-velocity update holds it
};

}  // namespace lujing::core
