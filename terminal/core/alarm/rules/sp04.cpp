// SP-04: heat asks for more passes than were made by the deadline.
#include "terminal/core/alarm/rules/cleaning.h"
#include "terminal/core/alarm/rules/words.h"

namespace lujing::core::sp04 {

const AlarmConfig& parameters(const CoreConfig& config) {
  return config.cleaning.of(CleaningRule::sp04);
}

Truth condition(const Facts& facts, const CoreConfig&) {
  const auto& owed = facts.cleaning.owed;
  return truth(owed && owed->by_heat && owed->kerbs_short + owed->kerbs_below > 0);
}

std::string detail(const Facts& facts) {
  return owed_text(facts);
}

}  // namespace lujing::core::sp04
