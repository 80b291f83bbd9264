// Steering angle: the curvature that it asks for, times the speed, is the turn. A steering wheel
// that is not quite straight is a curvature that is always there (curve bias).
#include "terminal/core/fusion/dissent.h"
#include "terminal/core/fusion/linear.h"
#include "terminal/core/fusion/measurements.h"
#include "terminal/core/fusion/noise.h"
#include "terminal/core/fusion/source.h"

#include <cmath>
#include <optional>

namespace lujing::core {

void take_steering(Estimate& e, const SteeringTold& steering) {
  const bool better =
      e.age_s(e.gyro_ns) < noise::turn_fresh_s || e.age_s(e.pair_ns) < noise::turn_fresh_s;
  if (better || e.standing) return;
  const double v = e.x[state::speed];
  const double curve = steering.rad_m - e.x[state::curve_bias];
  const double noise = noise::steering + noise::turn_share * std::fabs(steering.rad_m * v);
  const Row row{{state::turn, 1}, {state::curve_bias, v}, {state::speed, -curve}};
  const double innovation = curve * v - e.x[state::turn];
  const std::optional<bool> accepted =
      correct_judged(e, Sensor::steering, row, innovation, noise * noise);
  if (!accepted) return;
  e.steering_ns = e.at.ns;
  if (*accepted) {
    agreed(e.curve_dissent, e);
  } else {
    refused_turn(e.curve_dissent, e, state::curve_bias, -v, innovation, noise::curve_first);
  }
}

}  // namespace lujing::core
