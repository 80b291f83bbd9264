#include "base/toml_reader.h"
#include "sim/scenario/limits.h"
#include "sim/scenario/reader.h"
#include "sim/scenario/scenario.h"
#include "sim/wiring.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

namespace lujing::sim {
namespace {

const std::vector<std::string> driver_words = {"no-reader", "verified", "unknown"};

/// What only a vehicle with a collector, or only a muck truck, has that could break.
void check_fault(Section& section, FaultKind kind, VehicleType type) {
  const bool of_load = kind == FaultKind::load_stuck || kind == FaultKind::load_fault;
  const bool of_collector = kind == FaultKind::io_off || kind == FaultKind::switch_stuck_on ||
                            kind == FaultKind::switch_stuck_off || kind == FaultKind::switch_bounce;
  if ((of_load || of_collector) && !has_collector(type)) {
    section.refuse("what",
                   std::string("a ") + name_of(type) +
                       " has no collector of switches and no load sensor; muck trucks have");
  }
}

/// The values that a fault may have; (0, 0): it has none.
std::pair<double, double> range_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::gnss_spoof:
      return {-1000, 1000};
    case FaultKind::power_low:
      return {0, 36};
    case FaultKind::load_fault:
      return {-10, 10};
    case FaultKind::clock_jump:
      return {-1e6, 1e6};
    default:
      return {0, 0};
  }
}

Fault read_fault(Section& section, VehicleType type, double duration_s) {
  Fault fault;
  fault.kind = static_cast<FaultKind>(
      index_of(fault_words(), section.word("what", std::nullopt, fault_words())));
  check_fault(section, fault.kind, type);
  const bool of_switch = fault.kind == FaultKind::switch_stuck_on ||
                         fault.kind == FaultKind::switch_stuck_off ||
                         fault.kind == FaultKind::switch_bounce;
  if (of_switch && !section.has("input")) {
    section.refuse("what", "a switch is named by input: one of " + joined(input_words()));
  }
  if (!of_switch && section.has("input")) {
    section.refuse("input", "only switch_stuck_on, switch_stuck_off and switch_bounce have one");
  }
  fault.input = static_cast<int>(
      index_of(input_words(), section.word("input", "cover_closed", input_words())));
  fault.at_s = section.number("at_s", 0.0, 0, 1e7);
  refuse_late(section, "at_s", fault.at_s, duration_s);
  fault.for_s = section.number("for_s", 1e7, 0, 1e7);
  const auto [least, most] = range_of(fault.kind);
  fault.value = section.number("value", 0.0, least, most);
  const double farthest_m = fault.kind == FaultKind::gnss_spoof ? 1e6 : 0;
  fault.jump_m = section.number("jump_m", 0.0, -farthest_m, farthest_m);
  section.done();
  return fault;
}

LimitOrder read_order(Section& section, VehicleType type, double duration_s) {
  LimitOrder order;
  order.limit = section.word("limit", std::nullopt, {"lock", "speed", "hoist"});
  if (type != VehicleType::muck) {
    section.refuse("limit", "limits are put on muck trucks");
  }
  if (order.limit == "speed") {
    order.kmh = section.number("kmh", 20.0, 10, 200);
  }
  order.at_s = section.number("at_s", 0.0, 0, 1e7);
  refuse_late(section, "at_s", order.at_s, duration_s);
  order.for_s = section.number("for_s", 1e7, 0, 1e7);
  order.reason = section.text("reason", std::string("order of the city's office"), 200);
  if (order.reason.find_first_of("\"\\\n") != order.reason.npos) {
    section.refuse("reason", "plain words, without quotation marks and backslashes");
  }
  section.done();
  return order;
}

Permit read_permit(Section section) {
  Permit permit;
  permit.line = section.line_of("construction");
  permit.there = section.flag("there", true);
  permit.construction = static_cast<std::uint32_t>(section.integer("construction", 1, 1, 100) - 1);
  permit.disposal = static_cast<std::uint32_t>(section.integer("disposal", 1, 1, 100) - 1);
  permit.from_s = section.number("from_s", -1e9, -1e9, 1e9);
  permit.until_s = section.number("until_s", 1e9, -1e9, 1e9);
  section.done();
  return permit;
}

const char* usual_start(VehicleType type) {
  return type == VehicleType::muck ? "construction" : "depot";
}

/// A promise of another one could never come true.
std::vector<std::string> rule_ids() {
  constexpr std::pair<const char*, int> subjects[] = {{"MT", 25}, {"SW", 4}, {"SP", 7}, {"CV", 7},
                                                      {"GB", 3},  {"FU", 1}, {"AC", 12}};
  std::vector<std::string> ids;
  for (const auto& [subject, count] : subjects) {
    for (int n = 1; n <= count; ++n) ids.push_back(fmt::format("{}-{:02d}", subject, n));
  }
  return ids;
}

constexpr const char* id_letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

void read_vehicle(Section& section, Scenario& scenario, std::set<std::string>& ids) {
  VehiclePlan plan;
  plan.id = section.text("id", std::nullopt, 24);
  // It names a folder beside the truth's and the city's.
  if (plan.id.find_first_not_of(id_letters) != plan.id.npos || plan.id == "truth" ||
      plan.id == "city") {
    section.refuse("id", "\"" + plan.id + "\": letters, digits, _ and -; not truth, nor city");
  }
  plan.plate = section.text("plate", std::string());
  std::vector<std::string> types;
  for (int i = 0; i < 6; ++i) {
    types.emplace_back(name_of(static_cast<VehicleType>(i)));
  }
  plan.type = *vehicle_type(section.word("type", std::nullopt, types));
  plan.start = read_where(section, "start", usual_start(plan.type));
  plan.body.load_share = section.number("load", 0.0, 0, 2);
  plan.body.tank_share = section.number("tank", 1.0, 0, 1);
  plan.body.cover_open = section.number("cover", 0.0, 0, 1);
  plan.body.washed_s = section.flag("washed", true) ? 1000 : 0;
  plan.cold_start = section.flag("cold_start", false);
  if (plan.type != VehicleType::muck && section.has("permit")) {
    section.refuse("permit", std::string("a ") + name_of(plan.type) +
                                 " needs no permit; take [vehicle.permit] away, permits are for "
                                 "muck trucks");
  }
  plan.permit = read_permit(section.table("permit"));
  plan.listed = section.flag("listed", false);
  plan.driver = static_cast<DriverCard>(
      index_of(driver_words, section.word("driver", "no-reader", driver_words)));
  for (Section& asked : section.tables("plan", 200)) {
    plan.asked.push_back(read_asked(asked, plan.type));
  }
  for (Section& task : section.tables("task", 1000)) {
    plan.tasks.push_back(read_task(task, plan.type, scenario.duration_s));
  }
  for (Section& fault : section.tables("fault", 1000)) {
    plan.faults.push_back(read_fault(fault, plan.type, scenario.duration_s));
  }
  for (Section& order : section.tables("order", 8)) {
    plan.orders.push_back(read_order(order, plan.type, scenario.duration_s));
  }
  const std::int64_t count = section.integer("count", 1, 1, 20'000);
  const std::string id = plan.id;
  for (std::int64_t n = 1; n <= count; ++n) {
    plan.id = count == 1 ? id : fmt::format("{}-{:04d}", id, n);
    if (!ids.insert(plan.id).second) {
      section.refuse("id", "\"" + plan.id + "\" is there twice");
    }
    if (plan.plate.empty() || count > 1) {
      plan.plate = fmt::format("鄂G{:05d}", 10'000 + scenario.vehicles.size());
    }
    scenario.vehicles.push_back(plan);
  }
  section.done();
}

void read_city(Section section, const std::string& folder, Scenario& scenario) {
  scenario.city.seed = scenario.seed;
  const std::string size = section.word("size", "small", {"small", "medium", "large"});
  scenario.city.columns = size == "small" ? 9 : size == "medium" ? 17 : 33;
  scenario.city.rows = size == "small" ? 9 : size == "medium" ? 13 : 25;
  scenario.city.seed = static_cast<std::uint64_t>(
      section.integer("seed", static_cast<std::int64_t>(scenario.seed), 0, INT64_MAX));
  scenario.city.traffic = section.number("traffic", 1.0, 0, 10);
  scenario.osm = section.text("osm", std::string());
  if (!scenario.osm.empty() && scenario.osm.front() != '/') {
    scenario.osm = (std::filesystem::path(folder) / scenario.osm).string();
  }
  section.done();
}

Weather read_weather_keys(Section& section, const Weather& before) {
  Weather weather;
  weather.temperature_c = section.number("temperature_c", before.temperature_c, -50, 60);
  weather.wind_force = section.number("wind_force", before.wind_force, 0, 17);
  weather.rain = section.flag("rain", before.rain);
  return weather;
}

void read_weather(Section section, Scenario& scenario) {
  scenario.weather = read_weather_keys(section, scenario.weather);
  Weather before = scenario.weather;
  double last_s = 0;
  for (Section& change : section.tables("change", 1000)) {
    const double at_s = change.number("at_s", std::nullopt, 0, 1e7);
    if (at_s <= last_s) {
      change.refuse("at_s", "expected changes one after the other, each later than the last");
    }
    refuse_late(change, "at_s", at_s, scenario.duration_s);
    last_s = at_s;
    before = read_weather_keys(change, before);
    scenario.changes.push_back({at_s, before});
    change.done();
  }
  section.done();
}

void read_sky(Section& root, Scenario& scenario) {
  for (Section& section : root.tables("sky", 1000)) {
    SkyWindow window;
    window.at_s = section.number("at_s", 0.0, 0, 1e7);
    refuse_late(section, "at_s", window.at_s, scenario.duration_s);
    window.for_s = section.number("for_s", 1e7, 0, 1e7);
    window.canyon = section.number("canyon", 0.0, 0, 1);
    window.covered = section.flag("covered", false);
    section.done();
    scenario.sky.push_back(window);
  }
}

void read_zones(Section& root, Scenario& scenario) {
  for (Section& section : root.tables("zone", 100)) {
    DrawnZone zone;
    const std::string kind =
        section.word("kind", std::string("forbidden"), {"forbidden", "weak_bridge"});
    zone.kind = kind == "forbidden" ? ZoneKind::forbidden : ZoneKind::weak_bridge;
    zone.at = read_where(section, "at", "construction");
    if (zone.at.kind == Where::Kind::here) {
      section.refuse("at", "a zone lies at a place of the city; nothing is here");
    }
    zone.radius_m = section.number("radius_m", zone.radius_m, 10, 5000);
    zone.aside_m = section.number("aside_m", 0.0, -5000, 5000);
    section.done();
    scenario.zones.push_back(zone);
  }
}

/// A TOML date is no string; people write it so, without quotation marks.
bool is_bare_date(const std::string& text) {
  const std::size_t line = text.starts_with("start") ? 0 : text.find("\nstart") + 1;
  const std::size_t sign = text.find_first_not_of(" \t", line + 5);
  if ((line == 0 && !text.starts_with("start")) || sign == text.npos || text[sign] != '=') {
    return false;
  }
  const std::size_t value = text.find_first_not_of(" \t", sign + 1);
  return value != text.npos && text[value] >= '0' && text[value] <= '9';
}

void read_start(Section& root, const std::string& text, Scenario& scenario) {
  constexpr const char* expected =
      "expected a UTC time in quotation marks, from 2000 to 2099, like \"2026-04-15T03:00:00Z\"";
  if (is_bare_date(text)) {
    root.refuse("start", std::string(expected) + "; found one without them");
    return;
  }
  const std::string start = root.text("start", std::string("2026-04-15T03:00:00Z"));
  const auto utc = from_iso8601(start);
  if (utc && start >= "2000" && start < "2100") {
    scenario.start = {utc->ms / 1000 * 1000};
  } else {
    root.refuse("start", std::string(expected) + "; found \"" + start + "\"");
  }
}

void read_expect(Section& root, Scenario& scenario) {
  for (Section& section : root.tables("expect", 1000)) {
    Expect expect;
    expect.vehicle = section.text(
        "vehicle", scenario.vehicles.empty() ? std::string() : scenario.vehicles.front().id);
    const bool known = std::any_of(scenario.vehicles.begin(), scenario.vehicles.end(),
                                   [&](const auto& v) { return v.id == expect.vehicle; });
    if (!known) {
      section.refuse("vehicle", "no vehicle \"" + expect.vehicle + "\" in this scenario");
    }
    expect.rule = section.word("rule", std::nullopt, rule_ids());
    expect.raise = section.flag("raise", true);
    section.done();
    scenario.expect.push_back(std::move(expect));
  }
}

}  // namespace

Result<Scenario> parse_scenario(const std::string& name, const std::string& text,
                                const std::string& folder) {
  TomlFile file(name, text);
  if (auto bad = file.problems()) {
    return *bad;
  }
  Section root = file.root();
  Scenario scenario;
  scenario.name = root.text("name", std::filesystem::path(name).stem().string());
  scenario.about = root.text("about", std::string(), 4096);
  scenario.seed = static_cast<std::uint64_t>(root.integer("seed", 7, 0, INT64_MAX));
  read_start(root, text, scenario);
  scenario.duration_s = root.number("duration_s", 900.0, 1, 3e6);
  read_city(root.table("city"), folder, scenario);
  read_weather(root.table("weather"), scenario);
  read_sky(root, scenario);
  read_zones(root, scenario);
  read_limits(root.table("limits"), scenario.limits);
  std::set<std::string> ids;
  for (Section& vehicle : root.tables("vehicle", 20'000)) {
    read_vehicle(vehicle, scenario, ids);
  }
  if (scenario.vehicles.empty()) {
    root.refuse("vehicle", "a scenario needs at least one [[vehicle]]");
  }
  read_expect(root, scenario);
  root.done();
  if (auto bad = file.problems()) {
    return *bad;
  }
  return scenario;
}

Result<Scenario> load_scenario(const std::string& path) {
  auto text = read_text_file(path);
  if (!text) {
    return text.error();
  }
  return parse_scenario(path, *text, std::filesystem::path(path).parent_path().string());
}

}  // namespace lujing::sim
