// The scenario's limits, written into a city profile line by line: its comments stay. And the
// limits that are ordered for a vehicle.
#include "sim/directives/documents.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace lujing::sim {
namespace {

using Key = std::pair<std::string, std::string>;  ///< section, key

constexpr const char* scenario_suffix = "-scenario";

std::string number(double value) {
  std::string text = fmt::format("{}", value);
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

/// "22:00-06:00"; an hour has whole minutes.
std::string hours(double from_h, double to_h) {
  const auto clock = [](double hour) {
    const int minutes = static_cast<int>(std::lround(hour * 60));
    return fmt::format("{:02d}:{:02d}", minutes / 60, minutes % 60);
  };
  return from_h == to_h ? "[]" : "[\"" + clock(from_h) + "-" + clock(to_h) + "\"]";
}

std::map<Key, std::string> values_of(const Scenario& scenario) {
  const Limits& limit = scenario.limits;
  std::map<Key, std::string> values;
  const auto set = [&](const char* rule, const char* key, double value) {
    values[{std::string("rules.") + rule, key}] = number(value);
  };
  const auto set_hours = [&](const char* rule, const char* key, const std::string& text) {
    values[{std::string("rules.") + rule, key}] = text;
  };
  const bool ordered = std::any_of(scenario.vehicles.begin(), scenario.vehicles.end(),
                                   [](const VehiclePlan& plan) { return !plan.orders.empty(); });
  if (ordered || limit.rule_limits > 0) {
    values[{"control", "enabled"}] = "true";
  }
  set("MT-01", "trigger_speed_kmh", limit.unsealed_kmh);
  set("MT-01", "sustain_s", limit.unsealed_s);
  set("MT-03", "sustain_s", limit.hoist_s);
  set("MT-07", "distance_m", limit.site_radius_m);
  set("MT-07", "speed_kmh", limit.visit_kmh);
  set("MT-07", "sustain_s", limit.visit_s);
  if (limit.arrive_s > 0) {
    values[{"rules.MT-08", "enabled"}] = "true";
    set("MT-08", "sustain_s", limit.arrive_s);
    set("MT-08", "distance_m", limit.arrive_m);
    set("MT-08", "speed_kmh", limit.arrive_kmh);
  }
  set("MT-09", "sustain_s", limit.off_route_s);
  set_hours("MT-10", "hours", hours(limit.deny_from_h, limit.deny_to_h));
  set("MT-10", "sustain_s", limit.deny_s);
  set("MT-11", "sustain_s", limit.forbidden_s);
  set("MT-12", "sustain_s", limit.truck_speed_s);
  set("MT-13", "sustain_s", limit.unpermitted_s);
  set("MT-14", "sustain_s", limit.driver_s);
  set("MT-15", "sustain_s", limit.listed_s);
  set("MT-16", "time_s", limit.wash_s);
  set("MT-17", "sustain_s", limit.overload_s);
  set("MT-18", "distance_m", limit.jump_m);
  set("MT-20", "sustain_s", limit.laden_stop_s);
  set("MT-21", "time_s", limit.haul_s);
  set("SW-01", "limit_kmh", limit.sweep_kmh);
  set("SW-01", "sustain_s", limit.sweep_s);
  set("SW-02", "limit_kmh", limit.patrol_kmh);
  set("SW-02", "sustain_s", limit.sweep_s);
  set_hours("SW-02", "windows", hours(limit.patrol_from_h, limit.patrol_to_h));
  set("SW-03", "min_kmh", limit.fake_min_kmh);
  set("SW-03", "max_kmh", limit.fake_max_kmh);
  set("SW-03", "sustain_s", limit.fake_s);
  set("SW-04", "sweep_rpm_min", limit.aux_sweep_min);
  set("SW-04", "sweep_rpm_max", limit.aux_sweep_max);
  set("SW-04", "sprinkle_rpm_min", limit.aux_sprinkle_min);
  set("SW-04", "sprinkle_rpm_max", limit.aux_sprinkle_max);
  set("SW-04", "sustain_s", limit.aux_s);
  set("SP-01", "limit_kmh", limit.sprinkle_kmh);
  set("SP-01", "sustain_s", limit.sprinkle_s);
  set_hours("SP-02", "windows", "[\"07:00-10:00\", \"17:00-20:00\"]");
  set_hours("SP-02", "elevated_windows", "[]");
  set("SP-02", "sustain_s", limit.peak_s);
  set("SP-03", "below_c", limit.cold_c);
  set("SP-03", "sustain_s", limit.cold_s);
  values[{"rules.SP-05", "force"}] = std::to_string(std::lround(limit.wind_force));
  set("SP-05", "sustain_s", limit.wind_s);
  set_hours("SP-06", "windows", hours(limit.jet_from_h, limit.jet_to_h));
  set("SP-06", "sustain_s", limit.jet_s);
  set("CV-01", "pass_share", limit.pass_share);
  set("CV-03", "pass_gap_s", limit.pass_gap_s);
  set("CV-07", "sustain_s", limit.elsewhere_s);
  set("FU-01", "drop_l", limit.fuel_l);
  set("FU-01", "within_s", limit.fuel_s);
  set("AC-01", "low_24v", limit.supply_low_v);
  set("AC-01", "lost_v", limit.supply_lost_v);
  set("AC-01", "sustain_s", limit.supply_s);
  set("AC-05", "speed_apart_kmh", limit.mismatch_kmh);
  set("AC-05", "place_apart_m", limit.apart_m);
  set("AC-05", "sustain_s", limit.mismatch_s);
  set("AC-06", "trigger_speed_kmh", limit.jam_kmh);
  set("AC-06", "sustain_s", limit.jam_s);
  set("AC-07", "leap_m", limit.jump_m);
  set("AC-08", "trigger_speed_kmh", limit.silent_kmh);
  set("AC-08", "silent_s", limit.silent_s);
  set("AC-08", "sustain_s", limit.silent_for_s);
  set("AC-10", "sustain_s", limit.offline_s);
  set("AC-11", "sustain_s", limit.device_s);
  return values;
}

/// The key of a line "key = value   # comment"; empty: it has none.
std::string key_of(std::string_view line) {
  const std::size_t end = line.find_first_of(" =");
  return line.empty() || line.front() == '#' || line.front() == '[' || end == std::string_view::npos
             ? std::string()
             : std::string(line.substr(0, end));
}

}  // namespace

std::string limits_document(const VehiclePlan& plan, double at_s) {
  std::string text = "# All that is asked for.\n";
  for (const LimitOrder& order : plan.orders) {
    if (!order.active(at_s)) {
      continue;
    }
    text += fmt::format("\n[[limit]]\nkind = \"{}\"\nreason = \"{}\"\n", order.limit, order.reason);
    if (order.limit == "speed") {
      text += "kmh = " + number(order.kmh) + "\n";
    }
  }
  return text;
}

std::string rule_set_document(std::string_view profile, const Scenario& scenario) {
  const auto values = values_of(scenario);
  std::string section;
  std::string text;
  while (!profile.empty()) {
    const std::size_t end = std::min(profile.find('\n'), profile.size());
    const std::string_view line = profile.substr(0, end);
    profile.remove_prefix(std::min(profile.size(), end + 1));
    if (line.starts_with("[")) {
      section = std::string(line.substr(1, line.find(']') - 1));
    }
    const std::string key = key_of(line);
    const auto at = values.find({section, key});
    if (section == "profile" && key == "name") {
      // Other numbers are another rule set: it does not go by the shipped one's name.
      const std::size_t quote = line.rfind('"');
      text += std::string(line.substr(0, quote)) + scenario_suffix + "\"\n";
    } else if (key.empty() || at == values.end()) {
      text += std::string(line) + "\n";
    } else {
      text += key + " = " + at->second + "\n";
    }
  }
  return text;
}

}  // namespace lujing::sim
