// AC-04: a sensor that never changes while the others tell of whole loads: a magnet on the switch,
// a cut wire that reads as closed.
#include "terminal/core/trust/rules.h"

#include <algorithm>

namespace lujing::core::trust {
namespace {

int most(const Evidence& seen) {
  return std::max({seen.loads_without_cover, seen.lifts_without_load, seen.loads_without_hoist});
}

}  // namespace

Truth stuck_sensor(const Facts& facts, const CoreConfig& config) {
  return truth(most(facts.trust) >= config.trust.stuck_cycles);
}

std::string stuck_sensor_detail(const Facts& facts) {
  const Evidence& seen = facts.trust;
  return "loads_without_cover=" + std::to_string(seen.loads_without_cover) +
         " loads_without_hoist=" + std::to_string(seen.loads_without_hoist) +
         " lifts_without_load=" + std::to_string(seen.lifts_without_load);
}

}  // namespace lujing::core::trust
