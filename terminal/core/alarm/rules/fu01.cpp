// FU-01: fuel that goes while the vehicle is parked.
#include "terminal/core/alarm/rules/cleaning.h"
#include "terminal/core/alarm/rules/words.h"

namespace lujing::core::fu01 {

const AlarmConfig& parameters(const CoreConfig& config) {
  return config.cleaning.of(CleaningRule::fu01);
}

Truth condition(const Facts& facts, const CoreConfig& config) {
  if (facts.moving) return Truth::no;
  if (!facts.cleaning.fuel_drop_l) return Truth::unknown;
  return truth(*facts.cleaning.fuel_drop_l > config.cleaning.fuel_drop_l);
}

std::string detail(const Facts& facts) {
  return "fuel_drop_l=" + text_of(facts.cleaning.fuel_drop_l);
}

}  // namespace lujing::core::fu01
