// AC-01: the vehicle's battery is low or gone. The terminal goes on by its own one.
#include "terminal/core/trust/rules.h"

namespace lujing::core::trust {

Truth power(const Facts& facts, const CoreConfig& config) {
  const Evidence& seen = facts.trust;
  if (!seen.main_v) return Truth::unknown;
  const TrustConfig& limits = config.trust;
  const bool of_24v = seen.highest_v > limits.system_24v;
  const double low_v = of_24v ? limits.low_24v : limits.low_12v;
  return truth(*seen.main_v < low_v);
}

std::string power_detail(const Facts& facts) {
  return said("main", facts.trust.main_v, "V") + (facts.trust.main_lost ? " lost" : " low");
}

}  // namespace lujing::core::trust
