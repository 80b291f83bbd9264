// Wheel speed: (1 + scale) times the true speed; it does not say which way.
#include "terminal/core/fusion/advance.h"
#include "terminal/core/fusion/linear.h"
#include "terminal/core/fusion/measurements.h"
#include "terminal/core/fusion/noise.h"
#include "terminal/core/fusion/standstill.h"

namespace lujing::core {

void take_wheel_speed(Estimate& e, const WheelTold& wheels) {
  e.wheel_mps = wheels.mps;
  if (e.wheels_doubted) {
    e.wheel_ns = e.at.ns;
    return;
  }
  const bool silent = !wheels_fresh(e);
  e.wheel_ns = e.at.ns;
  judge_standing_by_wheels(e, wheels.mps);
  if (e.standing) return;
  const double gain = 1 + e.x[state::scale];
  const double noise = noise::wheel_mps + noise::wheel_share * wheels.mps;
  const Row row{{state::speed, e.direction * gain},
                {state::scale, e.direction * e.x[state::speed]}};
  const double expected = e.direction * e.x[state::speed] * gain;
  const double innovation = wheels.mps - expected;
  if (correct_gated(e, Sensor::wheel_speed, row, innovation, noise * noise)) return;
  // The bus is nearer to the truth than what was thought without it.
  if (silent) renew(e, state::speed, e.direction * wheels.mps / gain, 0.25);
}

}  // namespace lujing::core
