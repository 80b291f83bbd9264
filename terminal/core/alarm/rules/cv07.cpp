// CV-07: work where no task of the plan is.
#include "terminal/core/alarm/rules/cleaning.h"
#include "terminal/core/alarm/rules/words.h"

namespace lujing::core::cv07 {

using protocol::Work;

const AlarmConfig& parameters(const CoreConfig& config) {
  return config.cleaning.of(CleaningRule::cv07);
}

Truth condition(const Facts& facts, const CoreConfig&) {
  const CleaningFacts& now = facts.cleaning;
  const bool works = (now.effective & ~mask_of(Work::collecting)) != 0;
  return both(truth(works), negated(now.in_area));
}

std::string detail(const Facts& facts) {
  return work_text(facts);
}

}  // namespace lujing::core::cv07
