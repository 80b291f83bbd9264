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

}  // namespace lujing::core
