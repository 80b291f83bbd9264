// MT-07: visit of a disposal site that is not on the permit.
//
// near one, laden and slower than the trigger. Any permit in force that names the site makes it a
// right one.
#pragma once

#include "terminal/core/alarm/rules/haul_rule.h"

namespace lujing::core::mt07 {

inline const AlarmConfig& parameters(const CoreConfig& config) {
  return config.haul.mt.of(Mt::mt07).alarm;
}

inline Truth condition(const Facts& facts, const CoreConfig& config) {
  // Laden is told some seconds late; while the load is falling it is nobody's visit yet.
  const bool falls = facts.load == protocol::Load::empty || facts.load == protocol::Load::light;
  const Truth laden = falls ? both(facts.haul.laden, Truth::unknown) : facts.haul.laden;
  return both(
      laden, both(facts.haul.near_other_tip, slower(facts, config.haul.mt.of(Mt::mt07).speed_mps)));
}

inline std::string detail(const Facts& facts) {
  return "site=" + std::string(facts.haul.place);
}

}  // namespace lujing::core::mt07
