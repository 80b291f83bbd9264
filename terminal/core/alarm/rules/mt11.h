// MT-11: forbidden area (闯禁).
//
// moving in a forbidden fence that applies, for longer than that fence tolerates.
#pragma once

#include "terminal/core/alarm/rules/haul_rule.h"

namespace lujing::core::mt11 {

inline const AlarmConfig& parameters(const CoreConfig& config) {
  return config.haul.mt.of(Mt::mt11).alarm;
}

inline Truth condition(const Facts& facts, const CoreConfig& config) {
  return both(facts.haul.forbidden, rolls(facts, config));
}

inline std::string detail(const Facts& facts) {
  return "fence=" + std::string(facts.haul.place);
}

}  // namespace lujing::core::mt11
