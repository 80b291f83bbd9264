// Which one-way links are one half of a divided road: an opposite one-way runs beside them.
#include "platform/roads/draft.h"
#include "terminal/core/roads/network.h"

#include <array>
#include <cmath>

namespace lujing::roads {
namespace {

constexpr double named_reach_m = 80;    ///< between carriageways of the same name
constexpr double unnamed_reach_m = 45;  ///< where only the class tells that they belong together
constexpr double opposite_within_rad = 25 * pi / 180;
constexpr std::array<double, 3> samples = {0.2, 0.5, 0.8};

bool alone_one_way(std::uint16_t flags) {
  const unsigned driven = flags & (core::link_flag::forward | core::link_flag::backward);
  return driven == core::link_flag::forward || driven == core::link_flag::backward;
}

double driven_bearing(const core::Link& link, double along_points) {
  return link.has(core::link_flag::forward) ? along_points : wrap_two_pi(along_points + pi);
}

/// Whether `other` could be the opposite carriageway: far enough to its side, not ahead of it.
bool opposite(const core::RoadNetwork& roads, core::LinkId id, double bearing, GeoPoint at,
              const core::Candidate& other) {
  if (other.link == id) return false;
  const core::Link mine = roads.link(id);
  const core::Link theirs = roads.link(other.link);
  if (!alone_one_way(theirs.flags) || theirs.has(core::link_flag::roundabout)) return false;
  const bool same_name =
      !roads.road_name(id).empty() && roads.road_name(id) == roads.road_name(other.link);
  const bool may_be_unnamed =
      (roads.road_name(id).empty() || roads.road_name(other.link).empty()) &&
      mine.road_class == theirs.road_class;
  if (!same_name && !(may_be_unnamed && other.distance_m <= unnamed_reach_m)) return false;
  const double turn = wrap_pi(driven_bearing(theirs, other.bearing_rad) - bearing - pi);
  if (std::fabs(turn) > opposite_within_rad) return false;
  // The nearest place lies beside, not at an end that is met head-on.
  const double to = wrap_pi(lujing::bearing_rad(at, other.foot) - bearing);
  return other.distance_m > 2 && std::fabs(std::fabs(to) - pi / 2) < pi / 4;
}

bool is_divided(const core::RoadNetwork& roads, core::LinkId id) {
  const core::Link link = roads.link(id);
  std::size_t beside = 0;
  for (const double share : samples) {
    const double along_m = roads.length_m(id) * share;
    const GeoPoint at = roads.place(id, along_m);
    const double bearing = driven_bearing(link, roads.bearing_rad(id, along_m));
    std::array<core::Candidate, 24> found;
    const std::size_t count = roads.near(at, named_reach_m, found);
    for (std::size_t i = 0; i < count; ++i) {
      if (!opposite(roads, id, bearing, at, found[i])) continue;
      ++beside;
      break;
    }
  }
  return beside * 2 > samples.size();
}

}  // namespace

void mark_divided(std::span<const std::byte> file, Draft& draft) {
  const auto roads = core::RoadNetwork::open(file);
  if (!roads) return;  // a bug; the file that is written next is refused where it is read
  for (core::LinkId id = 0; id < draft.links.size(); ++id) {
    DraftLink& link = draft.links[id];
    const auto road_class = static_cast<core::RoadClass>(draft.way_of(link).road_class);
    const bool may_be =
        alone_one_way(link.flags) && (link.flags & core::link_flag::roundabout) == 0 &&
        road_class != core::RoadClass::service && road_class != core::RoadClass::ramp;
    if (may_be && is_divided(*roads, id)) link.flags |= core::link_flag::divided;
  }
}

}  // namespace lujing::roads
