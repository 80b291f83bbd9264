// MT-22: early work (提前出土).
//
// loaded in a registered site while no permit for it is in force.
#pragma once

#include "terminal/core/alarm/rules/haul_rule.h"

namespace lujing::core::mt22 {

inline const AlarmConfig& parameters(const CoreConfig& config) {
  return config.haul.mt.of(Mt::mt22).alarm;
}

inline Truth condition(const Facts& facts, const CoreConfig&) {
  return facts.haul.early;
}

inline std::string detail(const Facts& facts) {
  return "site=" + std::string(facts.haul.place);
}

}  // namespace lujing::core::mt22
