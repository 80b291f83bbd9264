// MT-08: arrival at a work site.
//
// near a loading site of a permit in force, slower than the trigger.
#pragma once

#include "terminal/core/alarm/rules/haul_rule.h"

namespace lujing::core::mt08 {

inline const AlarmConfig& parameters(const CoreConfig& config) {
  return config.haul.mt.of(Mt::mt08).alarm;
}

inline Truth condition(const Facts& facts, const CoreConfig& config) {
  return both(facts.haul.near_site, slower(facts, config.haul.mt.of(Mt::mt08).speed_mps));
}

inline std::string detail(const Facts& facts) {
  return "site=" + std::string(facts.haul.place);
}

}  // namespace lujing::core::mt08
