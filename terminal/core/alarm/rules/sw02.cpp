// SW-02: patrol cleaning (保洁) too fast.
#include "terminal/core/alarm/rules/cleaning.h"
#include "terminal/core/alarm/rules/words.h"

namespace lujing::core::sw02 {

const AlarmConfig& parameters(const CoreConfig& config) {
  return config.cleaning.of(CleaningRule::sw02);
}

Truth condition(const Facts& facts, const CoreConfig& config) {
  return both(sweeping(facts),
              both(patrol(facts, config.cleaning), faster(facts, config.cleaning.patrol_kmh)));
}

std::string detail(const Facts& facts) {
  return work_text(facts) + " " + speed_text(facts);
}

}  // namespace lujing::core::sw02
