// Yaw rate sensor: the turn, and the sensor's own bias, which a standing vehicle shows by itself.
#include "terminal/core/fusion/dissent.h"
#include "terminal/core/fusion/linear.h"
#include "terminal/core/fusion/measurements.h"
#include "terminal/core/fusion/noise.h"
#include "terminal/core/fusion/source.h"

#include <cmath>
#include <optional>

namespace lujing::core {

void take_yaw_rate(Estimate& e, const YawTold& yaw) {
  const double noise = noise::gyro + noise::turn_share * std::fabs(e.x[state::turn]);
  const Row row{{state::turn, 1}, {state::gyro_bias, 1}};
  const double innovation = yaw.rad_s - e.x[state::turn] - e.x[state::gyro_bias];
  const std::optional<bool> accepted =
      correct_judged(e, Sensor::yaw_rate, row, innovation, noise * noise);
  if (!accepted) return;
  e.gyro_ns = e.at.ns;
  if (*accepted) {
    agreed(e.gyro_dissent, e);
  } else {
    refused_turn(e.gyro_dissent, e, state::gyro_bias, 1, innovation, noise::gyro_first);
  }
}

}  // namespace lujing::core
