// SP-01: flushing or sprinkling too fast.
#include "terminal/core/alarm/rules/cleaning.h"
#include "terminal/core/alarm/rules/words.h"

namespace lujing::core::sp01 {

using protocol::Work;

const AlarmConfig& parameters(const CoreConfig& config) {
  return config.cleaning.of(CleaningRule::sp01);
}

Truth condition(const Facts& facts, const CoreConfig& config) {
  const bool wets =
      (facts.cleaning.effective & (mask_of(Work::flushing) | mask_of(Work::sprinkling))) != 0;
  return both(truth(wets), faster(facts, config.cleaning.sprinkle_kmh));
}

std::string detail(const Facts& facts) {
  return work_text(facts) + " " + speed_text(facts);
}

}  // namespace lujing::core::sp01
