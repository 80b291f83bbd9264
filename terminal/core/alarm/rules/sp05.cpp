// SP-05: sweeping in a wind that only raises dust; and, by the deadline, fewer passes of water than
// the wind asks for.
#include "terminal/core/alarm/rules/cleaning.h"
#include "terminal/core/alarm/rules/words.h"

namespace lujing::core::sp05 {

const AlarmConfig& parameters(const CoreConfig& config) {
  return config.cleaning.of(CleaningRule::sp05);
}

Truth condition(const Facts& facts, const CoreConfig& config) {
  const CleaningFacts& now = facts.cleaning;
  const auto& owed = now.owed;
  if (owed && owed->by_wind && owed->kerbs_short + owed->kerbs_below > 0) return Truth::yes;
  if ((now.on & machine_swept) == 0) return Truth::no;
  if (!now.wind_force) return Truth::unknown;
  return truth(*now.wind_force >= config.cleaning.wind_force);
}

std::string detail(const Facts& facts) {
  if (facts.cleaning.owed && facts.cleaning.owed->by_wind) return owed_text(facts);
  return work_text(facts) + " wind_force=" + std::to_string(facts.cleaning.wind_force.value_or(0));
}

}  // namespace lujing::core::sp05
