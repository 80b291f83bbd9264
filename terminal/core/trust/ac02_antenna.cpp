// AC-02: the antenna's line is open or shorted, as the receiver or a detector says on an input.
#include "terminal/core/trust/rules.h"

namespace lujing::core::trust {

Truth antenna(const Facts& facts, const CoreConfig&) {
  return facts.trust.antenna_fault;
}

std::string antenna_detail(const Facts& facts) {
  return said("no_fix", facts.trust.no_fix_s, "s");
}

}  // namespace lujing::core::trust
