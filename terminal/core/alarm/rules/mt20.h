// MT-20: long stop with a load (滞留).
//
// standing laden outside of all sites, disposal sites and car parks.
#pragma once

#include "terminal/core/alarm/rules/haul_rule.h"

namespace lujing::core::mt20 {

inline const AlarmConfig& parameters(const CoreConfig& config) {
  return config.haul.mt.of(Mt::mt20).alarm;
}

inline Truth condition(const Facts& facts, const CoreConfig&) {
  return both(facts.haul.laden, both(negated(facts.haul.at_place), truth(!facts.moving)));
}

inline std::string detail(const Facts& facts) {
  return std::string("load=") + protocol::to_string(facts.load);
}

}  // namespace lujing::core::mt20
