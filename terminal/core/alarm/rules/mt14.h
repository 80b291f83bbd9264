// MT-14: driver not verified.
//
// moving, and no reader knows the driver: a switch says so, or no card that is on the list has been
// shown (terminal/core/haul/driver.h). Not known without a reader that works.
#pragma once

#include "terminal/core/alarm/rules/haul_rule.h"

namespace lujing::core::mt14 {

inline const AlarmConfig& parameters(const CoreConfig& config) {
  return config.haul.mt.of(Mt::mt14).alarm;
}

inline Truth condition(const Facts& facts, const CoreConfig&) {
  return both(negated(facts.haul.driver), truth(facts.moving));
}

inline std::string detail(const Facts& facts) {
  std::string text = "driver=not_verified";
  if (facts.haul.driver_card == 0) return text;
  constexpr int digits = 10;
  text += " card=";
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
    text += "0123456789ABCDEF"[facts.haul.driver_card >> shift & 15];
  }
  return text;
}

}  // namespace lujing::core::mt14
