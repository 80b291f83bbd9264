// GB-01: a collection point that was not served when it was due (日产日清).
#include "terminal/core/alarm/rules/cleaning.h"
#include "terminal/core/alarm/rules/words.h"

namespace lujing::core::gb01 {

const AlarmConfig& parameters(const CoreConfig& config) {
  return config.cleaning.of(CleaningRule::gb01);
}

Truth condition(const Facts& facts, const CoreConfig&) {
  return facts.cleaning.point_missed;
}

std::string detail(const Facts& facts) {
  return clock_text(facts);
}

}  // namespace lujing::core::gb01
