// SW-03: fake work: on a road where sweeping or water is due, at a speed at which one does it, and
// nothing that is asked for is effective: brushes up, or the pump on and the valves shut. A silent
// signal is not known, and no fake.
#include "terminal/core/alarm/rules/cleaning.h"
#include "terminal/core/alarm/rules/words.h"

namespace lujing::core::sw03 {

const AlarmConfig& parameters(const CoreConfig& config) {
  return config.cleaning.of(CleaningRule::sw03);
}

Truth condition(const Facts& facts, const CoreConfig& config) {
  const CleaningFacts& now = facts.cleaning;
  const double min_kmh = now.min_kmh.value_or(config.cleaning.fake_min_kmh);
  const double max_kmh = now.max_kmh.value_or(config.cleaning.fake_max_kmh);
  const Truth in_band = both(faster(facts, min_kmh), negated(faster(facts, max_kmh)));
  if ((now.effective & now.asked) != 0) return Truth::no;
  const bool silent = (now.perhaps & now.asked) != 0 || !now.tells_work;
  return both(both(now.due, in_band), silent ? Truth::unknown : Truth::yes);
}

std::string detail(const Facts& facts) {
  return work_text(facts) + " " + speed_text(facts);
}

}  // namespace lujing::core::sw03
