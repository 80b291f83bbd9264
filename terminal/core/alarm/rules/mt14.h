// MT-14: driver not verified.
//
// moving, and the reader says that the driver is not verified. Not known without a reader.
#pragma once

#include "terminal/core/alarm/rules/haul_rule.h"

namespace lujing::core::mt14 {

inline const AlarmConfig& parameters(const CoreConfig& config) {
  return config.haul.mt.of(Mt::mt14).alarm;
}

inline Truth condition(const Facts& facts, const CoreConfig&) {
  return both(negated(facts.haul.driver), truth(facts.moving));
}

inline std::string detail(const Facts&) {
  return std::string("driver=not_verified");
}

}  // namespace lujing::core::mt14
