#include "base/toml_reader.h"
#include "sim/scenario/limits.h"
#include "sim/scenario/scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

namespace lujing::sim {
namespace {

const std::map<std::string, SiteKind> site_words = {{"depot", SiteKind::depot},
                                                    {"construction", SiteKind::construction},
                                                    {"disposal", SiteKind::disposal},
                                                    {"water", SiteKind::water},
                                                    {"transfer", SiteKind::transfer}};
const std::map<std::string, RoadClass> class_words = {{"arterial", RoadClass::arterial},
                                                      {"secondary", RoadClass::secondary},
                                                      {"branch", RoadClass::branch},
                                                      {"lane", RoadClass::lane}};

const std::vector<std::string>& place_words() {
  static const std::vector<std::string> words = {
      "here",      "depot",    "construction",        "disposal",        "water",
      "transfer",  "arterial", "secondary",           "branch",          "lane",
      "forbidden", "bridge",   "beside-construction", "beside-disposal", "beside-transfer"};
  return words;
}

/// "construction", "construction 2", "secondary 3": a place and its number, counted from 1.
Where read_where(Section& section, const char* key, const char* otherwise) {
  std::string text = section.text(key, std::string(otherwise));
  Where where;
  const std::size_t space = text.rfind(' ');
  if (space != std::string::npos && space + 1 < text.size() &&
      std::all_of(text.begin() + static_cast<std::ptrdiff_t>(space) + 1, text.end(),
                  [](char c) { return c >= '0' && c <= '9'; }) &&
      text.size() - space < 5) {
    const int number = std::stoi(text.substr(space + 1));
    where.number = static_cast<std::uint32_t>(std::max(1, number) - 1);
    text.resize(space);
  }
  const std::string beside = "beside-";
  if (const auto site = site_words.find(text); site != site_words.end()) {
    where.kind = Where::Kind::site;
    where.site = site->second;
  } else if (const auto street = class_words.find(text); street != class_words.end()) {
    where.kind = Where::Kind::street;
    where.road_class = street->second;
  } else if (text == "forbidden") {
    where.kind = Where::Kind::forbidden;
  } else if (text == "bridge") {
    where.kind = Where::Kind::bridge;
  } else if (text.starts_with(beside) && site_words.contains(text.substr(beside.size()))) {
    where.kind = Where::Kind::beside_site;
    where.site = site_words.at(text.substr(beside.size()));
  } else if (text != "here") {
    const std::string near = nearest_word(text, place_words());
    section.refuse(key,
                   "no place \"" + text + "\"" +
                       (near.empty() ? "" : "; did you mean \"" + near + "\"?") +
                       " Known, each with a number from 1 behind it: " + joined(place_words()));
  }
  return where;
}

std::size_t index_of(const std::vector<std::string>& words, const std::string& word) {
  const auto at = std::find(words.begin(), words.end(), word);
  return at == words.end() ? 0 : static_cast<std::size_t>(at - words.begin());
}

TaskDeed read_deed(Section& section, const char* leg) {
  TaskDeed deed;
  const std::string word = section.word("do", std::nullopt, deed_words());
  deed.deed.kind = static_cast<DeedKind>(index_of(deed_words(), word));
  deed.leg = section.word("on", std::string(leg),
                          {"work", "approach", "drive", "stand", "open", "load", "close", "to-wash",
                           "wash", "laden", "tip", "lower", "fill", "unload", "between", "bin"});
  deed.deed.value = section.number("value", 0.0, -1000, 10000);
  deed.deed.after_s = section.number("after_s", 0.0, 0, 1e6);
  deed.deed.for_s = section.number("for_s", 1e6, 0, 1e6);
  section.done();
  return deed;
}

const std::vector<std::string> task_words = {"drive", "stand", "work", "collect", "haul",
                                             "load",  "tip",   "fill", "unload",  "shift"};
const std::vector<std::string> driver_words = {"no-reader", "verified", "unknown"};
const std::vector<std::string> work_words = {"sweep",    "wash-sweep", "flush",
                                             "sprinkle", "mist",       "collect"};

const char* usual_leg(TaskKind kind) {
  switch (kind) {
    case TaskKind::work:
      return "work";
    case TaskKind::haul:
      return "laden";
    case TaskKind::load:
      return "load";
    case TaskKind::tip:
      return "tip";
    case TaskKind::stand:
      return "stand";
    case TaskKind::collect:
      return "between";
    default:
      return "drive";
  }
}

const char* usual_place(TaskKind kind) {
  switch (kind) {
    case TaskKind::work:
    case TaskKind::collect:
      return "secondary";
    case TaskKind::haul:
      return "construction";
    case TaskKind::unload:
      return "transfer";
    case TaskKind::drive:
      return "depot";
    default:
      return "here";
  }
}

Task read_task(Section& section, VehicleType type, double duration_s) {
  Task task;
  task.kind =
      static_cast<TaskKind>(index_of(task_words, section.word("do", std::nullopt, task_words)));
  task.where = read_where(section, "at", usual_place(task.kind));
  const bool sprinkles = type == VehicleType::sprinkler || type == VehicleType::fog_cannon;
  if (task.kind == TaskKind::haul) {
    task.to = read_where(section, "to", "disposal");
    task.wash = section.flag("wash", true);
    task.seal = section.flag("seal", true);
  }
  if (task.kind == TaskKind::work) {
    task.work = static_cast<WorkKind>(index_of(
        work_words, section.word("work", std::string(name_of(usual_work(type))), work_words)));
    task.gap_m = section.number("gap_m", sprinkles ? 0.8 : 0.3, 0, 10);
    const std::string side =
        section.word("side", sprinkles ? "full" : "right", {"left", "full", "right"});
    task.side = side == "left" ? Side::left : side == "right" ? Side::right : Side::full;
    task.back = section.flag("back", false);
  }
  if (task.kind == TaskKind::work || task.kind == TaskKind::collect) {
    task.length_m = section.number("length_m", 600.0, 20, 100'000);
  }
  if (task.kind == TaskKind::collect) {
    task.every_m = section.number("every_m", 60.0, 20, 2000);
    task.skip = static_cast<std::uint32_t>(section.integer("skip", 0, 0, 1000));
    task.lifts = section.flag("lifts", true);
    task.due_s = section.number("due_s", std::max(0.0, duration_s - 90), -1, 1e7);
  }
  task.over_limit = section.flag("over_limit", false);
  task.speed_kmh = section.number("speed_kmh", sprinkles ? 9.5 : 7.0, 1, 120);
  task.for_s = section.number("for_s", 60.0, 0, 1e6);
  task.share = section.number("share", 1.0, 0, 2);
  if (task.kind == TaskKind::shift) {
    const std::string who = section.word("behaviour", "honest", {"honest", "lazy", "cheat"});
    task.behaviour = who == "lazy"    ? Behaviour::lazy
                     : who == "cheat" ? Behaviour::cheat
                                      : Behaviour::honest;
  }
  for (Section& deed : section.tables("deed", 100)) {
    task.deeds.push_back(read_deed(deed, usual_leg(task.kind)));
  }
  section.done();
  return task;
}

std::vector<WorkKind> read_works(Section& section, const char* key) {
  std::vector<WorkKind> kinds;
  for (const std::string& word : section.texts(key, 16)) {
    const auto at = std::find(work_words.begin(), work_words.end(), word);
    if (at == work_words.end()) {
      const std::string near = nearest_word(word, work_words);
      section.refuse(key, "there is no \"" + word + "\"" +
                              (near.empty() ? "" : "; did you mean \"" + near + "\"?") +
                              " Known: " + joined(work_words));
    } else {
      kinds.push_back(static_cast<WorkKind>(at - work_words.begin()));
    }
  }
  return kinds;
}

Asked read_asked(Section& section, VehicleType type) {
  Asked asked;
  asked.where = read_where(section, "at", "secondary");
  if (asked.where.kind != Where::Kind::street) {
    section.refuse("at", "a plan is about a street: arterial, secondary, branch or lane");
  }
  asked.length_m = section.number("length_m", 600.0, 20, 100'000);
  asked.works = read_works(section, "works");
  if (asked.works.empty()) {
    asked.works = {usual_work(type)};
  }
  asked.steps = read_works(section, "steps");
  asked.passes = static_cast<int>(section.integer("passes", 1, 1, 48));
  asked.both_kerbs = section.flag("both_kerbs", true);
  asked.due_s = section.number("due_s", -1.0, -1, 1e7);
  asked.heat_c = section.number("heat_c", 30.0, -50, 60);
  asked.heat_passes = static_cast<int>(section.integer("heat_passes", 0, 0, 48));
  section.done();
  return asked;
}

Fault read_fault(Section& section) {
  Fault fault;
  fault.kind = static_cast<FaultKind>(
      index_of(fault_words(), section.word("what", std::nullopt, fault_words())));
  fault.input = static_cast<int>(
      index_of(input_words(), section.word("input", "cover_closed", input_words())));
  fault.at_s = section.number("at_s", 0.0, 0, 1e7);
  fault.for_s = section.number("for_s", 1e7, 0, 1e7);
  fault.value = section.number("value", 0.0, -1e6, 1e6);
  fault.jump_m = section.number("jump_m", 0.0, -1e6, 1e6);
  section.done();
  return fault;
}

Permit read_permit(Section section) {
  Permit permit;
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
    plan.faults.push_back(read_fault(fault));
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
  const std::string start = root.text("start", std::string("2026-04-15T03:00:00Z"));
  if (const auto utc = from_iso8601(start)) {
    scenario.start = {utc->ms / 1000 * 1000};
  } else {
    root.refuse("start", "expected a UTC time like 2026-04-15T03:00:00Z, found \"" + start + "\"");
  }
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
