// SP-02: work in forbidden hours: traffic peaks; on elevated roads hours of their own.
#include "terminal/core/alarm/rules/cleaning.h"
#include "terminal/core/alarm/rules/words.h"

namespace lujing::core::sp02 {

using protocol::Work;

const AlarmConfig& parameters(const CoreConfig& config) {
  return config.cleaning.of(CleaningRule::sp02);
}

Truth condition(const Facts& facts, const CoreConfig& config) {
  const CleaningFacts& now = facts.cleaning;
  const Truth on = truth((now.on & ~mask_of(Work::collecting)) != 0);
  if (on == Truth::no) return Truth::no;
  if (!now.minute) return Truth::unknown;
  const Truth denied = truth(any_holds(config.cleaning.deny_windows, now.weekday, *now.minute));
  const Truth above = both(
      now.elevated, truth(any_holds(config.cleaning.elevated_windows, now.weekday, *now.minute)));
  return both(on, either(denied, above));
}

std::string detail(const Facts& facts) {
  return work_text(facts) + " " + clock_text(facts);
}

}  // namespace lujing::core::sp02
