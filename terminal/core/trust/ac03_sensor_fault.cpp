// AC-03: cover, hoist or load says that it is broken: a cut or shorted wire, a value that no sensor
// gives, two end switches at once, a module that does not answer. That a module is down is told by
// AC-11 too, but only after a minute: long enough to tip unseen.
#include "terminal/core/trust/rules.h"

namespace lujing::core::trust {

Truth sensor_fault(const Facts& facts, const CoreConfig&) {
  return truth(facts.cover == protocol::Cover::fault || facts.hoist == protocol::Hoist::fault ||
               facts.load == protocol::Load::fault || facts.trust.load_sensor_fault);
}

std::string sensor_fault_detail(const Facts& facts) {
  return std::string("cover=") + protocol::to_string(facts.cover) +
         " hoist=" + protocol::to_string(facts.hoist) + " load=" + protocol::to_string(facts.load) +
         (facts.trust.load_sensor_fault ? " load_sensor=fault" : "") +
         (facts.trust.io_down ? " io=down" : "");
}

}  // namespace lujing::core::trust
