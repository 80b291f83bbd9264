// What the rules of hauling have in common.
#pragma once

#include "terminal/core/alarm/facts.h"
#include "terminal/core/config.h"

#include <cmath>
#include <string>

namespace lujing::core {

/// Not known without a speed.
inline Truth slower(const Facts& facts, double than_mps) {
  return facts.speed_mps ? truth(*facts.speed_mps < than_mps) : Truth::unknown;
}

/// Moving, for a rule that counts how long: that it stands is told some seconds late, and from when
/// it is slow they are not counted.
inline Truth rolls(const Facts& facts, const CoreConfig& config) {
  const bool slow = facts.speed_mps && *facts.speed_mps <= config.stopped_speed_mps;
  return facts.moving && slow ? Truth::unknown : truth(facts.moving);
}

}  // namespace lujing::core
