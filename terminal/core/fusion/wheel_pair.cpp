// Left and right wheel of an axle that does not steer: what they differ by is a turn. A difference
// of their tyres is a turn in proportion to the speed (curve bias).
#include "terminal/core/config.h"
#include "terminal/core/fusion/dissent.h"
#include "terminal/core/fusion/linear.h"
#include "terminal/core/fusion/measurements.h"
#include "terminal/core/fusion/noise.h"
#include "terminal/core/fusion/source.h"

#include <cmath>
#include <optional>

namespace lujing::core {

void take_wheel_pair(Estimate& e, const PairTold& pair, const FusionConfig& config) {
  const bool better = e.age_s(e.gyro_ns) < noise::turn_fresh_s;
  if (better || e.standing || !(config.track_width_m > 0)) return;
  const double measured = (pair.left_mps - pair.right_mps) / config.track_width_m;
  const double v = e.x[state::speed];
  const double noise =
      noise::pair_mps / config.track_width_m + noise::turn_share * std::fabs(measured);
  const Row row{{state::turn, 1}, {state::curve_bias, v}, {state::speed, e.x[state::curve_bias]}};
  const double innovation = measured - e.x[state::turn] - e.x[state::curve_bias] * v;
  const std::optional<bool> accepted =
      correct_judged(e, Sensor::wheel_pair, row, innovation, noise * noise);
  if (!accepted) return;
  e.pair_ns = e.at.ns;
  if (*accepted) {
    agreed(e.curve_dissent, e);
  } else {
    refused_turn(e.curve_dissent, e, state::curve_bias, v, innovation, noise::curve_first);
  }
}

}  // namespace lujing::core
