#include "sim/scenario/scenario.h"

#include <algorithm>
#include <cmath>

namespace lujing::sim {

const std::vector<std::string>& fault_words() {
  static const std::vector<std::string> words = {
      "gnss_jam",         "gnss_freeze",   "gnss_spoof", "gnss_off",   "bus_off",
      "body_silent",      "io_off",        "power_low",  "power_cut",  "switch_stuck_on",
      "switch_stuck_off", "switch_bounce", "load_stuck", "load_fault", "clock_jump",
      "unit_removed",     "uplink_off"};
  return words;
}

const std::vector<std::string>& input_words() {
  static const std::vector<std::string> words = {"cover_closed", "cover_open", "hoist_raised",
                                                 "laden"};
  return words;
}

const Fault* active_fault(const std::vector<Fault>& faults, FaultKind kind, double t_s, int input) {
  const auto at = std::find_if(faults.begin(), faults.end(), [&](const Fault& fault) {
    return fault.kind == kind && fault.active(t_s) && (input < 0 || fault.input == input);
  });
  return at == faults.end() ? nullptr : &*at;
}

Vehicle make_vehicle(const City& city, const VehiclePlan& plan, std::uint64_t seed) {
  VehicleConfig config;
  config.id = plan.id;
  config.plate = plan.plate;
  config.type = plan.type;
  config.start = start_spot(city, plan.start);
  config.body = plan.body;
  return {city, std::move(config), make_task_driver(plan.type, plan.tasks), seed};
}

Weather Scenario::weather_at(double t_s) const {
  Weather now = weather;
  for (const WeatherChange& change : changes) {
    if (change.at_s <= t_s) {
      now = change.weather;
    }
  }
  return now;
}

std::vector<WeatherChange> Scenario::weather_changes() const {
  std::vector<WeatherChange> all{{0, weather}};
  all.insert(all.end(), changes.begin(), changes.end());
  return all;
}

SkyCondition sky_at(const City& city, const VehicleState& state, const std::vector<Fault>& faults,
                    const std::vector<SkyWindow>& schedule) {
  SkyCondition sky;
  const Link& link = city.link(state.link);
  sky.canyon = link.canyon;
  sky.covered = link.tunnel;
  for (const SkyWindow& window : schedule) {
    if (window.active(state.t_s)) {
      sky.canyon = std::max(sky.canyon, window.canyon);
      sky.covered = sky.covered || window.covered;
    }
  }
  for (const Fault& fault : faults) {
    if (!fault.active(state.t_s)) {
      continue;
    }
    if (fault.kind == FaultKind::gnss_jam) {
      sky.jammed = true;
    } else if (fault.kind == FaultKind::gnss_freeze) {
      sky.frozen = true;
    } else if (fault.kind == FaultKind::gnss_spoof) {
      const double away_m = fault.jump_m + fault.value * (state.t_s - fault.at_s);
      sky.spoofed = true;
      sky.spoof = {away_m * 0.8, away_m * 0.6};
    }
  }
  return sky;
}

double local_hour(UtcTime t) {
  constexpr std::int64_t day_ms = 86'400'000;
  constexpr std::int64_t china_ms = 8 * 3'600'000;
  return static_cast<double>(((t.ms + china_ms) % day_ms + day_ms) % day_ms) / 3'600'000.0;
}

}  // namespace lujing::sim
