#include "terminal/config/haul_rules.h"

#include "terminal/config/hours.h"
#include "terminal/config/values.h"

#include <array>
#include <charconv>

namespace lujing::config {
namespace {

constexpr double kmh = 3.6;

void read_windows(Section& section, std::vector<core::DayWindow>& windows) {
  if (!section.has("hours")) return;
  windows.clear();
  for (const std::string& text : section.texts("hours", 100)) {
    const auto window = parse_window(text);
    if (!window) {
      section.refuse("hours", window.error().what());
    } else {
      windows.push_back(*window);
    }
  }
}

void read_rule(Section section, const core::MtRow& row, bool si, core::MtParameters& rule) {
  const double longest_s = si ? any_number : 86'400;
  const double suppress_s = si ? any_number : 7.0 * 86'400;
  rule.alarm.enabled = section.flag("enabled", rule.alarm.enabled);
  rule.alarm.sustain_s = section.number("sustain_s", rule.alarm.sustain_s, 0, longest_s);
  rule.alarm.clear_s = section.number("clear_s", rule.alarm.clear_s, 0, longest_s);
  rule.alarm.suppress_s = section.number("suppress_s", rule.alarm.suppress_s, 0, suppress_s);
  // A journal's header names it only where there is one: an older journal is judged as it was.
  if (row.stop_s > 0) {
    const double otherwise = si ? rule.alarm.pause_s : row.stop_s;
    rule.alarm.pause_s = section.number("stop_s", otherwise, 0, si ? any_number : 3600);
  }
  if (row.speed && si) rule.speed_mps = section.number("speed_mps", rule.speed_mps, 0, any_number);
  if (row.speed && !si && section.has("speed_kmh")) {
    rule.speed_mps = section.number("speed_kmh", rule.speed_mps * kmh, 0, 200) / kmh;
  }
  const double farthest_m = si ? any_number : 100'000;
  if (row.distance) {
    rule.distance_m = section.number("distance_m", rule.distance_m, 0, farthest_m);
  }
  if (row.time) rule.time_s = section.number("time_s", rule.time_s, 0, longest_s);
  if (row.windows) read_windows(section, rule.windows);
  section.done();
}

void read_mt(Section& rules, bool si, core::MtConfig& mt) {
  const auto rows = core::mt_rows();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    read_rule(rules.table(rows[i].id), rows[i], si, mt.rules[i]);
  }
}

}  // namespace

void read_profile_mt(Section& rules, core::MtConfig& mt) {
  read_mt(rules, false, mt);
}

void read_exact_mt(Section& rules, core::MtConfig& mt) {
  read_mt(rules, true, mt);
}

std::string to_toml(const core::MtConfig& mt) {
  std::string out;
  const auto rows = core::mt_rows();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const core::MtParameters& rule = mt.rules[i];
    out += std::string("\n[rules.") + rows[i].id +
           "]\nenabled = " + (rule.alarm.enabled ? "true" : "false") +
           "\nsustain_s = " + exact(rule.alarm.sustain_s) +
           "\nclear_s = " + exact(rule.alarm.clear_s) +
           "\nsuppress_s = " + exact(rule.alarm.suppress_s) + "\n";
    if (rule.alarm.pause_s > 0) out += "stop_s = " + exact(rule.alarm.pause_s) + "\n";
    if (rows[i].speed) out += "speed_mps = " + exact(rule.speed_mps) + "\n";
    if (rows[i].distance) out += "distance_m = " + exact(rule.distance_m) + "\n";
    if (rows[i].time) out += "time_s = " + exact(rule.time_s) + "\n";
    if (!rows[i].windows) continue;
    out += "hours = [";
    for (const core::DayWindow& window : rule.windows) out += "\"" + to_text(window) + "\", ";
    out += "]\n";
  }
  return out;
}

void read_profile_control(Section section, core::ControlConfig& control) {
  control.enabled = section.flag("enabled", control.enabled);
  control.lower_mps2 = section.number("lower_mps2", control.lower_mps2, 0.01, 1);
  control.least_mps = section.number("least_kmh", control.least_mps * kmh, 5, 50) / kmh;
  control.stands_s = section.number("stands_s", control.stands_s, 3, 3600);
  control.mt01_speed_mps = section.number("mt01_kmh", control.mt01_speed_mps * kmh, 0, 100) / kmh;
  control.mt03_hoist = section.flag("mt03_hoist", control.mt03_hoist);
  control.rule_priority =
      static_cast<int>(section.integer("rule_priority", control.rule_priority, 0, 1000));
  control.fence_speed = section.flag("fence_speed", control.fence_speed);
  control.fence_priority =
      static_cast<int>(section.integer("fence_priority", control.fence_priority, 0, 1000));
  section.done();
}

void read_haul(Section section, core::HaulConfig& haul) {
  haul.enabled = section.flag("enabled", haul.enabled);
  haul.vehicle = section.text("vehicle", haul.vehicle);
  core::FenceConfig& fence = haul.fence;
  fence.sigmas = section.number("sigmas", fence.sigmas, 0, any_number);
  fence.least_margin_m = section.number("least_margin_m", fence.least_margin_m, 0, any_number);
  fence.leave_dwell_s = section.number("leave_dwell_s", fence.leave_dwell_s, 0, any_number);
  fence.longest_gap_s = section.number("longest_gap_s", fence.longest_gap_s, 0, any_number);
  fence.longest_gap_m = section.number("longest_gap_m", fence.longest_gap_m, 0, any_number);
  fence.utc_offset_min =
      static_cast<int>(section.integer("utc_offset_min", fence.utc_offset_min, -1440, 1440));
  core::ControlConfig& control = haul.control;
  control.enabled = section.flag("control", control.enabled);
  control.lower_mps2 = section.number("lower_mps2", control.lower_mps2, 0, any_number);
  control.least_mps = section.number("least_mps", control.least_mps, 0, any_number);
  control.stands_s = section.number("stands_s", control.stands_s, 0, any_number);
  control.mt01_speed_mps = section.number("mt01_speed_mps", control.mt01_speed_mps, 0, any_number);
  control.mt03_hoist = section.flag("mt03_hoist", control.mt03_hoist);
  control.rule_priority =
      static_cast<int>(section.integer("rule_priority", control.rule_priority, 0, 1'000'000));
  control.fence_speed = section.flag("fence_speed", control.fence_speed);
  control.fence_priority =
      static_cast<int>(section.integer("fence_priority", control.fence_priority, 0, 1'000'000));
  core::LoadLearnerConfig& load = haul.load;
  load.empty = section.number("load_empty", load.empty, -any_number, any_number);
  load.full = section.number("load_full", load.full, -any_number, any_number);
  load.step_counts = section.number("load_step", load.step_counts, 0, any_number);
  load.shovels = static_cast<int>(section.integer("load_shovels", load.shovels, 1, 1'000'000));
  load.gate = static_cast<core::LoadGate>(
      section.integer("load_gate", static_cast<std::int64_t>(load.gate), 1, 3));
  load.rated_kg = section.number("load_rated_kg", load.rated_kg, 0, any_number);
  section.done();
}

namespace {

/// Only what differs: the header of an older journal stays as it was.
std::string fence_limits(const core::ControlConfig& control) {
  const core::ControlConfig usual;
  if (control.fence_speed == usual.fence_speed && control.fence_priority == usual.fence_priority)
    return {};
  return std::string("fence_speed = ") + (control.fence_speed ? "true" : "false") +
         "\nfence_priority = " + std::to_string(control.fence_priority) + "\n";
}

std::string learnt_load(const core::LoadLearnerConfig& load) {
  if (load == core::LoadLearnerConfig{}) return {};
  return "load_empty = " + exact(load.empty) + "\nload_full = " + exact(load.full) +
         "\nload_step = " + exact(load.step_counts) +
         "\nload_shovels = " + std::to_string(load.shovels) +
         "\nload_gate = " + std::to_string(static_cast<int>(load.gate)) + "\n" +
         (load.rated_kg > 0 ? "load_rated_kg = " + exact(load.rated_kg) + "\n" : "");
}

}  // namespace

std::string to_toml(const core::HaulConfig& haul) {
  std::string vehicle;  // an id: no quotes in it, but a journal may be damaged
  for (const char c : haul.vehicle) {
    if (c > ' ' && c != '"' && c != '\\' && c != 0x7f) vehicle += c;
  }
  const core::FenceConfig& fence = haul.fence;
  return std::string("\n[haul]\nenabled = ") + (haul.enabled ? "true" : "false") +
         "\nvehicle = \"" + vehicle + "\"\nsigmas = " + exact(fence.sigmas) +
         "\nleast_margin_m = " + exact(fence.least_margin_m) +
         "\nleave_dwell_s = " + exact(fence.leave_dwell_s) +
         "\nlongest_gap_s = " + exact(fence.longest_gap_s) +
         "\nlongest_gap_m = " + exact(fence.longest_gap_m) +
         "\nutc_offset_min = " + std::to_string(fence.utc_offset_min) +
         "\ncontrol = " + (haul.control.enabled ? "true" : "false") +
         "\nlower_mps2 = " + exact(haul.control.lower_mps2) +
         "\nleast_mps = " + exact(haul.control.least_mps) +
         "\nstands_s = " + exact(haul.control.stands_s) +
         "\nmt01_speed_mps = " + exact(haul.control.mt01_speed_mps) +
         "\nmt03_hoist = " + (haul.control.mt03_hoist ? "true" : "false") +
         "\nrule_priority = " + std::to_string(haul.control.rule_priority) + "\n" +
         fence_limits(haul.control) + learnt_load(haul.load);
}

}  // namespace lujing::config
