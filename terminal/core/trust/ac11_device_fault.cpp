// AC-11: a device that belongs to the vehicle does not answer: receiver, bus adapter or input
// module. A city may tie a limit to it, so that pulling a plug does not pay.
#include "terminal/core/trust/rules.h"

namespace lujing::core::trust {

Truth device_fault(const Facts& facts, const CoreConfig&) {
  return truth(facts.trust.gnss_down || facts.trust.bus_down || facts.trust.io_down);
}

std::string device_fault_detail(const Facts& facts) {
  const auto word = [](bool down) { return down ? "down" : "up"; };
  return std::string("gnss=") + word(facts.trust.gnss_down) + " can=" + word(facts.trust.bus_down) +
         " io=" + word(facts.trust.io_down);
}

}  // namespace lujing::core::trust
