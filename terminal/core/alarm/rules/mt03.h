// MT-03: lift outside a permitted disposal site.
//
// the hoist is lifted, and the vehicle is in no disposal site of a permit in force. Not known: a
// hoist in fault or not read; no fences or no position.
#pragma once

#include "terminal/core/alarm/rules/haul_rule.h"

namespace lujing::core::mt03 {

inline const AlarmConfig& parameters(const CoreConfig& config) {
  return config.haul.mt.of(Mt::mt03).alarm;
}

inline Truth condition(const Facts& facts, const CoreConfig&) {
  Truth lifted = Truth::unknown;
  if (facts.hoist == protocol::Hoist::lifted) lifted = Truth::yes;
  if (facts.hoist == protocol::Hoist::flat) lifted = Truth::no;
  return both(lifted, negated(facts.haul.at_tip));
}

inline std::string detail(const Facts& facts) {
  return std::string("hoist=") + protocol::to_string(facts.hoist);
}

}  // namespace lujing::core::mt03
