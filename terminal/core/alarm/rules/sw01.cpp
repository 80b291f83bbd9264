// SW-01: sweeping faster than it cleans, outside the hours of patrol cleaning.
#include "terminal/core/alarm/rules/cleaning.h"
#include "terminal/core/alarm/rules/words.h"

namespace lujing::core::sw01 {

const AlarmConfig& parameters(const CoreConfig& config) {
  return config.cleaning.of(CleaningRule::sw01);
}

Truth condition(const Facts& facts, const CoreConfig& config) {
  return both(sweeping(facts), both(negated(patrol(facts, config.cleaning)),
                                    faster(facts, config.cleaning.sweep_kmh)));
}

std::string detail(const Facts& facts) {
  return work_text(facts) + " " + speed_text(facts);
}

}  // namespace lujing::core::sw01
