// MT-05: dumping seen by the load (可疑消纳).
//
// the load has gone, and not in a disposal site of a permit in force.
#pragma once

#include "terminal/core/alarm/rules/haul_rule.h"

namespace lujing::core::mt05 {

inline const AlarmConfig& parameters(const CoreConfig& config) {
  return config.haul.mt.of(Mt::mt05).alarm;
}

inline Truth condition(const Facts& facts, const CoreConfig&) {
  return facts.haul.dumped;
}

inline std::string detail(const Facts& facts) {
  return std::string("load=") + protocol::to_string(facts.load);
}

}  // namespace lujing::core::mt05
