#include "terminal/core/trust/pull_off.h"

#include "base/trig.h"
#include "terminal/core/fusion/fusion.h"

#include <algorithm>
#include <cmath>

namespace lujing::core {
namespace {

constexpr double window_s = 120;
constexpr double motion_fresh_s = 2;
constexpr double turn_fresh_s = 0.5;  ///< a turn is taken to go on for so long
/// After a gap the heading rests on what fusion expects of turns that nobody saw, and a street may
/// bend more than that: so long courses have to settle it.
constexpr double turns_settled_s = 20;
constexpr double slow_turn = 0.05;     ///< rad/s: a bend, not a corner
constexpr double begun_anew_s = 10;    ///< without a fix for so long: begun anew
constexpr double heading_sure = 0.05;  ///< sigma, rad
/// Sigma, rad/s: what a gyro that nobody has seen standing yet leads aside within half a window.
constexpr double bias_sure = heading_sure / (0.5 * window_s);
constexpr double path_share = 0.02;   ///< of the way: what scale and turns may be off by
constexpr double heading_sigmas = 2;  ///< and as much of it aside

double seconds_from(BootTime from, BootTime to) {
  return static_cast<double>(to.ns - from.ns) / static_cast<double>(ns_per_s);
}

}  // namespace

void PullOff::drive(BootTime to) {
  if (!driven_to_) driven_to_ = to;
  const double step_s = std::min(seconds_from(*driven_to_, to), motion_fresh_s);
  if (!(step_s > 0)) return;
  driven_to_ = to;
  const bool sees_turns = yaw_at_ && seconds_from(*yaw_at_, to) < motion_fresh_s;
  const bool rolls = wheel_at_ && seconds_from(*wheel_at_, to) < motion_fresh_s;
  for (Window& window : windows_) {
    if (!window.open) continue;
    if (!rolls) window.open = false;
    if (!sees_turns) window.turns = false;
    const double turn = (-yaw_rad_s_ - window.gyro_bias) * step_s;
    const double far = wheel_mps_ / (1 + window.scale) * step_s;
    if (wheel_mps_ > 0) window.heading_rad += 0.5 * turn;
    const SinCos nose = sin_cos(window.heading_rad);
    window.east_m += window.direction * far * nose.sin;
    window.north_m += window.direction * far * nose.cos;
    window.path_m += far;
    if (wheel_mps_ > 0) window.heading_rad += 0.5 * turn;
  }
}

void PullOff::take_wheel_speed(BootTime at, double mps) {
  drive(at);
  wheel_mps_ = mps;
  wheel_at_ = at;
}

void PullOff::take_yaw_rate(BootTime at, double rad_s) {
  drive(at);
  // The bus was silent in a turn: how far it went on is not known.
  const double faster = std::max(std::fabs(rad_s), std::fabs(yaw_rad_s_));
  if (yaw_at_ && seconds_from(*yaw_at_, at) > turn_fresh_s && faster > slow_turn) {
    for (Window& window : windows_) window.turns = false;
  }
  if (!yaw_at_ || seconds_from(*yaw_at_, at) > turn_fresh_s) yaw_since_ = at;
  yaw_rad_s_ = rad_s;
  yaw_at_ = at;
}

void PullOff::start(Window& window, BootTime at, GeoPoint position, bool turns,
                    const Fusion& fusion) {
  const Estimate& e = fusion.estimate();
  window = {};
  window.open = true;
  window.since = at;
  window.start = position;
  window.heading_rad = e.x[state::heading];
  window.gyro_bias = e.x[state::gyro_bias];
  window.scale = e.x[state::scale];
  window.direction = e.direction;
  window.share = path_share + heading_sigmas * std::sqrt(e.variance(state::heading));
  window.turns = turns && e.heading_known &&
                 e.variance(state::heading) < heading_sure * heading_sure &&
                 e.variance(state::gyro_bias) < bias_sure * bias_sure;
}

std::optional<double> PullOff::take_fix(BootTime at, GeoPoint position, bool anew,
                                        const Fusion& fusion) {
  drive(at);
  const bool gap = anew || !fix_at_ || seconds_from(*fix_at_, at) > begun_anew_s;
  const bool rolls = wheel_at_ && seconds_from(*wheel_at_, at) < motion_fresh_s;
  const bool turns = yaw_at_ && seconds_from(*yaw_at_, at) < motion_fresh_s &&
                     seconds_from(yaw_since_, at) > turns_settled_s;
  fix_at_ = at;
  if (gap || !rolls) {
    for (Window& window : windows_) window.open = false;
    if (!rolls) return std::nullopt;
  }
  std::optional<double> apart;
  for (Window& window : windows_) {
    if (!window.open) continue;
    const Offset gone = offset(window.start, position);
    double far = 0;
    if (window.turns) {
      const double east = gone.east_m - window.east_m;
      const double north = gone.north_m - window.north_m;
      far = std::sqrt(east * east + north * north) - window.share * window.path_m;
    } else {
      far = std::sqrt(gone.east_m * gone.east_m + gone.north_m * gone.north_m) - window.path_m;
    }
    apart = std::max({0.0, far, apart.value_or(0)});
  }
  Window& first = windows_[0];
  Window& second = windows_[1];
  if (!first.open || seconds_from(first.since, at) >= window_s) {
    if (second.open) {
      first = second;
      second.open = false;
    } else {
      start(first, at, position, turns, fusion);
    }
  } else if (!second.open && seconds_from(first.since, at) >= window_s / 2) {
    start(second, at, position, turns, fusion);
  }
  return apart;
}

}  // namespace lujing::core
