// GB-03: stood at a collection point, and drove on without a lift.
#include "terminal/core/alarm/rules/cleaning.h"
#include "terminal/core/alarm/rules/words.h"

namespace lujing::core::gb03 {

const AlarmConfig& parameters(const CoreConfig& config) {
  return config.cleaning.of(CleaningRule::gb03);
}

Truth condition(const Facts& facts, const CoreConfig&) {
  return facts.cleaning.left_without_lift;
}

std::string detail(const Facts& facts) {
  return clock_text(facts);
}

}  // namespace lujing::core::gb03
