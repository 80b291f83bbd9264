// MT-17: overload.
//
// the load is over the rated one; not known where it is not known whether there is any.
#pragma once

#include "terminal/core/alarm/rules/haul_rule.h"

namespace lujing::core::mt17 {

inline const AlarmConfig& parameters(const CoreConfig& config) {
  return config.haul.mt.of(Mt::mt17).alarm;
}

inline Truth condition(const Facts& facts, const CoreConfig&) {
  return both(facts.haul.laden, truth(facts.load == protocol::Load::over));
}

inline std::string detail(const Facts& facts) {
  return std::string("load=") + protocol::to_string(facts.load);
}

}  // namespace lujing::core::mt17
