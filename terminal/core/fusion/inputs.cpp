#include "terminal/core/fusion/inputs.h"

#include "terminal/core/fusion/fusion.h"
#include "terminal/core/fusion/noise.h"
#include "terminal/core/health/counters.h"
#include "terminal/core/plausible.h"

#include <array>
#include <cmath>

namespace lujing::core {

using protocol::Health;
using protocol::PositionSource;

void take_signal(Fusion& fusion, const CoreConfig& config, BootTime at,
                 const hal::CanSignal& signal) {
  if (signal.state != hal::SignalState::ok) return;
  if (signal.id == config.wheel_speed) fusion.take_wheel_speed(at, signal.value / 3.6);
  if (signal.id == config.wheel_left) fusion.take_wheel_left(at, signal.value / 3.6);
  if (signal.id == config.wheel_right) fusion.take_wheel_right(at, signal.value / 3.6);
  if (signal.id == config.yaw_rate) fusion.take_yaw_rate(at, signal.value);
  if (signal.id == config.steering) fusion.take_steering(at, signal.value);
}

PositionSource source_of(const Pose& pose) {
  switch (pose.mode) {
    case PoseMode::gnss:
      return PositionSource::gnss;
    case PoseMode::dead_reckoning:
      return PositionSource::dead_reckoning;
    case PoseMode::road_bound:
      return PositionSource::road_bound;
    case PoseMode::none:
    case PoseMode::lost:
      return PositionSource::none;
  }
  return PositionSource::none;
}

double radius_95_m(const Pose& pose) {
  // Between a round ellipse (2.45 sigma of each axis) and a flat one (1.96 of the long one).
  const Covariance& c = pose.covariance;
  const double half = 0.5 * (c.east_m2 - c.north_m2);
  const double middle = 0.5 * (c.east_m2 + c.north_m2);
  const double apart = std::sqrt(half * half + c.east_north_m2 * c.east_north_m2);
  const double longer = middle + apart;
  const double shorter = middle > apart ? middle - apart : 0;
  if (!(longer > 0)) return 0;
  const double round = shorter / longer;
  return std::sqrt(longer) * (noise::line_95 + (noise::radius_95 - noise::line_95) * round);
}

void count_fusion(const Fusion& fusion, Counters& counters) {
  constexpr std::array<Health, sensors> refused{
      Health::fusion_refused_position, Health::fusion_refused_speed,
      Health::fusion_refused_course,   Health::fusion_refused_wheels,
      Health::fusion_refused_pair,     Health::fusion_refused_yaw_rate,
      Health::fusion_refused_steering, Health::fusion_refused_road};
  const Estimate& e = fusion.estimate();
  for (std::size_t i = 0; i < sensors; ++i) counters.set(refused[i], e.counts[i].refused);
  counters.set(Health::fusion_late, fusion.late());
  counters.set(Health::fusion_too_late, fusion.too_late());
  counters.set(Health::fusion_placed_anew, e.placed_anew);
  counters.set(Health::fusion_wheels_doubted, e.times_wheels_doubted);
  counters.set(Health::fusion_turn_bias_anew, e.turn_bias_anew);
}

}  // namespace lujing::core
