#include "platform/roads/tags.h"

#include "terminal/core/roads/network.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace lujing::roads {
namespace {

using core::RoadClass;
namespace flag = core::link_flag;

struct HighwayRow {
  std::string_view name;
  RoadClass road_class;
  double oneway_width_m;
  double width_m;
  std::uint8_t speed_kmh;
};

// In the order of Highway. Widths and speeds are the usual ones where the tags tell none.
constexpr std::array<HighwayRow, highway_count> rows = {{
    {"motorway", RoadClass::expressway, 11.0, 15.0, 100},
    {"trunk", RoadClass::expressway, 10.5, 15.0, 80},
    {"primary", RoadClass::arterial, 10.5, 14.0, 60},
    {"secondary", RoadClass::secondary, 7.0, 14.0, 50},
    {"tertiary", RoadClass::branch, 7.0, 9.0, 40},
    {"unclassified", RoadClass::branch, 5.0, 7.0, 40},
    {"residential", RoadClass::branch, 5.0, 7.0, 30},
    {"living_street", RoadClass::lane, 4.0, 4.5, 20},
    {"service", RoadClass::service, 3.5, 4.0, 20},
    {"road", RoadClass::branch, 5.0, 7.0, 30},
    {"motorway_link", RoadClass::ramp, 7.0, 9.0, 50},
    {"trunk_link", RoadClass::ramp, 7.0, 9.0, 40},
    {"primary_link", RoadClass::ramp, 5.0, 7.0, 40},
    {"secondary_link", RoadClass::ramp, 5.0, 7.0, 40},
    {"tertiary_link", RoadClass::ramp, 5.0, 7.0, 30},
}};

template <std::size_t N>
bool among(std::string_view value, const std::array<std::string_view, N>& list) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

bool ends_with_any(std::string_view name) {
  constexpr std::array<std::string_view, 4> lanes = {"巷", "弄", "胡同", "里弄"};
  return std::any_of(lanes.begin(), lanes.end(),
                     [&](std::string_view lane) { return name.ends_with(lane); });
}

/// A number at the front; what follows it goes to `unit`, without blanks.
std::optional<double> leading_number(std::string_view text, std::string_view& unit) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || !std::isfinite(value)) return std::nullopt;
  unit = text.substr(static_cast<std::size_t>(end - text.data()));
  while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
  return value;
}

std::optional<double> metres(std::string_view text) {
  std::string_view unit;
  auto value = leading_number(text, unit);
  if (!value) return std::nullopt;
  if (unit.starts_with("'") || unit.starts_with("ft")) *value *= 0.3048;
  if (*value < 1 || *value > 100) return std::nullopt;
  return value;
}

std::uint8_t speed_of(std::string_view text, std::uint8_t usual) {
  if (text == "walk") return 7;
  if (text == "none") return 120;
  std::string_view unit;
  auto value = leading_number(text, unit);
  if (!value) return usual;
  if (unit.starts_with("mph")) *value *= 1.609344;
  if (*value < 3 || *value > 160) return usual;
  return static_cast<std::uint8_t>(std::lround(*value));
}

std::uint16_t direction(const TagLookup& tag, Highway highway, bool roundabout) {
  std::string_view oneway = tag("oneway:motor_vehicle");
  if (oneway.empty()) oneway = tag("oneway");
  if (oneway == "-1" || oneway == "reverse") return flag::backward;
  if (oneway == "yes" || oneway == "true" || oneway == "1") return flag::forward;
  // Reversible lanes are driven both ways, at different hours.
  if (oneway.empty() && (roundabout || highway == Highway::motorway)) return flag::forward;
  return flag::forward | flag::backward;
}

/// The most particular of the access tags decides.
bool is_restricted(const TagLookup& tag) {
  constexpr std::array<std::string_view, 8> closed = {
      "no",       "private",   "agricultural", "forestry", "agricultural;forestry",
      "military", "emergency", "permit"};
  for (const std::string_view key : {"motor_vehicle", "vehicle", "access"}) {
    const std::string_view value = tag(key);
    if (!value.empty()) return among(value, closed);
  }
  return false;
}

bool is_paved(const TagLookup& tag) {
  constexpr std::array<std::string_view, 13> loose = {
      "unpaved", "gravel", "fine_gravel", "compacted",   "dirt", "earth",    "ground",
      "grass",   "sand",   "mud",         "pebblestone", "rock", "woodchips"};
  return !among(tag("surface"), loose);
}

struct Width {
  double metres = 0;
  bool measured = false;  ///< from the width tag
};

Width width_of(const TagLookup& tag, const HighwayRow& row, bool oneway,
               const RoadDefaults& defaults) {
  for (const std::string_view key : {"width:carriageway", "width"})
    if (const auto tagged = metres(tag(key))) return {*tagged, true};
  std::string_view unit;
  if (const auto lanes = leading_number(tag("lanes"), unit); lanes && *lanes >= 1 && *lanes <= 16)
    return {*lanes * defaults.lane_width_m, false};
  return {oneway ? row.oneway_width_m : row.width_m, false};
}

RoadClass class_of(const TagLookup& tag, Highway highway, const HighwayRow& row, Width width,
                   const RoadDefaults& defaults) {
  if (highway == Highway::service)
    return tag("service") == "alley" ? RoadClass::lane : RoadClass::service;
  const bool small = highway == Highway::residential || highway == Highway::unclassified ||
                     highway == Highway::road;
  if (small && ends_with_any(tag("name"))) return RoadClass::lane;
  if (small && width.measured && width.metres < defaults.lane_class_below_m) return RoadClass::lane;
  return row.road_class;
}

/// Driving on the right, a kerb is swept by who drives along it: one side for each direction.
std::uint16_t kerbs(const TagLookup& tag, std::uint16_t driven, bool paved) {
  const auto side = [&](std::string_view key, bool usual) {
    std::string_view value = tag(key);
    if (value.empty()) value = tag("kerb:both");
    if (value.empty()) value = tag("kerb");
    return value.empty() ? usual : value != "no" && value != "none";
  };
  std::uint16_t flags = 0;
  if (side("kerb:right", paved && (driven & flag::forward) != 0)) flags |= flag::right_kerb;
  if (side("kerb:left", paved && (driven & flag::backward) != 0)) flags |= flag::left_kerb;
  return flags;
}

bool yes(std::string_view value) {
  return !value.empty() && value != "no";
}

}  // namespace

std::optional<Highway> highway_of(std::string_view value) {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows[i].name == value) return static_cast<Highway>(i);
  return std::nullopt;
}

std::string_view highway_name(Highway highway) {
  return rows[static_cast<std::size_t>(highway)].name;
}

std::optional<RawWay> fold_tags(const TagLookup& tag, const RoadDefaults& defaults) {
  const auto highway = highway_of(tag("highway"));
  if (!highway) return std::nullopt;
  const HighwayRow& row = rows[static_cast<std::size_t>(*highway)];
  const std::string_view junction = tag("junction");
  const bool roundabout = junction == "roundabout" || junction == "circular";
  const std::uint16_t driven = direction(tag, *highway, roundabout);
  const bool oneway = driven != (flag::forward | flag::backward);
  const Width width = width_of(tag, row, oneway, defaults);
  const RoadClass road_class = class_of(tag, *highway, row, width, defaults);
  const bool paved = is_paved(tag);
  const bool restricted = is_restricted(tag);

  RawWay way;
  way.highway = *highway;
  way.road_class = static_cast<std::uint8_t>(road_class);
  way.flags = driven;
  if (roundabout) way.flags |= flag::roundabout;
  if (yes(tag("tunnel"))) way.flags |= flag::tunnel;
  if (yes(tag("bridge"))) way.flags |= flag::bridge;
  if (restricted) way.flags |= flag::restricted;
  way.flags |= kerbs(tag, driven, paved);
  const std::string_view own = tag("lujing:sweepable");
  const bool usual = !restricted && paved && road_class != RoadClass::service &&
                     width.metres >= defaults.least_sweepable_width_m && tag("area") != "yes";
  if (own.empty() ? usual : own == "yes") way.flags |= flag::sweepable;
  way.speed_kmh = speed_of(tag("maxspeed"), row.speed_kmh);
  way.width_dm = static_cast<std::uint16_t>(std::lround(width.metres * 10));
  way.name = tag("name").empty() ? tag("ref") : tag("name");
  way.district = tag("lujing:district");
  return way;
}

TurnKind turn_kind(const TagLookup& tag) {
  constexpr std::array<std::string_view, 3> ours = {"motor_vehicle", "vehicle", "hgv"};
  std::string_view except = tag("except");
  while (!except.empty()) {
    const std::size_t end = except.find(';');
    std::string_view one = except.substr(0, end);
    while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
    if (among(one, ours)) return TurnKind::none;
    except = end == std::string_view::npos ? std::string_view() : except.substr(end + 1);
  }
  for (const std::string_view key :
       {"restriction:hgv", "restriction:motor_vehicle", "restriction"}) {
    const std::string_view value = tag(key);
    if (value.empty()) continue;
    // The old way to say that it holds at some hours.
    if (!tag("hour_on").empty() || !tag("day_on").empty()) return TurnKind::sometimes;
    if (value.starts_with("no_")) return TurnKind::no;
    if (value.starts_with("only_")) return TurnKind::only;
    return TurnKind::none;
  }
  return tag("restriction:conditional").empty() ? TurnKind::none : TurnKind::sometimes;
}

}  // namespace lujing::roads
