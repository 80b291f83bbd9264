// AC-06: the wheels turn, and the receiver has no fix, says that it stands, or tells one place
// again and again; or all signals have collapsed while the vehicle stands under the open sky. A
// stop at a light with nothing new since is no answer: it neither counts nor takes back. Not in a
// tunnel that the road network knows.
#include "terminal/core/trust/rules.h"

namespace lujing::core::trust {
namespace {

constexpr double fix_missing_s = 3;
constexpr double frozen_for_s = 3;

}  // namespace

Truth jammed(const Facts& facts, const CoreConfig& config) {
  const Evidence& seen = facts.trust;
  if (!seen.gnss_heard) return Truth::unknown;
  if (seen.in_tunnel) return Truth::no;
  const bool no_fix = seen.no_fix_s > fix_missing_s;
  const bool collapsed = seen.cn0_dbhz && *seen.cn0_dbhz < config.trust.jam_cn0_dbhz;
  const bool drives = seen.wheel_mps && *seen.wheel_mps > config.trust.jam_speed_mps;
  if (seen.standing && no_fix && collapsed && seen.cn0_was_good) return Truth::yes;
  if ((seen.standing || !drives) && seen.told_nothing_since_drive) return Truth::unknown;
  if (seen.standing) return Truth::no;
  if (!seen.wheel_mps) return Truth::unknown;
  const bool says_still = seen.gnss_mps && *seen.gnss_mps < receiver_stands_mps;
  return truth(drives && (no_fix || says_still || seen.frozen_s > frozen_for_s));
}

std::string jammed_detail(const Facts& facts) {
  const Evidence& seen = facts.trust;
  const auto wheels = seen.wheel_mps ? std::optional<double>(*seen.wheel_mps * 3.6) : std::nullopt;
  return said("no_fix", seen.no_fix_s, "s") + " " + said("frozen", seen.frozen_s, "s") + " " +
         said("cn0", seen.cn0_dbhz, "dBHz") + " " + said("wheels", wheels, "km/h");
}

}  // namespace lujing::core::trust
