// CV-02: roads of which one side was done and the other was not.
#include "terminal/core/alarm/rules/cleaning.h"
#include "terminal/core/alarm/rules/words.h"

namespace lujing::core::cv02 {

const AlarmConfig& parameters(const CoreConfig& config) {
  return config.cleaning.of(CleaningRule::cv02);
}

Truth condition(const Facts& facts, const CoreConfig&) {
  const auto& owed = facts.cleaning.owed;
  return truth(owed && owed->one_sided > 0);
}

std::string detail(const Facts& facts) {
  return owed_text(facts);
}

}  // namespace lujing::core::cv02
