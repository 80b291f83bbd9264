// SW-04: auxiliary engine out of its band while working.
#include "terminal/core/alarm/rules/cleaning.h"
#include "terminal/core/alarm/rules/words.h"

namespace lujing::core::sw04 {

const AlarmConfig& parameters(const CoreConfig& config) {
  return config.cleaning.of(CleaningRule::sw04);
}

Truth condition(const Facts& facts, const CoreConfig& config) {
  const CleaningFacts& now = facts.cleaning;
  const CleaningConfig& limits = config.cleaning;
  if ((now.effective & (machine_swept | wetting)) == 0) return Truth::no;
  if (!now.aux_rpm) return Truth::unknown;
  const bool sweeps = (now.effective & machine_swept) != 0;
  const double min_rpm = sweeps ? limits.sweep_rpm_min : limits.sprinkle_rpm_min;
  const double max_rpm = sweeps ? limits.sweep_rpm_max : limits.sprinkle_rpm_max;
  return truth(*now.aux_rpm < min_rpm || *now.aux_rpm > max_rpm);
}

std::string detail(const Facts& facts) {
  return work_text(facts) + " aux_rpm=" + text_of(facts.cleaning.aux_rpm);
}

}  // namespace lujing::core::sw04
