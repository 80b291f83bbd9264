// MT-06: suspicious loading (可疑出土).
//
// loaded, and in no registered loading site.
#pragma once

#include "terminal/core/alarm/rules/haul_rule.h"

namespace lujing::core::mt06 {

inline const AlarmConfig& parameters(const CoreConfig& config) {
  return config.haul.mt.of(Mt::mt06).alarm;
}

inline Truth condition(const Facts& facts, const CoreConfig&) {
  return facts.haul.dug;
}

inline std::string detail(const Facts& facts) {
  return std::string("load=") + protocol::to_string(facts.load);
}

}  // namespace lujing::core::mt06
