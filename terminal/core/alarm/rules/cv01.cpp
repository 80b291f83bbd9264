// CV-01: kerbs that were covered to less than a pass needs when the deadline came.
#include "terminal/core/alarm/rules/cleaning.h"
#include "terminal/core/alarm/rules/words.h"

namespace lujing::core::cv01 {

const AlarmConfig& parameters(const CoreConfig& config) {
  return config.cleaning.of(CleaningRule::cv01);
}

Truth condition(const Facts& facts, const CoreConfig&) {
  const auto& owed = facts.cleaning.owed;
  return truth(owed && owed->kerbs_below > 0);
}

std::string detail(const Facts& facts) {
  return owed_text(facts);
}

}  // namespace lujing::core::cv01
