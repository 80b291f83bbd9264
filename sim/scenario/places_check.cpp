// What a scenario names, against the city that it runs in.
#include "sim/scenario/scenario.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <tuple>

namespace lujing::sim {
namespace {

std::string word_of(const Where& where) {
  switch (where.kind) {
    case Where::Kind::site:
      return name_of(where.site);
    case Where::Kind::beside_site:
      return std::string("beside-") + name_of(where.site);
    case Where::Kind::street:
      return name_of(where.road_class);
    case Where::Kind::forbidden:
      return "forbidden";
    case Where::Kind::bridge:
      return "bridge";
    case Where::Kind::here:
      break;
  }
  return "here";
}

/// Asks the city once for each kind of place: a district's vehicles name the same ones.
class PlacesCheck {
 public:
  explicit PlacesCheck(const City& city) : city_(city) {}

  void look(const Where& where, double length_m = start_stretch_m) {
    const bool street = where.kind == Where::Kind::street;
    const auto key = std::tuple(where.kind, where.site, where.road_class, street ? length_m : 0.0);
    const auto [at, fresh] = counts_.try_emplace(key, 0);
    if (fresh) at->second = count_places(city_, where, length_m);
    if (where.number < at->second) return;
    const std::string word = word_of(where);
    const std::string long_enough = street ? fmt::format(" of {:.0f} m", length_m) : "";
    problems_ +=
        fmt::format("{}{}: there is no {} {}{} in this city; ", problems_.empty() ? "" : "\n",
                    where.line, word, where.number + 1, long_enough);
    problems_ += at->second == 0 ? "it has none" : fmt::format("take {} 1 to {}", word, at->second);
  }

  void look(const Permit& permit) {
    Where where;
    where.kind = Where::Kind::site;
    where.line = permit.line + ": [permit]";
    where.number = permit.construction;
    look(where);
    where.site = SiteKind::disposal;
    where.number = permit.disposal;
    look(where);
  }

  /// A length that is said is meant; the usual one is cut to what there is.
  void look_length(const Where& where, double length_m, const std::string& line) {
    if (line.empty()) return;
    const auto [at, fresh] = longest_m_.try_emplace(where.road_class, 0.0);
    if (fresh) at->second = longest_stretch_m(city_, where.road_class);
    if (length_m <= at->second) return;
    problems_ += fmt::format(
        "{}{}: length_m: no {} street of this city has {:.0f} m; take a number from 20 to {:.0f}",
        problems_.empty() ? "" : "\n", line, name_of(where.road_class), length_m,
        std::floor(at->second));
  }

  const std::string& problems() const { return problems_; }

 private:
  const City& city_;
  std::map<std::tuple<Where::Kind, SiteKind, RoadClass, double>, std::size_t> counts_;
  std::map<RoadClass, double> longest_m_;
  std::string problems_;
};

}  // namespace

Result<void> check_places(const Scenario& scenario, const City& city) {
  PlacesCheck check(city);
  for (const DrawnZone& zone : scenario.zones) {
    check.look(zone.at);
  }
  for (const VehiclePlan& plan : scenario.vehicles) {
    check.look(plan.start);
    if (plan.type == VehicleType::muck && plan.permit.there) {
      check.look(plan.permit);
    }
    for (const Asked& asked : plan.asked) {
      check.look(asked.where, asked.length_m);
      check.look_length(asked.where, asked.length_m, asked.length_line);
    }
    for (const Task& task : plan.tasks) {
      const bool along = task.kind == TaskKind::work || task.kind == TaskKind::collect;
      check.look(task.where, along ? task.length_m : start_stretch_m);
      check.look_length(task.where, task.length_m, task.length_line);
      if (task.kind == TaskKind::haul) {
        check.look(task.to);
      }
    }
  }
  return check.problems().empty() ? Result<void>() : Result<void>(Error(check.problems()));
}

}  // namespace lujing::sim
