// GB-02: emptied where there is no station.
#include "terminal/core/alarm/rules/cleaning.h"
#include "terminal/core/alarm/rules/words.h"

namespace lujing::core::gb02 {

const AlarmConfig& parameters(const CoreConfig& config) {
  return config.cleaning.of(CleaningRule::gb02);
}

Truth condition(const Facts& facts, const CoreConfig&) {
  const Truth empties = truth(facts.hoist == protocol::Hoist::lifted);
  return both(empties, negated(facts.cleaning.at_station));
}

std::string detail(const Facts& facts) {
  return std::string("hoist=") + protocol::to_string(facts.hoist);
}

}  // namespace lujing::core::gb02
