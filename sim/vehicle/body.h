// The upper body (上装): what it is doing, how its driver has set it, and what somebody does to it
// at a certain moment (a deed).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lujing::sim {

enum class VehicleType : std::uint8_t {
  sweeper,
  washer_sweeper,
  sprinkler,
  fog_cannon,
  garbage,
  muck
};
/// As scenarios spell it: "sweeper", "washer-sweeper", "sprinkler", "fog-cannon", "garbage",
/// "muck".
const char* name_of(VehicleType type);
std::optional<VehicleType> vehicle_type(std::string_view name);
/// As the terminal's configuration spells it: "sweeper", "sprinkler", "garbage", "muck".
const char* terminal_type(VehicleType type);

enum class Side : std::uint8_t { left, full, right };
const char* name_of(Side side);

/// How long a full tank of fresh water lasts.
inline constexpr double tank_empties_s = 900;

/// What the upper body is doing now.
struct Body {
  double cover_open = 0;    ///< 0 closed and latched, 1 fully open
  double hoist_deg = 0;     ///< between the body's floor and the frame
  double load_share = 0;    ///< of the full load
  double brush_rpm = 0;     ///< side and rear brushes
  double suction_down = 0;  ///< 0 raised, 1 on the road
  double tank_share = 1;    ///< fresh water
  bool water_pump = false;
  bool fan = false;         ///< the suction fan's clutch
  bool valve = false;       ///< the nozzles' valves are open
  bool jet = false;         ///< spray mode: a high jet instead of the low spray
  bool fog = false;         ///< the fog cannon blows
  Side side = Side::full;   ///< which side works
  double aux_rpm = 800;     ///< auxiliary engine
  double sewage_share = 0;  ///< of the waste tank
  double bin_lift = 0;      ///< 0 at the ground, 1 emptied over the edge
  int bin_lifts = 0;        ///< since the start
  bool compacting = false;
  bool washing = false;       ///< somebody hoses the wheels
  double washed_s = 0;        ///< since it was last loaded
  double fuel_drain_lps = 0;  ///< stolen, not burnt
  int mark = 0;               ///< the driver says that the kerb is blocked: 1 + the reason
};

/// What the driver has set; the body follows.
struct BodySetting {
  bool cover_open = false;
  bool hoist_up = false;
  std::optional<double> load_share{};  ///< something fills or empties it; nothing: stays
  bool brush = false;
  bool suction_down = false;
  bool water_pump = false;
  bool fill_tank = false;
  bool shovels = false;         ///< an excavator fills it, shovel by shovel
  std::optional<bool> fan{};    ///< nothing: with the suction mouth
  std::optional<bool> valve{};  ///< nothing: with the pump
  bool jet = false;
  bool fog = false;
  Side side = Side::full;
  bool lift_bin = false;
  bool compact = false;
  bool wash = false;
  std::optional<double> cover_share{};  ///< how far open, against cover_open
  std::optional<double> hoist_deg{};    ///< how high, against hoist_up
  std::optional<double> aux_rpm{};
  double fuel_drain_lps = 0;
  int mark = 0;
};

/// What deeds there are; deed_words() has their names for scenarios.
inline constexpr double hoist_full_deg = 45.0;  ///< as far as a hoist goes

enum class DeedKind : std::uint8_t {
  cover,       ///< open that far, 0 to 1
  hoist,       ///< raise to that angle, degrees
  load,        ///< that share of a full load, whoever does it
  brush,       ///< 1 turns, 0 stands
  suction,     ///< 1 down, 0 raised
  fan,         ///< 1 on, 0 off
  pump,        ///< 1 on, 0 off
  valve,       ///< 1 open, 0 shut
  jet,         ///< 1 on
  aux_rpm,     ///< auxiliary engine's speed
  side,        ///< 0 left, 1 full, 2 right
  bin,         ///< 1 lifts, 0 not
  fuel_drain,  ///< litres a minute, stolen
  speed,       ///< drives at most that fast, km/h, whatever the limit says
  stop,        ///< stands still
  gap,         ///< keeps that far from the kerb, m
  mark         ///< says on his page that the kerb is blocked: 1 other, 2 parked vehicles, ...
};
struct Deed {
  DeedKind kind = DeedKind::stop;
  double value = 0;
  double after_s = 0;  ///< since the order began
  double for_s = 1e9;
};
const std::vector<std::string>& deed_words();  ///< in the order of DeedKind

/// The setting as that deed has changed it; deeds that concern driving leave it as it is.
void apply(const Deed& deed, BodySetting& setting);
/// The body follows its setting for dt_s.
void follow(const BodySetting& set, double dt_s, Body& body);

/// 机扫, 洗扫, 冲洗, 洒水, 雾炮, 收运.
enum class WorkKind : std::uint8_t { sweep, wash_sweep, flush, sprinkle, mist, collect };
const char* name_of(WorkKind kind);

/// What a machine of that type is at, and whether it does any good.
struct Work {
  std::optional<WorkKind> kind;
  bool effective = false;
  const char* why_not = "";  ///< "brush", "suction", "fan", "pump", "valve", "tank"
};
Work work_of(VehicleType type, const Body& body);

}  // namespace lujing::sim
