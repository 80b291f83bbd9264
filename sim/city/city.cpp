#include "sim/city/city.h"

#include "sim/city/plane.h"

#include <algorithm>
#include <array>
#include <utility>

namespace lujing::sim {

Link turned_round(Link link) {
  std::swap(link.from, link.to);
  std::reverse(link.line.begin(), link.line.end());
  link.along_way = false;
  return link;
}

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
