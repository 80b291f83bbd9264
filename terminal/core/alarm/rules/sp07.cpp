// SP-07: a flush that was not done by its deadline.
#include "terminal/core/alarm/rules/cleaning.h"
#include "terminal/core/alarm/rules/words.h"

namespace lujing::core::sp07 {

using protocol::Work;

const AlarmConfig& parameters(const CoreConfig& config) {
  return config.cleaning.of(CleaningRule::sp07);
}

Truth condition(const Facts& facts, const CoreConfig&) {
  const auto& owed = facts.cleaning.owed;
  const bool flush = owed && (owed->works & mask_of(Work::flushing)) != 0;
  return truth(flush && owed->kerbs_below > 0);
}

std::string detail(const Facts& facts) {
  return owed_text(facts);
}

}  // namespace lujing::core::sp07
