#include "sim/city/city.h"

#include "sim/city/plane.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lujing::sim {
namespace {

struct ClassFacts {
  const char* name;
  double limit_kmh;
  double lane_offset_m;
  double half_width_m;
};

// Speed limits and carriageway widths as city streets have them (our choice, no standard's table).
constexpr std::array<ClassFacts, 4> class_facts = {{
    {"arterial", 60, 6.0, 10.5},
    {"secondary", 50, 4.0, 7.0},
    {"branch", 40, 2.5, 4.5},
    {"lane", 20, 1.2, 2.6},
}};

const ClassFacts& facts(RoadClass road_class) {
  return class_facts[static_cast<std::size_t>(road_class)];
}

}  // namespace

const char* name_of(RoadClass road_class) {
  return facts(road_class).name;
}

const char* name_of(SiteKind kind) {
  switch (kind) {
    case SiteKind::depot:
      return "depot";
    case SiteKind::construction:
      return "construction";
    case SiteKind::disposal:
      return "disposal";
    case SiteKind::water:
      return "water";
  }
  return "";
}

const Site& City::site(SiteKind kind) const {
  return *std::find_if(sites_.begin(), sites_.end(), [&](const Site& s) { return s.kind == kind; });
}

double City::speed_limit_mps(LinkId id) const {
  return facts(street_of(id).road_class).limit_kmh / 3.6;
}

double City::lane_offset_m(LinkId id) const {
  return facts(street_of(id).road_class).lane_offset_m;
}

double City::half_width_m(LinkId id) const {
  return facts(street_of(id).road_class).half_width_m;
}

bool City::green(LinkId approach, double t_s) const {
  const Link& link = links_[approach];
  if (!nodes_[link.to].lights) {
    return true;
  }
  // Two phases of 27 s with 3 s of clearance after each; every crossing has its own offset.
  constexpr double phase_s = 30.0;
  constexpr double green_s = 27.0;
  const double offset_s = (link.to * 17U) % 60U;
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
