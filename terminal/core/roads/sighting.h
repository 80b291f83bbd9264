// What the matcher knows of one fix: where it was seen, what of its error is its own and what it
// shares with its neighbours, and how far the vehicle has come.
#pragma once

#include "terminal/core/fusion/pose.h"
#include "terminal/core/roads/error_memory.h"

namespace lujing::core {

struct Sighting {
  Pose pose;                ///< as it came in: the answer carries it
  bool usable = false;      ///< false: no position; it is answered `unknown`
  GeoPoint place;           ///< best estimate of the position
  double white_m2 = 0;      ///< variance per axis of what is new in each sighting
  bool white_seen = false;  ///< white_m2 was measured, by the motion
  bool told = false;        ///< its error was told, by the receiver
  ErrorScale scale;         ///< what both variances were multiplied by, from what the track showed
  Covariance drift;  ///< of what stays over many of them: reflections, orbits, the filter's own
  double heading_rad = 0;
  double heading_sigma = pi;  ///< pi: not known
  bool standing = false;
  bool odometer = false;  ///< driven_m is measured
  double driven_m = 0;
  double gap_m = 0;  ///< straight distance from the usable sighting before it
};

}  // namespace lujing::core
