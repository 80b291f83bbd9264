// MT-15: dishonest haulier (失信).
//
// moving, and the vehicle is on the list that came with the permits.
#pragma once

#include "terminal/core/alarm/rules/haul_rule.h"

namespace lujing::core::mt15 {

inline const AlarmConfig& parameters(const CoreConfig& config) {
  return config.haul.mt.of(Mt::mt15).alarm;
}

inline Truth condition(const Facts& facts, const CoreConfig&) {
  return both(facts.haul.listed, truth(facts.moving));
}

inline std::string detail(const Facts&) {
  return std::string("listed=yes");
}

}  // namespace lujing::core::mt15
