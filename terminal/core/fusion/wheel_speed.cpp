// Wheel speed: (1 + scale) times the true speed; it does not say which way.
#include "terminal/core/fusion/advance.h"
#include "terminal/core/fusion/dissent.h"
#include "terminal/core/fusion/linear.h"
#include "terminal/core/fusion/measurements.h"
#include "terminal/core/fusion/noise.h"
#include "terminal/core/fusion/receiver.h"
#include "terminal/core/fusion/standstill.h"

#include <cmath>

namespace lujing::core {
namespace {

constexpr double sided_s = 1.5;  ///< a receiver that sided with the filter counts so long

/// Said often enough, and the receiver does not say that the filter is right.
bool believed_alone(const Estimate& e) {
  const bool contested =
      e.against_wheels_ns >= e.wheels_dissent.since_ns && e.age_s(e.against_wheels_ns) < sided_s;
  return lasts(e.wheels_dissent) && !contested;
}

}  // namespace

void take_wheel_speed(Estimate& e, const WheelTold& wheels) {
  e.wheel_mps = wheels.mps;
  if (e.wheels_doubted) {
    e.wheel_ns = e.at.ns;
    ++e.count(Sensor::wheel_speed).refused;
    return;
  }
  // Silent until now, and no receiver to say what the speed is.
  const bool silent = !wheels_fresh(e) && e.age_s(e.gnss_dissent.agreed_ns) > noise::gnss_fresh_s;
  const double silent_s = e.age_s(e.wheel_ns);
  e.wheel_ns = e.at.ns;
  // A vehicle that its receiver sees driving does not stand because its wheels say nothing.
  if (e.standing || !receiver_drives(e)) judge_standing_by_wheels(e, wheels.mps, silent_s);
  if (e.standing) {
    agreed(e.wheels_dissent, e);
    return;
  }
  const double gain = 1 + e.x[state::scale];
  const double noise = noise::wheel_mps + noise::wheel_share * wheels.mps;
  const Row row{{state::speed, e.direction * gain},
                {state::scale, e.direction * e.x[state::speed]}};
  const double expected = e.direction * e.x[state::speed] * gain;
  const double innovation = wheels.mps - expected;
  Dissent& dissent = e.wheels_dissent;
  if (correct_gated(e, Sensor::wheel_speed, row, innovation, noise * noise)) {
    agreed(dissent, e);
    return;
  }
  // The bus is nearer to the truth than what was thought without it.
  if (silent) {
    renew(e, state::speed, e.direction * wheels.mps / gain, 0.25);
    agreed(dissent, e);
    return;
  }
  const double mps = wheels.mps / gain;
  refused(dissent, e, mps, innovation, speeds_apart_mps(mps, e.age_s(dissent.last_ns)));
  if (believed_alone(e) || seconded(e.gnss_dissent, e, mps, innovation)) {
    believe_speed(e, dissent, row, innovation, noise * noise);
  }
}

}  // namespace lujing::core
