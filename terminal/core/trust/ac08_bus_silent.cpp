// AC-08: the vehicle moves, and its bus says nothing: the terminal was taken off it.
#include "terminal/core/trust/rules.h"

namespace lujing::core::trust {

Truth bus_silent(const Facts& facts, const CoreConfig& config) {
  const Evidence& seen = facts.trust;
  if (!seen.bus_expected || !seen.gnss_mps) return Truth::unknown;
  if (seen.bus_silent_s <= config.trust.bus_silent_s) return Truth::no;
  return truth(*seen.gnss_mps > config.trust.bus_speed_mps);
}

std::string bus_silent_detail(const Facts& facts) {
  const auto gnss =
      facts.trust.gnss_mps ? std::optional<double>(*facts.trust.gnss_mps * 3.6) : std::nullopt;
  return said("silent", facts.trust.bus_silent_s, "s") + " " + said("gnss", gnss, "km/h");
}

}  // namespace lujing::core::trust
