// One function a kind of measurement, each in a file of its own and of the same shape: what was
// expected, how far off it is (innovation), how far off it may be (variance), then the gate: taken,
// or refused and counted. The estimate is already at the measurement's own time.
#pragma once

#include "terminal/core/fusion/estimate.h"
#include "terminal/core/fusion/told.h"

namespace lujing::core {

/// What of the vehicle the formulas need.
struct FusionConfig;

void take_gnss_speed(Estimate& e, const FixTold& fix);
void take_gnss_course(Estimate& e, const FixTold& fix);
void take_gnss_position(Estimate& e, const FixTold& fix);
void take_wheel_speed(Estimate& e, const WheelTold& wheels);
void take_wheel_pair(Estimate& e, const PairTold& pair, const FusionConfig& config);
void take_yaw_rate(Estimate& e, const YawTold& yaw);
void take_steering(Estimate& e, const SteeringTold& steering);
void take_road_line(Estimate& e, const RoadLine& road);

/// Advances to the measurement's time and takes it.
void take_told(Estimate& e, const Told& told, const FusionConfig& config);

}  // namespace lujing::core
