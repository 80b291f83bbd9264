// MT-21: end not reached.
//
// on a trip for longer than a trip may take.
#pragma once

#include "terminal/core/alarm/rules/haul_rule.h"

namespace lujing::core::mt21 {

inline const AlarmConfig& parameters(const CoreConfig& config) {
  return config.haul.mt.of(Mt::mt21).alarm;
}

inline Truth condition(const Facts& facts, const CoreConfig&) {
  return facts.haul.overdue;
}

inline std::string detail(const Facts& facts) {
  return "permit=" + std::string(facts.haul.permit);
}

}  // namespace lujing::core::mt21
