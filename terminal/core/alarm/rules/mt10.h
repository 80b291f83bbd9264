// MT-10: hauling at the wrong time.
//
// moving laden in hours in which the city forbids it, without a permit for night work.
#pragma once

#include "terminal/core/alarm/rules/haul_rule.h"

namespace lujing::core::mt10 {

inline const AlarmConfig& parameters(const CoreConfig& config) {
  return config.haul.mt.of(Mt::mt10).alarm;
}

inline Truth condition(const Facts& facts, const CoreConfig& config) {
  return both(facts.haul.laden, both(facts.haul.curfew, rolls(facts, config)));
}

inline std::string detail(const Facts& facts) {
  return std::string("load=") + protocol::to_string(facts.load);
}

}  // namespace lujing::core::mt10
