// A scenario: a city, its weather and sky, its vehicles, what their drivers do and what breaks. A
// TOML file; sim/scenario/SCENARIO.md explains every key.
#pragma once

#include "base/result.h"
#include "base/time.h"
#include "sim/city/city.h"
#include "sim/devices/receiver.h"
#include "sim/vehicle/tasks.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lujing::sim {

struct Weather {
  double temperature_c = 20;
  double wind_force = 2;  ///< Beaufort
  bool rain = false;
};

enum class FaultKind : std::uint8_t {
  gnss_jam,         ///< no fix
  gnss_freeze,      ///< the last place, speed 0
  gnss_spoof,       ///< a false place: `value` metres a second away, `jump_m` at once
  gnss_off,         ///< the antenna's cable is cut, or the receiver dead
  bus_off,          ///< nobody speaks on the bus
  body_silent,      ///< only the upper body's controller is silent
  io_off,           ///< the collector does not answer
  power_low,        ///< the supply falls to `value` volt
  power_cut,        ///< the terminal is without supply, and starts again after it
  switch_stuck_on,  ///< `input` is on, whatever happens: a magnet on a proximity switch
  switch_stuck_off,
  switch_bounce,  ///< `input` chatters
  load_stuck,     ///< the load sensor keeps saying what it says
  load_fault,     ///< the load sensor says `value` of a full load: beyond its range is a fault
  clock_jump      ///< the wall clock is `value` seconds off
};
const std::vector<std::string>& fault_words();  ///< in the order of FaultKind
const std::vector<std::string>& input_words();  ///< cover_closed, cover_open, hoist_raised, laden

struct Fault {
  FaultKind kind = FaultKind::gnss_jam;
  int input = 0;
  double at_s = 0;
  double for_s = 1e9;
  double value = 0;
  double jump_m = 0;
  bool active(double t_s) const { return t_s >= at_s && t_s < at_s + for_s; }
};

/// What a muck truck is allowed. Windows are minutes of the local day.
struct Permit {
  bool there = true;
  std::uint32_t construction = 0;  ///< number of the site
  std::uint32_t disposal = 0;
  double from_s = -1e9;  ///< of the scenario: it begins then
  double until_s = 1e9;
};

struct VehiclePlan {
  std::string id;
  std::string plate;
  VehicleType type = VehicleType::muck;
  Where start;
  Body body;
  bool cold_start = false;
  Permit permit;
  std::vector<Task> tasks;
  std::vector<Fault> faults;
};

/// The numbers by which the simulator says what was wrong. A city profile may have others: then a
/// scenario must say so.
struct Limits {
  double unsealed_kmh = 5, unsealed_s = 5;                        // MT-01
  double hoist_deg = 10, hoist_s = 1;                             // MT-03
  double site_radius_m = 500, visit_s = 30;                       // MT-07
  double off_route_m = 100, off_route_s = 180;                    // MT-09
  double deny_from_h = 22, deny_to_h = 6;                         // MT-10
  double deny_s = 60, forbidden_s = 60;                           // MT-10, MT-11
  double truck_kmh = 60, truck_speed_s = 10;                      // MT-12
  double wash_s = 30;                                             // MT-16
  double overload_share = 1.05, overload_s = 10;                  // MT-17
  double laden_stop_s = 1800;                                     // MT-20
  double haul_s = 3600;                                           // MT-21
  double sweep_kmh = 8, sweep_s = 10;                             // SW-01
  double fake_s = 60;                                             // SW-03
  double aux_sweep_min = 1600, aux_sweep_max = 2000, aux_s = 30;  // SW-04
  double aux_sprinkle_min = 1500, aux_sprinkle_max = 1700;
  double sprinkle_kmh = 15, sprinkle_s = 10;                   // SP-01
  double peak_s = 180;                                         // SP-02: 07:00-10:00, 17:00-20:00
  double cold_c = 4, cold_s = 60;                              // SP-03
  double wind_force = 5, wind_s = 60;                          // SP-05
  double jet_s = 60, jet_from_h = 6.5, jet_to_h = 22;          // SP-06
  double supply_low_v = 22, supply_lost_v = 5, supply_s = 15;  // AC-01
  double mismatch_kmh = 10, mismatch_s = 10;                   // AC-05
  double jam_s = 60;                                           // AC-06
  double jump_m = 2000;                                        // AC-07, MT-18
  double silent_s = 10;                                        // AC-08
  double fuel_l = 5, fuel_s = 600;                             // FU-01
};

struct Expect {
  std::string vehicle;
  std::string rule;
  bool raise = true;
};

struct Scenario {
  std::string name;
  std::string about;
  std::uint64_t seed = 7;
  UtcTime start;
  double duration_s = 900;
  CityConfig city;
  std::string osm;  ///< an extract instead of a generated city; empty: none
  Weather weather;
  Limits limits;
  std::vector<VehiclePlan> vehicles;
  std::vector<Expect> expect;
};

Result<Scenario> load_scenario(const std::string& path);
/// `name` is what messages call the file; `folder` is where relative paths start.
Result<Scenario> parse_scenario(const std::string& name, const std::string& text,
                                const std::string& folder);

/// The vehicle as its plan has it, at its place in the city.
Vehicle make_vehicle(const City& city, const VehiclePlan& plan, std::uint64_t seed);
/// What a vehicle's faults make of the sky and the street it is on.
SkyCondition sky_at(const City& city, const VehicleState& state, const std::vector<Fault>& faults);
/// The fault of that kind (and input) that is active; nullptr: none.
const Fault* active_fault(const std::vector<Fault>& faults, FaultKind kind, double t_s,
                          int input = -1);
/// Hour of the day in China, with its fraction.
double local_hour(UtcTime t);

}  // namespace lujing::sim
