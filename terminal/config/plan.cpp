#include "terminal/config/plan.h"

#include "terminal/config/toml_reader.h"
#include "terminal/config/values.h"
#include "terminal/core/clock/windows.h"
#include "terminal/core/fence/fence.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <string_view>

namespace lujing::config {
namespace {

using core::Plan;
using core::PlanTask;
using core::PlanWindow;
using protocol::Work;

constexpr std::size_t max_tasks = 200;
constexpr std::size_t max_points = 5000;
constexpr std::size_t max_windows = 16;
constexpr std::size_t max_roads = 5000;
constexpr std::size_t max_corners = 500;
constexpr std::size_t max_document_bytes = std::size_t{4} << 20;

/// By core::RoadClass.
const std::vector<std::string>& class_names() {
  static const std::vector<std::string> names{"expressway", "arterial", "secondary", "branch",
                                              "lane",       "service",  "ramp"};
  return names;
}

std::optional<std::uint16_t> read_minute(Section& section, const char* key) {
  if (!section.has(key)) return std::nullopt;
  const std::string text = section.text(key, "");
  const auto minute = minute_of_day(text);
  if (!minute) section.refuse(key, "expected a time of day as \"06:30\", found \"" + text + "\"");
  return minute;
}

/// "03:00-06:30".
std::vector<PlanWindow> read_windows(Section& section) {
  std::vector<PlanWindow> windows;
  for (const std::string& text : section.texts("windows", max_windows)) {
    const std::string_view view = text;
    const auto from = minute_of_day(view.substr(0, std::min<std::size_t>(5, view.size())));
    const auto to =
        view.size() == 11 && view[5] == '-' ? minute_of_day(view.substr(6)) : std::nullopt;
    if (!from || !to || *from == *to || *from == core::minutes_of_a_day) {
      section.refuse("windows", "expected hours as \"03:00-06:30\", found \"" + text + "\"");
      continue;
    }
    windows.push_back({*from, *to});
  }
  return windows;
}

std::optional<double> read_number(Section& section, const char* key, double min, double max) {
  if (!section.has(key)) return std::nullopt;
  return section.number(key, min, min, max);
}

/// Names out of a list, each as its place in `known`.
std::vector<std::size_t> read_words(Section& section, const char* key,
                                    const std::vector<std::string>& known) {
  std::vector<std::size_t> found;
  for (const std::string& text : section.texts(key, 16)) {
    const auto at = std::find(known.begin(), known.end(), text);
    if (at != known.end()) {
      found.push_back(static_cast<std::size_t>(at - known.begin()));
      continue;
    }
    const std::string near = nearest_word(text, known);
    section.refuse(key, "there is no \"" + text + "\"" +
                            (near.empty() ? "" : "; did you mean \"" + near + "\"?") +
                            " Known: " + joined(known));
  }
  return found;
}

/// "30.41,114.89".
std::optional<GeoPoint> place_of(const std::string& text) {
  const std::size_t comma = text.find(',');
  if (comma == std::string::npos) return std::nullopt;
  double degrees[2] = {};
  const std::string_view parts[2] = {std::string_view(text).substr(0, comma),
                                     std::string_view(text).substr(comma + 1)};
  for (int i = 0; i < 2; ++i) {
    const char* end = parts[i].data() + parts[i].size();
    const auto [stop, error] = std::from_chars(parts[i].data(), end, degrees[i]);
    if (error != std::errc() || stop != end) return std::nullopt;
  }
  const GeoPoint place = GeoPoint::from_degrees(degrees[0], degrees[1]);
  return place.valid() ? std::optional(place) : std::nullopt;
}

GeoPoint read_place(Section& section) {
  const std::string text = section.text("place", std::nullopt);
  const auto place = place_of(text);
  if (!place && !text.empty()) {
    section.refuse("place", "expected \"latitude,longitude\" in degrees, found \"" + text + "\"");
  }
  return place.value_or(GeoPoint{});
}

/// A zone is held to what fences are held to: sides that cross would leave in doubt what is inside.
void check_zone(Section& section, const std::vector<GeoPoint>& zone) {
  if (zone.size() < 3) {
    section.refuse("zone", "expected at least three corners, found " + std::to_string(zone.size()) +
                               "; leave the key out for no zone");
    return;
  }
  core::Fence fence;
  fence.id = "zone";
  fence.shape = core::Polygon{zone, {}};
  if (auto good = core::check(fence); !good) {
    section.refuse("zone", good.error().what() + "; give the corners in order, one way round");
  }
}

core::RoadChoice read_roads(Section section) {
  core::RoadChoice roads;
  for (const std::size_t i : read_words(section, "classes", class_names())) {
    roads.classes |= 1U << i;
  }
  roads.names = section.texts("names", max_roads);
  for (const std::string& text : section.texts("ways", max_roads)) {
    std::int64_t way = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), way);
    if (error != std::errc() || stop != text.data() + text.size()) {
      section.refuse("ways", "expected way numbers as texts, found \"" + text + "\"");
    }
    roads.ways.push_back(way);
  }
  for (const std::string& text : section.texts("zone", max_corners)) {
    const auto place = place_of(text);
    if (!place) {
      section.refuse("zone", "expected corners as \"latitude,longitude\", found \"" + text + "\"");
      continue;
    }
    roads.zone.push_back(*place);
  }
  if (section.has("zone")) check_zone(section, roads.zone);
  const auto district = section.integer("district", 0, 0, 65535);
  if (district != 0) roads.districts.push_back(static_cast<std::uint16_t>(district));
  section.done();
  return roads;
}

bool chooses(const core::RoadChoice& roads) {
  return roads.classes != 0 || !roads.ways.empty() || !roads.names.empty() ||
         !roads.districts.empty() || !roads.zone.empty();
}

PlanTask read_task(Section& section) {
  PlanTask task;
  task.name = section.text("name", std::nullopt, 200);
  const auto works = read_words(section, "works", work_names());
  if (!works.empty()) task.works = 0;
  for (const std::size_t i : works) task.works |= 1U << i;
  for (const std::size_t i : read_words(section, "steps", work_names())) {
    task.steps.push_back(static_cast<Work>(i));
  }
  task.steps_within_min = static_cast<std::uint16_t>(
      section.integer("steps_within_min", 120, 1, core::minutes_of_a_day));
  task.roads = read_roads(section.table("roads"));
  if (!chooses(task.roads)) {
    section.refuse("roads",
                   "the task names no road: say which in [task.roads] by classes, names, ways, "
                   "district or zone (all roads: classes with every class)");
  }
  task.passes = static_cast<std::uint8_t>(section.integer("passes", 1, 1, 48));
  task.windows = read_windows(section);
  task.deadline_min = read_minute(section, "deadline");
  if (task.deadline_min && !task.windows.empty() &&
      core::due_minute(task) <= core::task_span(task, 0, 0).from_ms / 60'000) {
    section.refuse("deadline", "is before the first of the windows begins");
  }
  task.min_kmh = read_number(section, "min_kmh", 0, 200);
  task.max_kmh = read_number(section, "max_kmh", 0.1, 200);
  if (task.min_kmh && task.max_kmh && *task.max_kmh <= *task.min_kmh) {
    section.refuse("max_kmh", "expected more than min_kmh");
  }
  task.both_kerbs = section.flag("both_kerbs", true);
  task.in_order = section.flag("in_order", false);
  if (task.in_order && task.roads.ways.size() < 2) {
    section.refuse("in_order", "needs at least two ways in [task.roads]");
  }
  task.heat_c = read_number(section, "heat_c", -50, 60);
  task.heat_passes = static_cast<std::uint8_t>(section.integer("heat_passes", 0, 0, 48));
  if (task.heat_c.has_value() != (task.heat_passes > 0)) {
    section.refuse("heat_passes", "goes with heat_c: both or neither");
  }
  if (section.has("wind_force")) {
    task.wind_force = static_cast<int>(section.integer("wind_force", 5, 0, 17));
  }
  task.wind_passes = static_cast<std::uint8_t>(section.integer("wind_passes", 0, 0, 48));
  if (task.wind_force.has_value() != (task.wind_passes > 0)) {
    section.refuse("wind_passes", "goes with wind_force: both or neither");
  }
  section.done();
  return task;
}

core::CollectionPoint read_point(Section& section) {
  core::CollectionPoint point;
  point.name = section.text("name", std::nullopt, 200);
  point.place = read_place(section);
  point.radius_m = section.number("radius_m", point.radius_m, 1, 1000);
  point.due_min = read_minute(section, "due");
  section.done();
  return point;
}

core::Station read_station(Section& section) {
  core::Station station;
  station.name = section.text("name", std::nullopt, 200);
  station.place = read_place(section);
  station.radius_m = section.number("radius_m", station.radius_m, 1, 5000);
  section.done();
  return station;
}

core::Weather read_weather(Section section) {
  core::Weather weather;
  weather.temperature_c = read_number(section, "temperature_c", -60, 60);
  if (section.has("wind_force")) {
    weather.wind_force = static_cast<int>(section.integer("wind_force", 0, 0, 17));
  }
  weather.rain = section.flag("rain", false);
  section.done();
  return weather;
}

void read_plan(Section& root, Plan& plan) {
  Section head = root.table("plan", true);
  if (head.present()) {
    plan.name = head.text("name", std::nullopt, 200);
    plan.version = head.integer("version", std::nullopt, 0, 1'000'000'000);
    plan.company = head.text("company", "", 200);
    plan.utc_offset_min = static_cast<std::int32_t>(head.integer("utc_offset_min", 480, -840, 840));
  }
  head.done();
  std::set<std::string> names;
  for (Section& section : root.tables("task", max_tasks)) {
    plan.tasks.push_back(read_task(section));
    if (!names.insert(plan.tasks.back().name).second) {
      section.refuse("name", "\"" + plan.tasks.back().name + "\" is there twice");
    }
  }
  for (Section& section : root.tables("point", max_points)) {
    plan.points.push_back(read_point(section));
  }
  for (Section& section : root.tables("station", max_tasks)) {
    plan.stations.push_back(read_station(section));
  }
  plan.weather = read_weather(root.table("weather"));
  if (plan.tasks.empty() && plan.points.empty()) {
    root.refuse("task", "expected at least one [[task]] or [[point]]");
  }
  root.done();
}

}  // namespace

Result<Plan> parse_plan(const std::string& name, const std::string& text) {
  TomlFile file(name, text);
  if (auto bad = file.problems()) return *bad;
  Section root = file.root();
  Plan plan;
  read_plan(root, plan);
  if (auto bad = file.problems()) return *bad;
  return plan;
}

Result<Plan> read_plan(std::string_view body) {
  if (body.size() > max_document_bytes) return Error("a plan has at most 4 MiB");
  return parse_plan("plan", std::string(body));
}

Result<Plan> load_plan(const std::string& path) {
  Result<std::string> text = read_text_file(path, max_document_bytes);
  if (!text) return text.error();
  return parse_plan(path, *text);
}

}  // namespace lujing::config
