// MT-09: off route.
//
// on a trip, beside all the roads of its permit and outside of all sites.
#pragma once

#include "terminal/core/alarm/rules/haul_rule.h"

namespace lujing::core::mt09 {

inline const AlarmConfig& parameters(const CoreConfig& config) {
  return config.haul.mt.of(Mt::mt09).alarm;
}

inline Truth condition(const Facts& facts, const CoreConfig&) {
  return facts.haul.off_route;  // a red light on the wrong road ends nothing
}

inline std::string detail(const Facts& facts) {
  return "permit=" + std::string(facts.haul.permit);
}

}  // namespace lujing::core::mt09
