// SP-05: sweeping in a wind that only raises dust.
#include "terminal/core/alarm/rules/cleaning.h"
#include "terminal/core/alarm/rules/words.h"

namespace lujing::core::sp05 {

const AlarmConfig& parameters(const CoreConfig& config) {
  return config.cleaning.of(CleaningRule::sp05);
}

Truth condition(const Facts& facts, const CoreConfig& config) {
  const CleaningFacts& now = facts.cleaning;
  if ((now.on & machine_swept) == 0) return Truth::no;
  if (!now.wind_force) return Truth::unknown;
  return truth(*now.wind_force >= config.cleaning.wind_force);
}

std::string detail(const Facts& facts) {
  return work_text(facts) + " wind_force=" + std::to_string(facts.cleaning.wind_force.value_or(0));
}

}  // namespace lujing::core::sp05
