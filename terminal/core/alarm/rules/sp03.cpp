// SP-03: water on the road when it is cold.
#include "terminal/core/alarm/rules/cleaning.h"
#include "terminal/core/alarm/rules/words.h"

namespace lujing::core::sp03 {

const AlarmConfig& parameters(const CoreConfig& config) {
  return config.cleaning.of(CleaningRule::sp03);
}

Truth condition(const Facts& facts, const CoreConfig& config) {
  const CleaningFacts& now = facts.cleaning;
  if ((now.on & wetting) == 0) return Truth::no;
  if (!now.ambient_c) return Truth::unknown;
  return truth(*now.ambient_c < config.cleaning.cold_c);
}

std::string detail(const Facts& facts) {
  return work_text(facts) + " ambient_c=" + text_of(facts.cleaning.ambient_c);
}

}  // namespace lujing::core::sp03
