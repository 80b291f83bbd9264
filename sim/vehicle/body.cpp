#include "sim/vehicle/body.h"

#include <algorithm>
#include <array>

namespace lujing::sim {
namespace {

constexpr double cover_s = 6.0;  // from open to closed
constexpr double hoist_deg_per_s = 3.0;
constexpr double load_share_per_s = 0.05;
constexpr double shovel_share = 0.11;
constexpr double shovel_every_s = 9.0;
constexpr double brush_working_rpm = 130.0;
constexpr double suction_s = 2.0;
constexpr double tank_fills_s = 60.0;
constexpr double bin_s = 6.0;
constexpr double bin_share = 0.025;  // a bin's 150 kg of 6 t
constexpr double fullest_share = 1.2;
constexpr double aux_working_rpm = 1750;
constexpr double sprinkler_pump_rpm = 1600;

constexpr std::array<const char*, 6> type_names = {"sweeper",    "washer-sweeper", "sprinkler",
                                                   "fog-cannon", "garbage",        "muck"};

void close_in(double& value, double target, double most) {
  value += std::clamp(target - value, -most, most);
}

void follow_load(const BodySetting& set, double dt_s, Body& body) {
  if (!set.load_share) {
    return;
  }
  if (!set.shovels || body.load_share >= *set.load_share) {
    close_in(body.load_share, *set.load_share, load_share_per_s * dt_s);
    return;
  }
  // A shovel falls in within a second; the next one comes later. The phase lies in the load itself.
  const double whole = body.load_share / shovel_share;
  const double in_shovel = whole - static_cast<double>(static_cast<int>(whole + 1e-9));
  const double rate = in_shovel < 0.9 ? shovel_share * 0.9 : shovel_share * 0.1 / shovel_every_s;
  body.load_share = std::min(*set.load_share, body.load_share + rate * dt_s);
}

bool turns(const Body& body) {
  return body.brush_rpm > 60;
}
bool mouth_down(const Body& body) {
  return body.suction_down > 0.9;
}
bool wets(const Body& body) {
  return body.water_pump && body.valve && body.tank_share > 0;
}

const char* water_fault(const Body& body) {
  return !body.water_pump ? "pump" : !body.valve ? "valve" : "tank";
}

Work sweeper_work(const Body& body) {
  Work work;
  if (turns(body) || mouth_down(body)) {
    work.kind = body.water_pump ? WorkKind::wash_sweep : WorkKind::sweep;
    work.why_not = !turns(body) ? "brush" : !mouth_down(body) ? "suction" : !body.fan ? "fan" : "";
    if (work.why_not[0] == '\0' && body.water_pump && !wets(body)) {
      work.why_not = water_fault(body);
    }
  } else if (body.water_pump) {
    work.kind = WorkKind::flush;
    work.why_not = wets(body) ? "" : water_fault(body);
  }
  return work;
}

}  // namespace

const char* name_of(VehicleType type) {
  return type_names[static_cast<std::size_t>(type)];
}

std::optional<VehicleType> vehicle_type(std::string_view name) {
  const auto* const at = std::find(type_names.begin(), type_names.end(), name);
  if (at == type_names.end()) {
    return std::nullopt;
  }
  return static_cast<VehicleType>(at - type_names.begin());
}

const char* terminal_type(VehicleType type) {
  switch (type) {
    case VehicleType::washer_sweeper:
      return "sweeper";
    case VehicleType::fog_cannon:
      return "sprinkler";
    default:
      return name_of(type);
  }
}

const char* name_of(Side side) {
  return side == Side::left ? "left" : side == Side::right ? "right" : "full";
}

const char* name_of(WorkKind kind) {
  constexpr std::array<const char*, 6> names = {"sweep",    "wash-sweep", "flush",
                                                "sprinkle", "mist",       "collect"};
  return names[static_cast<std::size_t>(kind)];
}

const std::vector<std::string>& deed_words() {
  static const std::vector<std::string> words = {
      "cover",   "hoist", "load", "brush",      "suction", "fan",  "pump", "valve", "jet",
      "aux_rpm", "side",  "bin",  "fuel_drain", "speed",   "stop", "gap",  "mark"};
  return words;
}

void apply(const Deed& deed, BodySetting& setting) {
  const bool on = deed.value > 0.5;
  switch (deed.kind) {
    case DeedKind::cover:
      setting.cover_share = deed.value;
      break;
    case DeedKind::hoist:
      setting.hoist_deg = deed.value;
      break;
    case DeedKind::load:
      setting.load_share = deed.value;
      break;
    case DeedKind::brush:
      setting.brush = on;
      break;
    case DeedKind::suction:
      setting.fan = setting.fan.value_or(setting.suction_down);
      setting.suction_down = on;
      break;
    case DeedKind::fan:
      setting.fan = on;
      break;
    case DeedKind::pump:
      setting.valve = setting.valve.value_or(setting.water_pump);
      setting.water_pump = on;
      break;
    case DeedKind::valve:
      setting.valve = on;
      break;
    case DeedKind::jet:
      setting.jet = on;
      break;
    case DeedKind::aux_rpm:
      setting.aux_rpm = deed.value;
      break;
    case DeedKind::side:
      setting.side = deed.value < 0.5 ? Side::left : deed.value < 1.5 ? Side::full : Side::right;
      break;
    case DeedKind::bin:
      setting.lift_bin = on;
      break;
    case DeedKind::fuel_drain:
      setting.fuel_drain_lps = deed.value / 60;
      break;
    case DeedKind::mark:
      setting.mark = static_cast<int>(deed.value);
      break;
    case DeedKind::speed:
    case DeedKind::stop:
    case DeedKind::gap:
      break;
  }
}

void follow(const BodySetting& set, double dt_s, Body& body) {
  body.mark = set.mark;
  close_in(body.cover_open, set.cover_share.value_or(set.cover_open ? 1.0 : 0.0), dt_s / cover_s);
  close_in(body.hoist_deg, set.hoist_deg.value_or(set.hoist_up ? hoist_full_deg : 0.0),
           hoist_deg_per_s * dt_s);
  if (set.load_share && *set.load_share > body.load_share + 0.01) {
    body.washed_s = 0;
  }
  follow_load(set, dt_s, body);
  close_in(body.brush_rpm, set.brush ? brush_working_rpm : 0.0, 60.0 * dt_s);
  close_in(body.suction_down, set.suction_down ? 1.0 : 0.0, dt_s / suction_s);
  body.water_pump = set.water_pump && body.tank_share > 0;
  body.fan = set.fan.value_or(set.suction_down);
  body.valve = set.valve.value_or(set.water_pump);
  body.jet = set.jet;
  body.fog = set.fog;
  body.side = set.side;
  if (set.fill_tank) {
    close_in(body.tank_share, 1.0, dt_s / tank_fills_s);
    close_in(body.sewage_share, 0.0, dt_s / tank_fills_s);  // there is a drain beside the hydrant
  } else if (body.water_pump && body.valve) {
    close_in(body.tank_share, 0.0, dt_s / tank_empties_s);
  }
  if (body.water_pump && body.suction_down > 0.9) {
    body.sewage_share = std::min(1.0, body.sewage_share + dt_s / 3600);
  }
  const double idle = 800;
  const double working = set.brush || set.suction_down ? aux_working_rpm
                         : set.water_pump              ? sprinkler_pump_rpm
                                                       : idle;
  close_in(body.aux_rpm, set.aux_rpm.value_or(working), 400 * dt_s);
  const bool was_up = body.bin_lift > 0.98;
  close_in(body.bin_lift, set.lift_bin ? 1.0 : 0.0, dt_s / bin_s);
  if (!was_up && body.bin_lift > 0.98) {
    ++body.bin_lifts;
    body.load_share = std::min(fullest_share, body.load_share + bin_share);
  }
  body.compacting = set.compact;
  body.washing = set.wash;
  body.washed_s += set.wash ? dt_s : 0;
  body.fuel_drain_lps = set.fuel_drain_lps;
}

Work work_of(VehicleType type, const Body& body) {
  Work work;
  switch (type) {
    case VehicleType::sweeper:
    case VehicleType::washer_sweeper:
      work = sweeper_work(body);
      break;
    case VehicleType::sprinkler:
    case VehicleType::fog_cannon:
      if (body.water_pump || body.fog) {
        work.kind = body.fog ? WorkKind::mist : WorkKind::sprinkle;
        work.why_not = wets(body) ? "" : water_fault(body);
      }
      break;
    case VehicleType::garbage:
      if (body.bin_lift > 0.02 || body.compacting) {
        work.kind = WorkKind::collect;
      }
      break;
    case VehicleType::muck:
      break;
  }
  work.effective = work.kind.has_value() && work.why_not[0] == '\0';
  return work;
}

}  // namespace lujing::sim
