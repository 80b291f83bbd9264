// SP-06: jets in daytime, when only spray is allowed. Flushing is done with jets; a sprinkler tells
// by its high-pressure pump, and one that does not tell is taken to have no spray.
#include "terminal/core/alarm/rules/cleaning.h"
#include "terminal/core/alarm/rules/words.h"

namespace lujing::core::sp06 {

using protocol::Work;

const AlarmConfig& parameters(const CoreConfig& config) {
  return config.cleaning.of(CleaningRule::sp06);
}

Truth condition(const Facts& facts, const CoreConfig& config) {
  const CleaningFacts& now = facts.cleaning;
  const bool sprinkles = (now.on & mask_of(Work::sprinkling)) != 0 && now.jets.value_or(true);
  if ((now.on & mask_of(Work::flushing)) == 0 && !sprinkles) return Truth::no;
  if (!now.minute) return Truth::unknown;
  return truth(any_holds(config.cleaning.daytime_windows, now.weekday, *now.minute));
}

std::string detail(const Facts& facts) {
  return work_text(facts) + " " + clock_text(facts);
}

}  // namespace lujing::core::sp06
