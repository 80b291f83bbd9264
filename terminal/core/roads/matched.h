// On which road the vehicle is: what matching hands to everybody else. Committed is never taken
// back; the newest guess may be.
#pragma once

#include "terminal/core/fusion/pose.h"
#include "terminal/core/roads/network.h"

#include <cstdint>

namespace lujing::core {

enum class MatchState : std::uint8_t {
  unknown = 0,  ///< no answer (no position, or too many equal ones)
  on_road = 1,
  off_road = 2  ///< known to be beside all roads: a site, a yard, a car park
};

/// One fix's place on the network.
struct Matched {
  BootTime at;
  MatchState state = MatchState::unknown;
  EdgeId edge;          ///< valid only where on_road: the link and the direction driven
  double along_m = 0;   ///< from the link's first point (not the edge's)
  double sure = 0;      ///< probability of this edge among its rivals, 0..1
  double offset_m = 0;  ///< from the pose to the place on the road, positive to the right of travel
  Pose pose;            ///< as it came in
};

/// A stretch really driven on one edge, committed: consecutive ones join end to start unless
/// `joined` is false (a gap, or a return from off the road).
struct Driven {
  EdgeId edge;
  double from_m = 0;  ///< along the link's points; from > to where the edge is backward
  double to_m = 0;
  BootTime entered;
  BootTime left;
  double sure = 0;       ///< the least along the stretch
  bool joined = false;   ///< the stretch before this one ends where this begins
  bool bridged = false;  ///< no fix lay between its ends: the road between is inferred
};

}  // namespace lujing::core
