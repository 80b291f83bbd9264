#include "sim/city/plane.h"
#include "sim/city/route.h"
#include "sim/vehicle/tasks.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>

namespace lujing::sim {
namespace {

double stretch_m(const City& city, const std::vector<LinkId>& stretch) {
  double sum = 0;
  for (const LinkId id : stretch) {
    sum += city.link(id).length_m;
  }
  return sum;
}

bool in_forbidden(const City& city, Offset at) {
  return std::any_of(city.zones().begin(), city.zones().end(), [&](const Zone& zone) {
    return zone.kind == ZoneKind::forbidden && contains(zone.area, at);
  });
}

/// For each street of that class that a machine can sweep its longest stretch from one of its ends,
/// nearest street first.
std::vector<std::vector<LinkId>> stretches(const City& city, RoadClass road_class) {
  std::map<StreetId, std::vector<LinkId>> best;
  for (LinkId id = 0; id < city.links().size(); ++id) {
    const Link& link = city.link(id);
    if (city.street_of(id).road_class != road_class || link.inside || link.roundabout ||
        !link.sweepable) {
      continue;
    }
    std::vector<LinkId>& known = best[link.street];
    // Long enough is long enough: only a few links of a street are tried.
    if (known.empty() || stretch_m(city, known) < 900) {
      std::vector<LinkId> candidate = along_street(city, id);
      if (known.empty() || stretch_m(city, candidate) > stretch_m(city, known) + 1) {
        known = std::move(candidate);
      }
    }
  }
  std::vector<std::vector<LinkId>> all;
  for (auto& [street, links] : best) {
    all.push_back(std::move(links));
  }
  const auto far = [&](const std::vector<LinkId>& links) {
    const Offset at = city.link(links.front()).line.front();
    return dot(at, at);
  };
  std::stable_sort(all.begin(), all.end(),
                   [&](const auto& a, const auto& b) { return far(a) < far(b); });
  return all;
}

/// Those that are long enough; all where none is.
std::vector<std::vector<LinkId>> long_stretches(const City& city, RoadClass road_class,
                                                double length_m) {
  std::vector<std::vector<LinkId>> all = stretches(city, road_class);
  std::vector<std::vector<LinkId>> fit;
  std::copy_if(all.begin(), all.end(), std::back_inserter(fit),
               [&](const auto& links) { return stretch_m(city, links) >= length_m; });
  return fit.empty() ? all : fit;
}

Spot middle_of_link(const City& city, LinkId id) {
  return {id, city.link(id).length_m / 2};
}

/// In a forbidden zone, or on a bridge of a street that is not divided.
bool is_special(const City& city, LinkId id, Where::Kind kind) {
  const Link& link = city.link(id);
  const bool there = kind == Where::Kind::forbidden
                         ? in_forbidden(city, city.point(middle_of_link(city, id)))
                         : link.bridge && !link.divided;
  return there && !link.inside && link.length_m > 80;
}

std::optional<Spot> special(const City& city, Where::Kind kind, std::uint32_t number) {
  for (LinkId id = 0; id < city.links().size(); ++id) {
    if (is_special(city, id, kind) && number-- == 0) {
      return middle_of_link(city, id);
    }
  }
  return std::nullopt;
}

/// On the street before the yard's gate.
Spot beside(const City& city, const Site& site) {
  const NodeId gate = city.link(site.gate.link).from;
  for (LinkId id = 0; id < city.links().size(); ++id) {
    if (city.link(id).to == gate && city.street_of(id).road_class != RoadClass::service) {
      return {id, std::max(1.0, city.link(id).length_m - 40)};
    }
  }
  return middle_of_link(city, 0);
}

}  // namespace

std::vector<LinkId> work_stretch(const City& city, RoadClass road_class, std::uint32_t number,
                                 double length_m) {
  const std::vector<std::vector<LinkId>> fit = long_stretches(city, road_class, length_m);
  return fit.empty() ? std::vector<LinkId>() : fit[number % fit.size()];
}

std::size_t count_places(const City& city, const Where& where, double length_m) {
  switch (where.kind) {
    case Where::Kind::site:
    case Where::Kind::beside_site:
      return static_cast<std::size_t>(
          std::count_if(city.sites().begin(), city.sites().end(),
                        [&](const Site& site) { return site.kind == where.site; }));
    case Where::Kind::forbidden:
    case Where::Kind::bridge: {
      std::size_t count = 0;
      for (LinkId id = 0; id < city.links().size(); ++id) {
        count += is_special(city, id, where.kind) ? 1 : 0;
      }
      return count;
    }
    case Where::Kind::street:
      return long_stretches(city, where.road_class, length_m).size();
    case Where::Kind::here:
      break;
  }
  return 1;
}

double longest_stretch_m(const City& city, RoadClass road_class) {
  double longest_m = 0;
  for (const std::vector<LinkId>& links : stretches(city, road_class)) {
    longest_m = std::max(longest_m, stretch_m(city, links));
  }
  return longest_m;
}

std::vector<LinkId> opposite(const City& city, const std::vector<LinkId>& stretch) {
  std::vector<LinkId> back;
  for (auto at = stretch.rbegin(); at != stretch.rend(); ++at) {
    const LinkId reverse = city.link(*at).reverse;
    if (reverse != no_id) {
      back.push_back(reverse);
    }
  }
  if (back.size() == stretch.size()) {
    return back;
  }
  // A divided street: the other carriageway begins near this one's end.
  const Link& last = city.link(stretch.back());
  const Offset way = unit(minus(last.line.back(), last.line.front()));
  LinkId nearest = no_id;
  double best_m = 1e9;
  for (LinkId id = 0; id < city.links().size(); ++id) {
    const Link& link = city.link(id);
    const Offset other = unit(minus(link.line.back(), link.line.front()));
    const double distance = length_m(minus(link.line.front(), last.line.back()));
    if (link.street == last.street && !link.inside && dot(way, other) < -0.5 && distance < best_m) {
      best_m = distance;
      nearest = id;
    }
  }
  return nearest == no_id ? stretch : along_street(city, nearest);
}

std::vector<LinkId> task_stretch(const City& city, const Task& task) {
  const auto cut = [&](std::vector<LinkId> stretch, double at_m) {
    double length = 0;
    std::size_t count = 0;
    while (count < stretch.size() && length < at_m) {
      length += city.link(stretch[count++]).length_m;
    }
    stretch.resize(count);
    return stretch;
  };
  const std::vector<LinkId> stretch = cut(
      work_stretch(city, task.where.road_class, task.where.number, task.length_m), task.length_m);
  if (!task.back || stretch.empty()) {
    return stretch;
  }
  // The other carriageway of a divided street is known to its end; a street's other direction is
  // just as long.
  return cut(opposite(city, stretch), stretch_m(city, stretch) - 1);
}

double stretch_margin_m(const City& city, LinkId id) {
  return std::min(17.0, 0.35 * city.link(id).length_m);  // clear of any corner
}

std::vector<Spot> collection_points(const City& city, const Task& task) {
  std::vector<Spot> points;
  double done_m = 0;
  double next_m = task.every_m;
  for (const LinkId id : task_stretch(city, task)) {
    const double length = city.link(id).length_m;
    for (; next_m < done_m + length - 20 && next_m < task.length_m; next_m += task.every_m) {
      points.push_back({id, std::max(20.0, next_m - done_m)});
    }
    done_m += length;
  }
  return points;
}

Spot start_spot(const City& city, const Where& where) {
  switch (where.kind) {
    case Where::Kind::site:
      return city.site(where.site, where.number).gate;
    case Where::Kind::beside_site:
      return beside(city, city.site(where.site, where.number));
    case Where::Kind::forbidden:
    case Where::Kind::bridge:
      return special(city, where.kind, where.number).value_or(middle_of_link(city, 0));
    case Where::Kind::here:
    case Where::Kind::street:
      break;
  }
  const std::vector<LinkId> stretch =
      work_stretch(city, where.road_class, where.number, start_stretch_m);
  return stretch.empty() ? middle_of_link(city, 0) : middle_of_link(city, stretch.front());
}

WorkKind usual_work(VehicleType type) {
  switch (type) {
    case VehicleType::washer_sweeper:
      return WorkKind::wash_sweep;
    case VehicleType::sprinkler:
      return WorkKind::sprinkle;
    case VehicleType::fog_cannon:
      return WorkKind::mist;
    case VehicleType::garbage:
      return WorkKind::collect;
    default:
      return WorkKind::sweep;
  }
}

}  // namespace lujing::sim
