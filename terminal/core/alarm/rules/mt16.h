// MT-16: no wash at the exit.
//
// left a loading site laden without having stood in a wash for long enough.
#pragma once

#include "terminal/core/alarm/rules/haul_rule.h"

namespace lujing::core::mt16 {

inline const AlarmConfig& parameters(const CoreConfig& config) {
  return config.haul.mt.of(Mt::mt16).alarm;
}

inline Truth condition(const Facts& facts, const CoreConfig&) {
  return facts.haul.unwashed;
}

inline std::string detail(const Facts& facts) {
  return "site=" + std::string(facts.haul.place);
}

}  // namespace lujing::core::mt16
