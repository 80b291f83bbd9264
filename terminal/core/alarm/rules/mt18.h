// MT-18: track gap.
//
// two positions in a row are farther apart than allowed.
#pragma once

#include "terminal/core/alarm/rules/haul_rule.h"

namespace lujing::core::mt18 {

inline const AlarmConfig& parameters(const CoreConfig& config) {
  return config.haul.mt.of(Mt::mt18).alarm;
}

inline Truth condition(const Facts& facts, const CoreConfig&) {
  return facts.haul.gap;
}

inline std::string detail(const Facts&) {
  return std::string("gap=yes");
}

}  // namespace lujing::core::mt18
