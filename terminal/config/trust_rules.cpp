#include "terminal/config/trust_rules.h"

#include "terminal/config/values.h"

#include <array>
#include <charconv>

namespace lujing::config {
namespace {

void read_trust(Section& rules, bool si, core::TrustConfig& trust) {
  const double longest_s = si ? any_number : 86'400;
  for (std::size_t i = 0; i < core::trust_rules; ++i) {
    Section rule = rules.table(core::trust_rule_name(i));
    core::AlarmConfig& alarm = trust.alarms[i];
    alarm.enabled = rule.flag("enabled", alarm.enabled);
    alarm.sustain_s = rule.number("sustain_s", alarm.sustain_s, 0, longest_s);
    alarm.clear_s = rule.number("clear_s", alarm.clear_s, 0, longest_s);
    alarm.suppress_s =
        rule.number("suppress_s", alarm.suppress_s, 0, si ? any_number : 7 * longest_s);
    for (const core::TrustNumber& number : core::trust_numbers()) {
      if (number.rule != i) continue;
      const char* key = si ? number.si_key : number.key;
      if (!rule.has(key)) continue;
      const double factor = si ? 1 : number.factor;
      trust.*number.value = rule.number(key, 0.0, 0, si ? any_number : number.most) * factor;
    }
    rule.done();
  }
}

}  // namespace

void read_profile_trust(Section& rules, core::TrustConfig& trust) {
  read_trust(rules, false, trust);
}

void read_exact_trust(Section& rules, core::TrustConfig& trust) {
  read_trust(rules, true, trust);
}

std::string to_toml(const core::TrustConfig& trust) {
  std::string out;
  for (std::size_t i = 0; i < core::trust_rules; ++i) {
    const core::AlarmConfig& alarm = trust.alarms[i];
    out += std::string("\n[rules.") + core::trust_rule_name(i) +
           "]\nenabled = " + (alarm.enabled ? "true" : "false") +
           "\nsustain_s = " + exact(alarm.sustain_s) + "\nclear_s = " + exact(alarm.clear_s) +
           "\nsuppress_s = " + exact(alarm.suppress_s) + "\n";
    for (const core::TrustNumber& number : core::trust_numbers()) {
      if (number.rule != i) continue;
      out += std::string(number.si_key) + " = " + exact(trust.*number.value) + "\n";
    }
  }
  return out;
}

}  // namespace lujing::config
