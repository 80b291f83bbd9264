// MT-13: no permit (未核准).
//
// moving, and no permit covers the vehicle at this moment: none was given, or those that were are
// expired, withdrawn, future or out of hours.
#pragma once

#include "terminal/core/alarm/rules/haul_rule.h"

namespace lujing::core::mt13 {

inline const AlarmConfig& parameters(const CoreConfig& config) {
  return config.haul.mt.of(Mt::mt13).alarm;
}

inline Truth condition(const Facts& facts, const CoreConfig&) {
  return both(negated(facts.haul.permitted), truth(facts.moving));
}

inline std::string detail(const Facts&) {
  return std::string("permit=none");
}

}  // namespace lujing::core::mt13
