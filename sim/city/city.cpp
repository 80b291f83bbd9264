#include "sim/city/city.h"

#include "sim/city/plane.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lujing::sim {

const char* name_of(RoadClass road_class) {
  constexpr std::array<const char*, 5> names = {"arterial", "secondary", "branch", "lane",
                                                "service"};
  return names[static_cast<std::size_t>(road_class)];
}

const char* name_of(SiteKind kind) {
  constexpr std::array<const char*, 5> names = {"depot", "construction", "disposal", "water",
                                                "transfer"};
  return names[static_cast<std::size_t>(kind)];
}

const char* name_of(ZoneKind kind) {
  return kind == ZoneKind::forbidden ? "forbidden" : "weak_bridge";
}

const Site& City::site(SiteKind kind, std::size_t n) const {
  const Site* found = nullptr;
  for (const Site& site : sites_) {
    if (site.kind == kind) {
      found = &site;
      if (n-- == 0) {
        break;
      }
    }
  }
  return found == nullptr ? sites_.front() : *found;
}

Offset City::point(Spot spot) const {
  const Link& link = links_[spot.link];
  double left_m = spot.along_m;
  for (std::size_t i = 1; i < link.line.size(); ++i) {
    const double length = length_m(minus(link.line[i], link.line[i - 1]));
    if (left_m <= length && length > 0) {
      return between(link.line[i - 1], link.line[i], left_m / length);
    }
    left_m -= length;
  }
  return link.line.back();
}

bool City::green(LinkId approach, double t_s) const {
  const Link& link = links_[approach];
  const Node& node = nodes_[link.to];
  if (!node.lights || link.inside || link.roundabout) {
    return true;
  }
  // Two phases of 27 s with 3 s of clearance after each; every crossing has its own offset.
  constexpr double phase_s = 30.0;
  constexpr double green_s = 27.0;
  const double offset_s = (node.signal * 17U) % 60U;
  const double in_cycle = std::fmod(t_s + offset_s, 2 * phase_s);
  const Offset way = minus(link.line.back(), link.line[link.line.size() - 2]);
  const bool first_phase = std::abs(way.east_m) > std::abs(way.north_m);
  const double in_phase = first_phase ? in_cycle : in_cycle - phase_s;
  return in_phase >= 0 && in_phase < green_s;
}

double City::distance_to_streets_m(Offset at) const {
  double best = 1e9;
  for (const Link& link : links_) {
    for (std::size_t i = 1; i < link.line.size(); ++i) {
      best = std::min(best, distance_to_segment_m(at, link.line[i - 1], link.line[i]));
    }
  }
  return best;
}

}  // namespace lujing::sim
