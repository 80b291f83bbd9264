// The rules: one row each. A rule is a pure function of the facts and its own parameters; how long
// a condition must last and what becomes of it is the same for all (alarm/life.h).
//
// Adding one: a struct in core/config.h, a file in alarm/rules/, a row in rules.cpp, its parameters
// in terminal/config (profile.cpp, core_config.cpp), a journal that raises it and near misses that
// do not in tests/unit/core.
#pragma once

#include "terminal/core/alarm/facts.h"
#include "terminal/core/config.h"

#include <span>
#include <string>

namespace lujing::core {

struct Rule {
  const char* id;  ///< "MT-01"
  const AlarmConfig& (*parameters)(const CoreConfig& config);
  Truth (*condition)(const Facts& facts, const CoreConfig& config);
  std::string (*detail)(const Facts& facts);  ///< the facts that it judged, for a person
};

/// In the order in which they are judged.
std::span<const Rule> rules();

}  // namespace lujing::core
