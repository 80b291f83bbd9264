// AC-10: no connection to the platform for as long as the profile allows (sustain_s).
#include "terminal/core/trust/rules.h"

namespace lujing::core::trust {

Truth offline(const Facts& facts, const CoreConfig&) {
  return facts.trust.uplink_down;
}

std::string offline_detail(const Facts&) {
  return "uplink=down";
}

}  // namespace lujing::core::trust
