// AC-09: the unit was taken out of its place, as a switch on its bracket or housing says.
#include "terminal/core/trust/rules.h"

namespace lujing::core::trust {

Truth removed(const Facts& facts, const CoreConfig&) {
  return facts.trust.removed;
}

std::string removed_detail(const Facts& facts) {
  return said("main", facts.trust.main_v, "V");
}

}  // namespace lujing::core::trust
