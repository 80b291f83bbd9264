#include "terminal/app/limits_out.h"

#include "hal/io/outputs.h"
#include "terminal/core/haul/control.h"

#include <algorithm>
#include <cmath>

namespace lujing::app {

void put_limits(const core::Limits& limits, hal::OutputBoard& board) {
  constexpr double kmh = 3.6;
  constexpr double least = 1e-6;  // 20 km/h are not 20.000000000000004
  const double speed_kmh = std::clamp(limits.speed_mps.value_or(0) * kmh, 0.0, 65'535.0);
  board.want("speed_limit", limits.speed_mps ? 1 : 0);
  board.want("speed_limit_kmh", static_cast<std::uint16_t>(std::ceil(speed_kmh - least)));
  board.want("hoist_limit", limits.hoist ? 1 : 0);
  board.want("lock", limits.lock ? 1 : 0);
}

}  // namespace lujing::app
