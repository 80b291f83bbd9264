#include "sim/scenario/limits.h"

namespace lujing::sim {
namespace {

struct LimitKey {
  const char* key;
  double Limits::*value;
};
const LimitKey limit_keys[] = {
    {"unsealed_kmh", &Limits::unsealed_kmh},
    {"unsealed_s", &Limits::unsealed_s},
    {"hoist_deg", &Limits::hoist_deg},
    {"hoist_s", &Limits::hoist_s},
    {"site_radius_m", &Limits::site_radius_m},
    {"visit_s", &Limits::visit_s},
    {"visit_kmh", &Limits::visit_kmh},
    {"arrive_s", &Limits::arrive_s},
    {"arrive_m", &Limits::arrive_m},
    {"arrive_kmh", &Limits::arrive_kmh},
    {"off_route_m", &Limits::off_route_m},
    {"off_route_s", &Limits::off_route_s},
    {"deny_from_h", &Limits::deny_from_h},
    {"deny_to_h", &Limits::deny_to_h},
    {"deny_s", &Limits::deny_s},
    {"forbidden_s", &Limits::forbidden_s},
    {"unpermitted_s", &Limits::unpermitted_s},
    {"driver_s", &Limits::driver_s},
    {"listed_s", &Limits::listed_s},
    {"truck_kmh", &Limits::truck_kmh},
    {"truck_speed_s", &Limits::truck_speed_s},
    {"wash_s", &Limits::wash_s},
    {"overload_share", &Limits::overload_share},
    {"overload_s", &Limits::overload_s},
    {"laden_stop_s", &Limits::laden_stop_s},
    {"haul_s", &Limits::haul_s},
    {"sweep_kmh", &Limits::sweep_kmh},
    {"sweep_s", &Limits::sweep_s},
    {"patrol_kmh", &Limits::patrol_kmh},
    {"patrol_from_h", &Limits::patrol_from_h},
    {"patrol_to_h", &Limits::patrol_to_h},
    {"fake_s", &Limits::fake_s},
    {"fake_min_kmh", &Limits::fake_min_kmh},
    {"fake_max_kmh", &Limits::fake_max_kmh},
    {"aux_sweep_min", &Limits::aux_sweep_min},
    {"aux_sweep_max", &Limits::aux_sweep_max},
    {"aux_s", &Limits::aux_s},
    {"aux_sprinkle_min", &Limits::aux_sprinkle_min},
    {"aux_sprinkle_max", &Limits::aux_sprinkle_max},
    {"sprinkle_kmh", &Limits::sprinkle_kmh},
    {"sprinkle_s", &Limits::sprinkle_s},
    {"peak_s", &Limits::peak_s},
    {"cold_c", &Limits::cold_c},
    {"cold_s", &Limits::cold_s},
    {"wind_force", &Limits::wind_force},
    {"wind_s", &Limits::wind_s},
    {"jet_s", &Limits::jet_s},
    {"jet_from_h", &Limits::jet_from_h},
    {"jet_to_h", &Limits::jet_to_h},
    {"supply_low_v", &Limits::supply_low_v},
    {"supply_lost_v", &Limits::supply_lost_v},
    {"supply_s", &Limits::supply_s},
    {"mismatch_kmh", &Limits::mismatch_kmh},
    {"mismatch_s", &Limits::mismatch_s},
    {"apart_m", &Limits::apart_m},
    {"jam_kmh", &Limits::jam_kmh},
    {"jam_s", &Limits::jam_s},
    {"jump_m", &Limits::jump_m},
    {"silent_kmh", &Limits::silent_kmh},
    {"silent_s", &Limits::silent_s},
    {"silent_for_s", &Limits::silent_for_s},
    {"offline_s", &Limits::offline_s},
    {"device_s", &Limits::device_s},
    {"fuel_l", &Limits::fuel_l},
    {"fuel_s", &Limits::fuel_s},
    {"convoy_m", &Limits::convoy_m},
    {"rule_limits", &Limits::rule_limits},
    {"target_share", &Limits::target_share},
    {"black_site_m", &Limits::black_site_m},
    {"black_site_vehicles", &Limits::black_site_vehicles},
    {"pass_share", &Limits::pass_share},
    {"pass_gap_s", &Limits::pass_gap_s},
    {"elsewhere_s", &Limits::elsewhere_s},
};

}  // namespace

void read_limits(Section section, Limits& limits) {
  for (const LimitKey& limit : limit_keys) {
    double& value = limits.*limit.value;
    value = section.number(limit.key, value, -1e6, 1e6);
  }
  section.done();
}

}  // namespace lujing::sim
