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

/// From `at_s` on.
struct WeatherChange {
  double at_s = 0;
  Weather weather;
};

/// What hides satellites from everybody for a while, wherever they are.
struct SkyWindow {
  double at_s = 0;
  double for_s = 1e9;
  double canyon = 0;     ///< as between houses, 0 to 1, where the street has less
  bool covered = false;  ///< nothing comes through
  bool active(double t_s) const { return t_s >= at_s && t_s < at_s + for_s; }
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
  clock_jump,     ///< the wall clock is `value` seconds off
  unit_removed,   ///< the unit's tamper contact opens
  uplink_off      ///< the platform cannot be reached
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
  std::string line{};  ///< FILE:LINE of the scenario that says so
};

/// What the platform asks of a vehicle: one task of its work plan.
struct Asked {
  Where where;  ///< a street
  double length_m = 600;
  std::string length_line{};  ///< FILE:LINE that says how long; empty: the usual length
  std::vector<WorkKind> works;
  std::vector<WorkKind> steps;  ///< these in this order; empty: no order
  int passes = 1;
  bool both_kerbs = true;  ///< one side alone is not enough
  double due_s = -1;       ///< second of the scenario; before 0: at the end of the day
  double heat_c = 30;
  int heat_passes = 0;  ///< 0: heat changes nothing
};

/// What a driver's reader (card, fingerprint) says of who drives.
enum class DriverCard : std::uint8_t { no_reader, verified, unknown };

/// A limit that the platform orders for a muck truck, by a directive.
struct LimitOrder {
  std::string limit = "lock";  ///< lock, speed, hoist: as the document has it
  double kmh = 20;             ///< of a speed limit
  double at_s = 0;
  double for_s = 1e9;
  std::string reason;
  bool active(double t_s) const { return t_s >= at_s && t_s < at_s + for_s; }
};

struct VehiclePlan {
  std::string id;
  std::string plate;
  VehicleType type = VehicleType::muck;
  Where start;
  Body body;
  bool cold_start = false;
  Permit permit;
  bool listed = false;  ///< of a dishonest haulier
  DriverCard driver = DriverCard::no_reader;
  std::vector<Asked> asked;  ///< empty: its tasks are its plan, without deadlines
  std::vector<Task> tasks;
  std::vector<Fault> faults;
  std::vector<LimitOrder> orders;
};

/// The numbers by which the simulator says what was wrong. A city profile may have others: then a
/// scenario must say so.
struct Limits {
  double unsealed_kmh = 5, unsealed_s = 5;                        // MT-01
  double hoist_deg = 10, hoist_s = 1;                             // MT-03
  double site_radius_m = 500, visit_s = 30, visit_kmh = 15;       // MT-07
  double arrive_s = 0, arrive_m = 500, arrive_kmh = 15;           // MT-08; 0 s: not told
  double off_route_m = 100, off_route_s = 180;                    // MT-09
  double deny_from_h = 22, deny_to_h = 6;                         // MT-10
  double deny_s = 60, forbidden_s = 60;                           // MT-10, MT-11
  double unpermitted_s = 60, driver_s = 60, listed_s = 60;        // MT-13, MT-14, MT-15
  double truck_kmh = 60, truck_speed_s = 10;                      // MT-12
  double wash_s = 30;                                             // MT-16
  double overload_share = 1.05, overload_s = 10;                  // MT-17
  double laden_stop_s = 1800;                                     // MT-20
  double haul_s = 3600;                                           // MT-21
  double sweep_kmh = 8, sweep_s = 10;                             // SW-01
  double patrol_kmh = 15, patrol_from_h = 9, patrol_to_h = 16;    // SW-02, in its stead then
  double fake_s = 60, fake_min_kmh = 2, fake_max_kmh = 15;        // SW-03
  double aux_sweep_min = 1600, aux_sweep_max = 2000, aux_s = 30;  // SW-04
  double aux_sprinkle_min = 1500, aux_sprinkle_max = 1700;
  double sprinkle_kmh = 15, sprinkle_s = 10;                   // SP-01
  double peak_s = 180;                                         // SP-02: 07:00-10:00, 17:00-20:00
  double cold_c = 4, cold_s = 60;                              // SP-03
  double wind_force = 5, wind_s = 60;                          // SP-05
  double jet_s = 60, jet_from_h = 6.5, jet_to_h = 22;          // SP-06
  double supply_low_v = 22, supply_lost_v = 5, supply_s = 15;  // AC-01
  double mismatch_kmh = 10, mismatch_s = 10;                   // AC-05
  double apart_m = 80;                                         // AC-05
  double jam_kmh = 5, jam_s = 60;                              // AC-06
  double jump_m = 2000;                                        // AC-07, MT-18
  double silent_kmh = 10, silent_s = 5, silent_for_s = 30;     // AC-08
  double offline_s = 3600, device_s = 60;                      // AC-10, AC-11
  double fuel_l = 5, fuel_s = 600;                             // FU-01
  double convoy_m = 0;                                         // CV-06; 0: not judged
  double rule_limits = 0;                              // MT-02, MT-04; 0: rules ask for none
  double target_share = 0;                             // CV-05; 0: not judged
  double black_site_m = 100, black_site_vehicles = 3;  // MT-23
  double pass_share = 0.9, pass_gap_s = 600, elsewhere_s = 60;  // CV-01, CV-03, CV-07
};

/// A zone that the scenario draws itself, beside the city's.
struct DrawnZone {
  ZoneKind kind = ZoneKind::forbidden;
  Where at;
  double radius_m = 60;
  double aside_m = 0;  ///< its middle lies so far to the east of the place
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
  std::string osm;                     ///< an extract instead of a generated city; empty: none
  Weather weather;                     ///< at the start
  std::vector<WeatherChange> changes;  ///< ascending
  std::vector<SkyWindow> sky;
  Limits limits;
  std::vector<DrawnZone> zones;
  std::vector<VehiclePlan> vehicles;
  std::vector<Expect> expect;

  Weather weather_at(double t_s) const;
  /// The start's weather and each change.
  std::vector<WeatherChange> weather_changes() const;
};

Result<Scenario> load_scenario(const std::string& path);
/// `name` is what messages call the file; `folder` is where relative paths start.
Result<Scenario> parse_scenario(const std::string& name, const std::string& text,
                                const std::string& folder);

/// Every place that the scenario names is in that city; else FILE:LINE, what is not there, and how
/// many there are.
Result<void> check_places(const Scenario& scenario, const City& city);

/// The vehicle as its plan has it, at its place in the city.
Vehicle make_vehicle(const City& city, const VehiclePlan& plan, std::uint64_t seed);
/// What a vehicle's faults and the scenario's schedule make of the sky and the street it is on.
SkyCondition sky_at(const City& city, const VehicleState& state, const std::vector<Fault>& faults,
                    const std::vector<SkyWindow>& schedule);
/// The fault of that kind (and input) that is active; nullptr: none.
const Fault* active_fault(const std::vector<Fault>& faults, FaultKind kind, double t_s,
                          int input = -1);
/// Hour of the day in China, with its fraction.
double local_hour(UtcTime t);

}  // namespace lujing::sim
