#include "terminal/config/cleaning_rules.h"

#include "terminal/config/values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

namespace lujing::config {
namespace {

using core::CleaningConfig;
using core::CleaningRule;
using core::WeekWindow;

constexpr std::array<const char*, core::cleaning_rule_count> names{
    "SW-01", "SW-02", "SW-03", "SW-04", "SP-01", "SP-02", "SP-03", "SP-04", "SP-05", "SP-06",
    "SP-07", "CV-01", "CV-02", "CV-03", "CV-04", "CV-07", "GB-01", "GB-02", "GB-03", "FU-01"};
constexpr std::int64_t longest_offset_min = 840;  ///< 14 h, the easternmost local time
constexpr std::array<const char*, 7> day_words{"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"};

/// One number of one rule.
struct Number {
  CleaningRule rule;
  const char* key;
  double CleaningConfig::*at;
  double min, max;
};
constexpr std::array<Number, 15> numbers{{
    {CleaningRule::sw01, "limit_kmh", &CleaningConfig::sweep_kmh, 0, 200},
    {CleaningRule::sw02, "limit_kmh", &CleaningConfig::patrol_kmh, 0, 200},
    {CleaningRule::sw03, "min_kmh", &CleaningConfig::fake_min_kmh, 0, 200},
    {CleaningRule::sw03, "max_kmh", &CleaningConfig::fake_max_kmh, 0, 200},
    {CleaningRule::sw04, "sweep_rpm_min", &CleaningConfig::sweep_rpm_min, 0, 10000},
    {CleaningRule::sw04, "sweep_rpm_max", &CleaningConfig::sweep_rpm_max, 0, 10000},
    {CleaningRule::sw04, "sprinkle_rpm_min", &CleaningConfig::sprinkle_rpm_min, 0, 10000},
    {CleaningRule::sw04, "sprinkle_rpm_max", &CleaningConfig::sprinkle_rpm_max, 0, 10000},
    {CleaningRule::sp01, "limit_kmh", &CleaningConfig::sprinkle_kmh, 0, 200},
    {CleaningRule::sp03, "below_c", &CleaningConfig::cold_c, -60, 60},
    {CleaningRule::sp04, "from_c", &CleaningConfig::heat_c, -60, 60},
    {CleaningRule::cv01, "pass_share", &CleaningConfig::pass_share, 0.5, 1},
    {CleaningRule::cv03, "pass_gap_s", &CleaningConfig::pass_gap_s, 60, 14400},
    {CleaningRule::fu01, "drop_l", &CleaningConfig::fuel_drop_l, 0, 10000},
    {CleaningRule::fu01, "within_s", &CleaningConfig::fuel_within_s, 10, 86400},
}};

/// How far one mark of a driver reaches.
struct MarkNumber {
  const char* key;
  double CleaningConfig::*at;
  double min, max;
};
constexpr std::array<MarkNumber, 3> mark_numbers{{
    {"mark_max_m", &CleaningConfig::mark_max_m, 5, 1000},
    {"mark_max_s", &CleaningConfig::mark_max_s, 5, 3600},
    {"mark_max_kmh", &CleaningConfig::mark_max_kmh, 3, 60},
}};

struct Hours {
  CleaningRule rule;
  const char* key;
  std::vector<WeekWindow> CleaningConfig::*at;
};
constexpr std::array<Hours, 4> hours{{
    {CleaningRule::sw02, "windows", &CleaningConfig::patrol_windows},
    {CleaningRule::sp02, "windows", &CleaningConfig::deny_windows},
    {CleaningRule::sp02, "elevated_windows", &CleaningConfig::elevated_windows},
    {CleaningRule::sp06, "windows", &CleaningConfig::daytime_windows},
}};

/// "07:00-10:00" every day; "Fr 16:00-21:00"; "Sa,Su 08:00-20:00".
std::optional<WeekWindow> window_of(std::string_view text) {
  WeekWindow window;
  const std::size_t space = text.find(' ');
  if (space != std::string_view::npos) {
    window.weekdays = 0;
    std::string_view list = text.substr(0, space);
    text.remove_prefix(space + 1);
    while (!list.empty()) {
      const std::string_view day = list.substr(0, list.find(','));
      list.remove_prefix(std::min(list.size(), day.size() + 1));
      bool known = false;
      for (std::size_t i = 0; i < day_words.size(); ++i) {
        if (day != day_words[i]) continue;
        window.weekdays = static_cast<std::uint8_t>(window.weekdays | 1U << i);
        known = true;
      }
      if (!known) return std::nullopt;
    }
    if (window.weekdays == 0) return std::nullopt;
  }
  if (text.size() != 11 || text[5] != '-') return std::nullopt;
  const auto from = minute_of_day(text.substr(0, 5));
  const auto to = minute_of_day(text.substr(6));
  if (!from || !to || *from == *to || *from == 1440) return std::nullopt;
  window.from_min = *from;
  window.to_min = *to;
  return window;
}

std::string text_of(const WeekWindow& window) {
  std::string text;
  if (window.weekdays != 0x7f) {
    for (std::size_t i = 0; i < day_words.size(); ++i) {
      if ((window.weekdays >> i & 1) != 0)
        text += (text.empty() ? "" : ",") + std::string(day_words[i]);
    }
    text += ' ';
  }
  const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  const auto clock = [&](int minute) { return two(minute / 60) + ":" + two(minute % 60); };
  return text + clock(window.from_min) + "-" + clock(window.to_min);
}

std::vector<WeekWindow> read_hours(Section& section, const char* key) {
  std::vector<WeekWindow> windows;
  for (const std::string& text : section.texts(key, 32)) {
    if (const auto window = window_of(text)) {
      windows.push_back(*window);
    } else {
      section.refuse(
          key, "expected hours as \"07:00-10:00\" or \"Fr 16:00-21:00\", found \"" + text + "\"");
    }
  }
  return windows;
}

void read_rule(Section section, CleaningRule rule, CleaningConfig& cleaning) {
  core::AlarmConfig& alarm = cleaning.of(rule);
  alarm.enabled = section.flag("enabled", section.present());
  alarm.sustain_s = section.number("sustain_s", alarm.sustain_s, 0, 3600);
  alarm.clear_s = section.number("clear_s", alarm.clear_s, 0, 3600);
  alarm.suppress_s = section.number("suppress_s", alarm.suppress_s, 0, 7.0 * 86400);
  for (const Number& number : numbers) {
    if (number.rule != rule) continue;
    cleaning.*number.at = section.number(number.key, cleaning.*number.at, number.min, number.max);
  }
  for (const Hours& list : hours) {
    if (list.rule == rule) cleaning.*list.at = read_hours(section, list.key);
  }
  if (rule == CleaningRule::sp05) {
    cleaning.wind_force = static_cast<int>(section.integer("force", cleaning.wind_force, 0, 17));
    cleaning.wind_more_passes =
        static_cast<int>(section.integer("more_passes", cleaning.wind_more_passes, 0, 48));
  }
  if (rule == CleaningRule::sp04) {
    cleaning.heat_more_passes =
        static_cast<int>(section.integer("more_passes", cleaning.heat_more_passes, 0, 48));
  }
  if (rule == CleaningRule::sp02) {
    alarm.pause_s = section.number("stop_s", alarm.pause_s, 0, 3600);
    cleaning.utc_offset_min = static_cast<std::int32_t>(section.integer(
        "utc_offset_min", cleaning.utc_offset_min, -longest_offset_min, longest_offset_min));
  }
  if (cleaning.fake_max_kmh <= cleaning.fake_min_kmh) {
    section.refuse("max_kmh", "expected more than min_kmh");
  }
  section.done();
}

}  // namespace

const char* cleaning_rule_name(std::size_t rule) {
  return names[rule];
}

void read_cleaning(Section& rules, CleaningConfig& cleaning) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    read_rule(rules.table(names[i]), static_cast<CleaningRule>(i), cleaning);
  }
}

void read_exceptions(Section section, CleaningConfig& cleaning, double* share) {
  for (const MarkNumber& number : mark_numbers) {
    cleaning.*number.at = section.number(number.key, cleaning.*number.at, number.min, number.max);
  }
  if (share != nullptr) *share = section.number("share_max", *share, 0, 1);
  section.done();
}

void write_exceptions(const CleaningConfig& cleaning, std::string& out) {
  const CleaningConfig plain;
  const bool same = std::all_of(mark_numbers.begin(), mark_numbers.end(), [&](const auto& number) {
    return cleaning.*number.at == plain.*number.at;
  });
  if (same) return;
  out += "\n[exceptions]\n";
  for (const MarkNumber& number : mark_numbers) {
    out += std::string(number.key) + " = " + exact(cleaning.*number.at) + "\n";
  }
}

void write_cleaning(const CleaningConfig& cleaning, std::string& out) {
  const CleaningConfig plain;
  if (cleaning == plain) return;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto rule = static_cast<CleaningRule>(i);
    const core::AlarmConfig& alarm = cleaning.of(rule);
    out += std::string("\n[rules.") + names[i] +
           "]\nenabled = " + (alarm.enabled ? "true" : "false") +
           "\nsustain_s = " + exact(alarm.sustain_s) + "\nclear_s = " + exact(alarm.clear_s) +
           "\nsuppress_s = " + exact(alarm.suppress_s) + "\n";
    for (const Number& number : numbers) {
      if (number.rule != rule) continue;
      out += std::string(number.key) + " = " + exact(cleaning.*number.at) + "\n";
    }
    for (const Hours& list : hours) {
      if (list.rule != rule || (cleaning.*list.at).empty()) continue;
      std::string items;
      for (const WeekWindow& window : cleaning.*list.at) {
        items += (items.empty() ? "\"" : ", \"") + text_of(window) + "\"";
      }
      out += std::string(list.key) + " = [" + items + "]\n";
    }
    if (rule == CleaningRule::sp05) {
      out += "force = " + std::to_string(cleaning.wind_force) +
             "\nmore_passes = " + std::to_string(cleaning.wind_more_passes) + "\n";
    }
    if (rule == CleaningRule::sp04) {
      out += "more_passes = " + std::to_string(cleaning.heat_more_passes) + "\n";
    }
    if (rule == CleaningRule::sp02) {
      if (alarm.pause_s > 0) out += "stop_s = " + exact(alarm.pause_s) + "\n";
      out += "utc_offset_min = " + std::to_string(cleaning.utc_offset_min) + "\n";
    }
  }
}

}  // namespace lujing::config
