#include "sim/scenario/limits.h"

namespace lujing::sim {
namespace {

struct LimitKey {
  const char* key;
  double Limits::*value;
  double min;  ///< as the reader of city profiles has it, so that it is this file that is blamed
  double max;
};
const LimitKey limit_keys[] = {
    {"unsealed_kmh", &Limits::unsealed_kmh, 0, 200},
    {"unsealed_s", &Limits::unsealed_s, 0, 3600},
    {"hoist_deg", &Limits::hoist_deg, 0, 45},
    {"hoist_s", &Limits::hoist_s, 0, 86400},
    {"site_radius_m", &Limits::site_radius_m, 0, 100000},
    {"visit_s", &Limits::visit_s, 0, 86400},
    {"visit_kmh", &Limits::visit_kmh, 0, 200},
    {"arrive_s", &Limits::arrive_s, 0, 86400},
    {"arrive_m", &Limits::arrive_m, 0, 100000},
    {"arrive_kmh", &Limits::arrive_kmh, 0, 200},
    {"off_route_m", &Limits::off_route_m, 0, 100000},
    {"off_route_s", &Limits::off_route_s, 0, 86400},
    {"deny_from_h", &Limits::deny_from_h, 0, 24},
    {"deny_to_h", &Limits::deny_to_h, 0, 24},
    {"deny_s", &Limits::deny_s, 0, 86400},
    {"forbidden_s", &Limits::forbidden_s, 0, 86400},
    {"unpermitted_s", &Limits::unpermitted_s, 0, 86400},
    {"driver_s", &Limits::driver_s, 0, 86400},
    {"listed_s", &Limits::listed_s, 0, 86400},
    {"truck_kmh", &Limits::truck_kmh, 0, 200},
    {"truck_speed_s", &Limits::truck_speed_s, 0, 86400},
    {"wash_s", &Limits::wash_s, 0, 86400},
    {"overload_share", &Limits::overload_share, 0, 2},
    {"overload_s", &Limits::overload_s, 0, 86400},
    {"laden_stop_s", &Limits::laden_stop_s, 0, 86400},
    {"haul_s", &Limits::haul_s, 0, 86400},
    {"sweep_kmh", &Limits::sweep_kmh, 0, 200},
    {"sweep_s", &Limits::sweep_s, 0, 3600},
    {"patrol_kmh", &Limits::patrol_kmh, 0, 200},
    {"patrol_from_h", &Limits::patrol_from_h, 0, 24},
    {"patrol_to_h", &Limits::patrol_to_h, 0, 24},
    {"fake_s", &Limits::fake_s, 0, 3600},
    {"fake_min_kmh", &Limits::fake_min_kmh, 0, 200},
    {"fake_max_kmh", &Limits::fake_max_kmh, 0, 200},
    {"aux_sweep_min", &Limits::aux_sweep_min, 0, 10000},
    {"aux_sweep_max", &Limits::aux_sweep_max, 0, 10000},
    {"aux_s", &Limits::aux_s, 0, 3600},
    {"aux_sprinkle_min", &Limits::aux_sprinkle_min, 0, 10000},
    {"aux_sprinkle_max", &Limits::aux_sprinkle_max, 0, 10000},
    {"sprinkle_kmh", &Limits::sprinkle_kmh, 0, 200},
    {"sprinkle_s", &Limits::sprinkle_s, 0, 3600},
    {"peak_s", &Limits::peak_s, 0, 3600},
    {"cold_c", &Limits::cold_c, -60, 60},
    {"cold_s", &Limits::cold_s, 0, 3600},
    {"wind_force", &Limits::wind_force, 0, 17},
    {"wind_s", &Limits::wind_s, 0, 3600},
    {"jet_s", &Limits::jet_s, 0, 3600},
    {"jet_from_h", &Limits::jet_from_h, 0, 24},
    {"jet_to_h", &Limits::jet_to_h, 0, 24},
    {"supply_low_v", &Limits::supply_low_v, 0, 36},
    {"supply_lost_v", &Limits::supply_lost_v, 0, 36},
    {"supply_s", &Limits::supply_s, 0, 3600},
    {"mismatch_kmh", &Limits::mismatch_kmh, 0, 200},
    {"mismatch_s", &Limits::mismatch_s, 0, 86400},
    {"apart_m", &Limits::apart_m, 0, 100000},
    {"jam_kmh", &Limits::jam_kmh, 0, 200},
    {"jam_s", &Limits::jam_s, 0, 86400},
    {"jump_m", &Limits::jump_m, 0, 100000},
    {"silent_kmh", &Limits::silent_kmh, 0, 200},
    {"silent_s", &Limits::silent_s, 0, 3600},
    {"silent_for_s", &Limits::silent_for_s, 0, 86400},
    {"offline_s", &Limits::offline_s, 0, 86400},
    {"device_s", &Limits::device_s, 0, 86400},
    {"fuel_l", &Limits::fuel_l, 0, 10000},
    {"fuel_s", &Limits::fuel_s, 10, 86400},
    {"convoy_m", &Limits::convoy_m, 0, 100000},
    {"rule_limits", &Limits::rule_limits, 0, 1},
    {"target_share", &Limits::target_share, 0, 1},
    {"black_site_m", &Limits::black_site_m, 10, 2000},
    {"black_site_vehicles", &Limits::black_site_vehicles, 2, 100},
    {"pass_share", &Limits::pass_share, 0.5, 1},
    {"pass_gap_s", &Limits::pass_gap_s, 60, 14400},
    {"elsewhere_s", &Limits::elsewhere_s, 0, 3600},
};

}  // namespace

void read_limits(Section section, Limits& limits) {
  for (const LimitKey& limit : limit_keys) {
    double& value = limits.*limit.value;
    value = section.number(limit.key, value, limit.min, limit.max);
  }
  if (limits.fake_min_kmh >= limits.fake_max_kmh) {
    section.refuse("fake_max_kmh", "expected more than fake_min_kmh");
  }
  if (limits.aux_sweep_min >= limits.aux_sweep_max) {
    section.refuse("aux_sweep_max", "expected more than aux_sweep_min");
  }
  if (limits.aux_sprinkle_min >= limits.aux_sprinkle_max) {
    section.refuse("aux_sprinkle_max", "expected more than aux_sprinkle_min");
  }
  section.done();
}

}  // namespace lujing::sim
