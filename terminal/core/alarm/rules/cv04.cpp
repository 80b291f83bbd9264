// CV-04: 吸、冲、洗、补 not in order or not in time.
#include "terminal/core/alarm/rules/cleaning.h"
#include "terminal/core/alarm/rules/words.h"

namespace lujing::core::cv04 {

const AlarmConfig& parameters(const CoreConfig& config) {
  return config.cleaning.of(CleaningRule::cv04);
}

Truth condition(const Facts& facts, const CoreConfig&) {
  const auto& owed = facts.cleaning.owed;
  return truth(owed && owed->steps && owed->out_of_order > 0);
}

std::string detail(const Facts& facts) {
  return owed_text(facts);
}

}  // namespace lujing::core::cv04
