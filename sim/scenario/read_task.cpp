// What a scenario says of places, tasks and plans. What a vehicle cannot do, and a place that could
// not be meant, is refused here; whether a city has the place is found out with the city.
#include "base/toml_reader.h"
#include "sim/scenario/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

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

/// What machines of that type are sent to do, beside driving, standing and a shift of it.
std::vector<TaskKind> tasks_of(VehicleType type) {
  switch (type) {
    case VehicleType::sweeper:
      return {TaskKind::work};
    case VehicleType::washer_sweeper:
    case VehicleType::sprinkler:
    case VehicleType::fog_cannon:
      return {TaskKind::work, TaskKind::fill};
    case VehicleType::garbage:
      return {TaskKind::collect, TaskKind::unload};
    case VehicleType::muck:
      return {TaskKind::haul, TaskKind::load, TaskKind::tip};
  }
  return {};
}

std::vector<WorkKind> works_of(VehicleType type) {
  switch (type) {
    case VehicleType::sweeper:
      return {WorkKind::sweep};
    case VehicleType::washer_sweeper:
      return {WorkKind::wash_sweep, WorkKind::sweep, WorkKind::flush};
    case VehicleType::sprinkler:
      return {WorkKind::sprinkle, WorkKind::flush};
    case VehicleType::fog_cannon:
      return {WorkKind::mist, WorkKind::sprinkle};
    case VehicleType::garbage:
      return {WorkKind::collect};
    case VehicleType::muck:
      break;
  }
  return {};
}

const std::vector<std::string> task_words = {"drive", "stand", "work", "collect", "haul",
                                             "load",  "tip",   "fill", "unload",  "shift"};
const std::vector<std::string> work_words = {"sweep",    "wash-sweep", "flush",
                                             "sprinkle", "mist",       "collect"};

const char* usual_place(TaskKind kind) {
  switch (kind) {
    case TaskKind::work:
    case TaskKind::collect:
      return "secondary";
    case TaskKind::haul:
      return "construction";
    case TaskKind::unload:
      return "transfer";
    case TaskKind::fill:
      return "water";
    case TaskKind::drive:
      return "depot";
    default:
      return "here";
  }
}

TaskKind read_kind(Section& section, VehicleType type) {
  const auto kind =
      static_cast<TaskKind>(index_of(task_words, section.word("do", std::nullopt, task_words)));
  std::vector<std::string> can = {"drive", "stand", "shift"};
  for (const TaskKind one : tasks_of(type)) {
    can.push_back(task_words[static_cast<std::size_t>(one)]);
  }
  const std::string& word = task_words[static_cast<std::size_t>(kind)];
  if (std::find(can.begin(), can.end(), word) == can.end()) {
    section.refuse(
        "do", std::string("a ") + name_of(type) + " cannot " + word + "; it can: " + joined(can));
  }
  return kind;
}

void read_place(Section& section, Task& task) {
  task.where = read_where(section, "at", usual_place(task.kind));
  const bool street = task.kind == TaskKind::work || task.kind == TaskKind::collect;
  if (street && task.where.kind != Where::Kind::street) {
    section.refuse("at", "is done along a street: arterial, secondary, branch or lane");
  }
  const bool water = task.where.kind == Where::Kind::site && task.where.site == SiteKind::water;
  if (task.kind == TaskKind::fill && !water) {
    section.refuse("at", "water is fetched at a water point: water, water 2");
  }
}

void read_work(Section& section, VehicleType type, Task& task) {
  const bool sprinkles = type == VehicleType::sprinkler || type == VehicleType::fog_cannon;
  std::vector<std::string> can;
  for (const WorkKind kind : works_of(type)) {
    can.emplace_back(name_of(kind));
  }
  if (can.empty()) {  // told already: it cannot work
    can.emplace_back(name_of(WorkKind::sweep));
  }
  task.work = static_cast<WorkKind>(index_of(work_words, section.word("work", can.front(), can)));
  task.gap_m = section.number("gap_m", sprinkles ? 0.8 : 0.3, 0, 10);
  const std::string side =
      section.word("side", sprinkles ? "full" : "right", {"left", "full", "right"});
  task.side = side == "left" ? Side::left : side == "right" ? Side::right : Side::full;
  task.back = section.flag("back", false);
}

void read_collect(Section& section, double duration_s, Task& task) {
  task.every_m = section.number("every_m", 60.0, 20, 2000);
  task.skip = static_cast<std::uint32_t>(section.integer("skip", 0, 0, 1000));
  task.lifts = section.flag("lifts", true);
  task.due_s = section.number("due_s", std::max(0.0, duration_s - 90), -1, 1e7);
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

}  // namespace

/// "construction", "construction 2", "secondary 3": a place and its number, counted from 1.
Where read_where(Section& section, const char* key, const char* otherwise) {
  std::string text = section.text(key, std::string(otherwise));
  Where where;
  where.line = section.line_of(key);
  const std::size_t space = text.rfind(' ');
  if (space != std::string::npos && space + 1 < text.size() &&
      std::all_of(text.begin() + static_cast<std::ptrdiff_t>(space) + 1, text.end(),
                  [](char c) { return c >= '0' && c <= '9'; }) &&
      text.size() - space < 8) {
    const int number = std::stoi(text.substr(space + 1));
    if (number == 0) {
      section.refuse(key, "places are counted from 1, found \"" + text + "\"");
    }
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

void refuse_late(Section& section, const char* key, double at_s, double duration_s) {
  if (at_s >= duration_s) {
    section.refuse(key, fmt::format("it would begin at or after the scenario's end: expected a "
                                    "number from 0 to below duration_s ({:g}), found {:g}; begin "
                                    "earlier or set a longer duration_s",
                                    duration_s, at_s));
  }
}

std::size_t index_of(const std::vector<std::string>& words, const std::string& word) {
  const auto at = std::find(words.begin(), words.end(), word);
  return at == words.end() ? 0 : static_cast<std::size_t>(at - words.begin());
}

Task read_task(Section& section, VehicleType type, double duration_s) {
  Task task;
  task.kind = read_kind(section, type);
  const bool moves = task.kind != TaskKind::stand && task.kind != TaskKind::shift;
  const bool works = task.kind == TaskKind::work;
  const bool collects = task.kind == TaskKind::collect;
  const bool hauls = task.kind == TaskKind::haul;
  if (moves) {
    const bool sprinkles = type == VehicleType::sprinkler || type == VehicleType::fog_cannon;
    read_place(section, task);
    task.over_limit = section.flag("over_limit", false);
    task.speed_kmh = section.number("speed_kmh", sprinkles ? 9.5 : 7.0, 1, 120);
  }
  if (hauls) {
    task.to = read_where(section, "to", "disposal");
    task.wash = section.flag("wash", true);
    task.seal = section.flag("seal", true);
  }
  if (works) {
    read_work(section, type, task);
  }
  if (works || collects) {
    task.length_m = section.number("length_m", 600.0, 20, 100'000);
    task.length_line = section.has("length_m") ? section.line_of("length_m") : "";
  }
  if (collects) {
    read_collect(section, duration_s, task);
  }
  if (task.kind == TaskKind::stand || task.kind == TaskKind::load || hauls) {
    task.for_s = section.number("for_s", 60.0, 0, 1e6);
  }
  if (task.kind == TaskKind::load || hauls) {
    task.share = section.number("share", 1.0, 0, 2);
  }
  if (task.kind == TaskKind::shift) {
    const std::string who = section.word("behaviour", "honest", {"honest", "lazy", "cheat"});
    task.behaviour = who == "lazy"    ? Behaviour::lazy
                     : who == "cheat" ? Behaviour::cheat
                                      : Behaviour::honest;
  }
  for (Section& deed : section.tables("deed", 100)) {
    task.deeds.push_back(read_deed(deed, type, task.kind, duration_s));
  }
  section.done();
  return task;
}

Asked read_asked(Section& section, VehicleType type) {
  Asked asked;
  if (type == VehicleType::muck) {
    section.refuse("at", "a muck truck has a permit; plans are for machines that clean or collect");
  }
  asked.where = read_where(section, "at", "secondary");
  if (asked.where.kind != Where::Kind::street) {
    section.refuse("at", "a plan is about a street: arterial, secondary, branch or lane");
  }
  asked.length_m = section.number("length_m", 600.0, 20, 100'000);
  asked.length_line = section.has("length_m") ? section.line_of("length_m") : "";
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

}  // namespace lujing::sim
