// What the vehicle's configuration calls by name, to the filter; and what the filter knows, in the
// words of records.
#pragma once

#include "hal/observation.h"
#include "protocol/record.h"
#include "terminal/core/config.h"
#include "terminal/core/fusion/pose.h"

namespace lujing::core {

class Fusion;
class Counters;

/// A CAN signal, if it is one of the filter's; what is not ok or not plausible is passed over.
void take_signal(Fusion& fusion, const CoreConfig& config, BootTime at,
                 const hal::CanSignal& signal);

/// none where the pose is lost.
protocol::PositionSource source_of(const Pose& pose);
inline bool pose_known(const Pose& pose) {
  return source_of(pose) != protocol::PositionSource::none;
}
/// The radius of a circle that holds the truth in 95 of 100 moments.
double radius_95_m(const Pose& pose);

/// The filter's own health counters.
void count_fusion(const Fusion& fusion, Counters& counters);

}  // namespace lujing::core
