// AC-07: from one fix to the next further than the vehicle can have driven: a jump, or a gap in the
// track that ends elsewhere.
#include "terminal/core/trust/rules.h"

namespace lujing::core::trust {
namespace {

constexpr double leap_fresh_s = 10;

}  // namespace

Truth leap(const Facts& facts, const CoreConfig& config) {
  const Evidence& seen = facts.trust;
  if (!seen.leap_age_s || *seen.leap_age_s > leap_fresh_s) return Truth::no;
  return truth(seen.leap_m > config.trust.leap_m);
}

std::string leap_detail(const Facts& facts) {
  return said("leap", facts.trust.leap_m, "m");
}

}  // namespace lujing::core::trust
