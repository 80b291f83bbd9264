// A vehicle's work plan: what the scenario's [[vehicle.plan]] asks, or else what its tasks are.
#include "sim/directives/plan.h"

#include "sim/city/plane.h"
#include "sim/directives/documents.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>

namespace lujing::sim {
namespace {

constexpr const char* all_roads =
    "[task.roads]\nclasses = [\"expressway\", \"arterial\", \"secondary\", \"branch\", \"lane\", "
    "\"service\", \"ramp\"]\n";

const char* work_word(WorkKind kind) {
  switch (kind) {
    case WorkKind::sweep:
      return "sweeping";
    case WorkKind::wash_sweep:
      return "washing_sweeping";
    case WorkKind::flush:
      return "flushing";
    case WorkKind::sprinkle:
      return "sprinkling";
    case WorkKind::mist:
      return "misting";
    case WorkKind::collect:
      break;
  }
  return "collecting";
}

std::string words(const std::vector<WorkKind>& kinds) {
  std::string text;
  for (const WorkKind kind : kinds) {
    text += fmt::format("{}\"{}\"", text.empty() ? "" : ", ", work_word(kind));
  }
  return "[" + text + "]";
}

/// A machine that begins or ends within a link cannot do it to its end: of three links or more the
/// outer ones are not asked.
std::vector<LinkId> inner(const City& city, std::vector<LinkId> links) {
  if (links.size() > 2) {
    links.erase(links.begin());
    links.pop_back();
  }
  std::erase_if(links, [&](LinkId id) { return city.link(id).inside; });
  return links;
}

std::string place_text(GeoPoint place) {
  return fmt::format("{:.7f},{:.7f}", place.lat_deg(), place.lon_deg());
}

/// "06:31": the full minute of the local day.
std::string clock_text(const Scenario& scenario, double t_s) {
  const double hour = local_hour({scenario.start.ms + std::llround(t_s * 1000)});
  const int minute = static_cast<int>(hour * 60 + 1e-6);
  return fmt::format("{:02d}:{:02d}", minute / 60, minute % 60);
}

void add_ways(const City& city, const std::vector<LinkId>& links, std::string& text) {
  std::set<std::int64_t> ways;
  for (const LinkId id : links) {
    ways.insert(city.link(id).way);
  }
  text += "[task.roads]\nways = [";
  for (const std::int64_t way : ways) {
    fmt::format_to(std::back_inserter(text), "\"{}\", ", way);
  }
  text += "]\n";
}

void add_asked(const Scenario& scenario, const City& city, const VehiclePlan& plan,
               std::string& text) {
  int number = 0;
  for (const Asked& asked : plan.asked) {
    fmt::format_to(std::back_inserter(text),
                   "\n[[task]]\nname = \"task {}\"\nworks = {}\npasses = {}\nboth_kerbs = {}\n",
                   ++number, words(asked.works), asked.passes, asked.both_kerbs);
    if (asked.steps.size() > 1) {
      text += "steps = " + words(asked.steps) + "\n";
    }
    if (asked.due_s >= 0) {
      text += "deadline = \"" + clock_text(scenario, due_minute_s(scenario, asked)) + "\"\n";
    }
    if (asked.heat_passes > 0) {
      fmt::format_to(std::back_inserter(text), "heat_c = {:.1f}\nheat_passes = {}\n", asked.heat_c,
                     asked.heat_passes);
    }
    add_ways(city, asked_links(city, asked), text);
  }
}

void add_tasks(const City& city, const VehiclePlan& plan, std::string& text) {
  int number = 0;
  for (const Task& task : plan.tasks) {
    ++number;
    if (task.kind == TaskKind::shift) {
      fmt::format_to(std::back_inserter(text),
                     "\n[[task]]\nname = \"task {}\"\nworks = [\"sweeping\", "
                     "\"washing_sweeping\", \"flushing\", \"sprinkling\", \"misting\"]\n{}",
                     number, all_roads);
    } else if (task.kind == TaskKind::work) {
      fmt::format_to(std::back_inserter(text),
                     "\n[[task]]\nname = \"task {}\"\nworks = [\"{}\"]\nboth_kerbs = false\n",
                     number, work_word(task.work));
      add_ways(city, task_stretch(city, task), text);
    }
  }
}

void add_points(const Scenario& scenario, const City& city, const VehiclePlan& plan,
                std::string& text) {
  int number = 0;
  for (const Task& task : plan.tasks) {
    if (task.kind != TaskKind::collect) {
      continue;
    }
    for (const Spot& spot : collection_points(city, task)) {
      fmt::format_to(std::back_inserter(text),
                     "\n[[point]]\nname = \"point {}\"\nplace = \"{}\"\nradius_m = 15.0\n",
                     ++number, place_text(city.place(city.point(spot))));
      if (task.due_s >= 0) {
        text += "due = \"" + clock_text(scenario, task.due_s) + "\"\n";
      }
    }
  }
}

void add_stations(const City& city, std::string& text) {
  for (const Site& site : city.sites()) {
    if (site.kind != SiteKind::transfer || site.yard.empty()) {
      continue;
    }
    Offset middle;
    for (const Offset& corner : site.yard) {
      middle = plus(middle, times(corner, 1.0 / static_cast<double>(site.yard.size())));
    }
    double radius_m = 0;
    for (const Offset& corner : site.yard) {
      radius_m = std::max(radius_m, length_m(minus(corner, middle)));
    }
    fmt::format_to(std::back_inserter(text),
                   "\n[[station]]\nname = \"{}\"\nplace = \"{}\"\nradius_m = {:.1f}\n",
                   fence_id(city, site), place_text(city.place(middle)), radius_m);
  }
}

}  // namespace

std::vector<LinkId> asked_links(const City& city, const Asked& asked) {
  Task task;
  task.where = asked.where;
  task.length_m = asked.length_m;
  std::vector<LinkId> links = inner(city, task_stretch(city, task));
  if (asked.both_kerbs) {
    task.back = true;
    const std::vector<LinkId> other = inner(city, task_stretch(city, task));
    links.insert(links.end(), other.begin(), other.end());
  }
  return links;
}

std::vector<LinkId> all_asked(const Scenario& scenario, const City& city) {
  std::vector<LinkId> all;
  for (const VehiclePlan& plan : scenario.vehicles) {
    for (const Asked& asked : plan.asked) {
      const std::vector<LinkId> links = asked_links(city, asked);
      all.insert(all.end(), links.begin(), links.end());
    }
  }
  return all;
}

double due_minute_s(const Scenario& scenario, const Asked& asked) {
  const double since_minute_s = static_cast<double>(scenario.start.ms % 60'000) / 1000;
  return std::floor((asked.due_s + since_minute_s) / 60) * 60 - since_minute_s;
}

std::string plan_document(const Scenario& scenario, const City& city, const VehiclePlan& plan,
                          const Weather& weather, std::uint64_t version) {
  if (plan.type == VehicleType::muck) {
    return {};
  }
  std::string text;
  plan.asked.empty() ? add_tasks(city, plan, text) : add_asked(scenario, city, plan, text);
  add_points(scenario, city, plan, text);
  if (plan.type == VehicleType::garbage && text.empty()) {
    text = std::string("\n[[task]]\nname = \"collecting\"\nworks = [\"collecting\"]\n") + all_roads;
  }
  if (text.empty()) {
    return {};
  }
  if (plan.type == VehicleType::garbage) {
    add_stations(city, text);
  }
  return fmt::format(
      "[plan]\nname = \"{}\"\nversion = {}\nutc_offset_min = 480\n{}\n[weather]\n"
      "temperature_c = {:.1f}\nwind_force = {}\nrain = {}\n",
      plan.id, version, text, weather.temperature_c, std::lround(weather.wind_force), weather.rain);
}

}  // namespace lujing::sim
