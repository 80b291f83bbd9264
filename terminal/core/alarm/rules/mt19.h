// MT-19: bridge or tunnel closed to laden vehicles.
//
// laden in a forbidden fence whose condition is a load.
#pragma once

#include "terminal/core/alarm/rules/haul_rule.h"

namespace lujing::core::mt19 {

inline const AlarmConfig& parameters(const CoreConfig& config) {
  return config.haul.mt.of(Mt::mt19).alarm;
}

inline Truth condition(const Facts& facts, const CoreConfig&) {
  return facts.haul.restricted;
}

inline std::string detail(const Facts& facts) {
  return "fence=" + std::string(facts.haul.place);
}

}  // namespace lujing::core::mt19
