// MT-12: faster than a fence allows.
//
// speed above the smallest limit of the fences that apply here.
#pragma once

#include "terminal/core/alarm/rules/haul_rule.h"

namespace lujing::core::mt12 {

inline const AlarmConfig& parameters(const CoreConfig& config) {
  return config.haul.mt.of(Mt::mt12).alarm;
}

inline Truth condition(const Facts& facts, const CoreConfig&) {
  return facts.haul.over_limit;
}

inline std::string detail(const Facts& facts) {
  return "limit_kmh=" + std::to_string(std::lround(facts.haul.limit_mps * 3.6));
}

}  // namespace lujing::core::mt12
