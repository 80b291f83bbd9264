// A city's rule set. Adding a rule: a struct in terminal/core/config.h, a read_... here, a row in
// read_rules.
#include "terminal/config/cleaning_rules.h"
#include "terminal/config/haul_rules.h"
#include "terminal/config/prompt_rules.h"
#include "terminal/config/terminal_config.h"
#include "terminal/config/toml_reader.h"
#include "terminal/config/trust_rules.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <string_view>

namespace lujing::config {
namespace {

core::AlarmConfig read_city_alarm(Section& section) {
  core::AlarmConfig alarm;
  alarm.enabled = section.flag("enabled", alarm.enabled);
  alarm.sustain_s = section.number("sustain_s", alarm.sustain_s, 0, 3600);
  alarm.clear_s = section.number("clear_s", alarm.clear_s, 0, 3600);
  alarm.suppress_s = section.number("suppress_s", alarm.suppress_s, 0, 7.0 * 86400);
  return alarm;
}

core::Mt01Config read_mt01(Section rule) {
  core::Mt01Config mt01;
  mt01.alarm = read_city_alarm(rule);
  mt01.trigger_speed_mps = rule.number("trigger_speed_kmh", 5.0, 0, 200) / 3.6;
  rule.done();
  return mt01;
}

Mt23Config read_mt23(Section rule) {
  Mt23Config mt23;
  mt23.enabled = rule.flag("enabled", mt23.enabled);
  mt23.vehicles = static_cast<int>(rule.integer("vehicles", mt23.vehicles, 2, 100));
  mt23.radius_m = rule.number("radius_m", mt23.radius_m, 10, 2000);
  rule.done();
  return mt23;
}

/// "75 %", ...; none are named: as they were.
void read_rate_targets(Section& rates, std::vector<int>& targets) {
  if (!rates.has("targets")) return;
  targets.clear();
  for (const std::string& text : rates.texts("targets", 16)) {
    int percent = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), percent);
    const bool good = end.ec == std::errc() && std::string_view(end.ptr) == " %" && percent >= 1 &&
                      percent <= 100;
    if (!good) rates.refuse("targets", "expected shares as \"75 %\", found \"" + text + "\"");
    if (good) targets.push_back(percent);
  }
}

/// Which classes of road the rates are about; none are named: all.
std::uint32_t read_rate_classes(Section& rates) {
  static constexpr const char* words[] = {"expressway", "arterial", "secondary", "branch",
                                          "lane",       "service",  "ramp"};  // core::RoadClass
  std::uint32_t classes = 0;
  for (const std::string& text : rates.texts("classes", 16)) {
    const auto* at = std::find(std::begin(words), std::end(words), text);
    if (at == std::end(words)) {
      rates.refuse("classes",
                   "expected expressway, arterial, secondary, branch, lane, service or "
                   "ramp, found \"" +
                       text + "\"");
    } else {
      classes |= 1U << static_cast<unsigned>(at - std::begin(words));
    }
  }
  return classes == 0 ? UINT32_MAX : classes;
}

bool is_on(const Profile& profile, const std::string& id) {
  if (id == "MT-01") return profile.mt01.alarm.enabled;
  if (id == "MT-23") return profile.mt23.enabled;
  for (std::size_t i = 0; i < core::cleaning_rule_count; ++i) {
    if (id == cleaning_rule_name(i)) return profile.cleaning.rules[i].enabled;
  }
  for (std::size_t i = 0; i < core::mt_count; ++i) {
    if (id == core::mt_rows()[i].id) return profile.mt.rules[i].alarm.enabled;
  }
  for (std::size_t i = 0; i < core::trust_rules; ++i) {
    if (id == core::trust_rule_name(i)) return profile.trust.alarms[i].enabled;
  }
  return false;
}

}  // namespace

std::vector<std::string> rule_catalogue() {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < core::cleaning_rule_count; ++i) {
    ids.emplace_back(cleaning_rule_name(i));
  }
  ids.emplace_back("MT-01");
  for (const core::MtRow& row : core::mt_rows()) ids.emplace_back(row.id);
  ids.emplace_back("MT-23");
  for (std::size_t i = 0; i < core::trust_rules; ++i) {
    ids.emplace_back(core::trust_rule_name(i));
  }
  return ids;
}

std::string off_unnamed_warning(const Profile& profile) {
  if (profile.off_unnamed.empty()) return {};
  return "rule set " + profile.rule_set() + " does not name " + joined(profile.off_unnamed) +
         ": off. Name what is wanted, as the default profile does; enabled = false says that it "
         "is off on purpose";
}

Result<Profile> parse_profile(const std::string& name, const std::string& text) {
  TomlFile file(name, text);
  if (auto bad = file.problems()) return *bad;
  Section root = file.root();
  Profile profile;
  Section section = root.table("profile", true);
  if (section.present()) {
    profile.name = section.text("name", std::nullopt, 64);
    const bool plain = std::all_of(profile.name.begin(), profile.name.end(), [](unsigned char c) {
      return c > ' ' && c != '@' && c != 0x7f;
    });
    if (!plain) section.refuse("name", "expected no spaces and no @");
    profile.version = section.integer("version", std::nullopt, 0, 1'000'000'000);
    profile.utc_offset_min =
        static_cast<int>(section.integer("utc_offset_min", profile.utc_offset_min, -720, 840));
  }
  section.done();
  Section rules = root.table("rules");
  for (const std::string& id : rule_catalogue()) {
    if (!rules.has(id)) profile.off_unnamed.push_back(id);
  }
  profile.mt01 = read_mt01(rules.table("MT-01"));
  read_cleaning(rules, profile.cleaning);
  read_profile_mt(rules, profile.mt);
  profile.mt23 = read_mt23(rules.table("MT-23"));
  read_profile_trust(rules, profile.trust);
  rules.done();
  std::erase_if(profile.off_unnamed, [&](const std::string& id) { return is_on(profile, id); });
  read_exceptions(root.table("exceptions"), profile.cleaning, &profile.excepted_share_max);
  read_profile_control(root.table("control"), profile.control);
  read_prompts(root.table("prompts"), profile.prompts);
  Section rates = root.table("rates");
  profile.rate_classes = read_rate_classes(rates);
  read_rate_targets(rates, profile.rate_targets);
  rates.done();
  root.done();
  if (auto bad = file.problems()) return *bad;
  return profile;
}

Result<Profile> load_profile(const std::string& path) {
  Result<std::string> text = read_text_file(path);
  if (!text) return text.error();
  return parse_profile(path, *text);
}

}  // namespace lujing::config
