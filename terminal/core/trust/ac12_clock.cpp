// AC-12: the time that the receiver or a disciplined clock tells has stepped, though it was right
// before: somebody sets the clock, or fakes the signal.
#include "terminal/core/trust/rules.h"

#include <cmath>

namespace lujing::core::trust {
namespace {

constexpr double clock_fresh_s = 10;

}  // namespace

Truth clock_step(const Facts& facts, const CoreConfig& config) {
  const Evidence& seen = facts.trust;
  if (!seen.clock_age_s || *seen.clock_age_s > clock_fresh_s) return Truth::no;
  return truth(std::fabs(seen.clock_step_s) > config.trust.clock_step_s);
}

std::string clock_step_detail(const Facts& facts) {
  return said("step", facts.trust.clock_step_s, "s");
}

}  // namespace lujing::core::trust
