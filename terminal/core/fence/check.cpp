#include "terminal/core/fence/fence.h"

#include <algorithm>
#include <cstdlib>
#include <unordered_set>

namespace lujing::core {
namespace {

constexpr double largest_radius_m = 100'000;
constexpr double widest_corridor_m = 10'000;
constexpr double fastest_limit_mps = 200 / 3.6;
constexpr double longest_s = 7 * 86400.0;

/// Longitudes unwrapped against the first corner, so that the date line is no edge.
struct Corner {
  std::int64_t x = 0;
  std::int64_t y = 0;
  std::size_t number = 0;  ///< in the ring as it was given, from 1
  bool same_place(const Corner& other) const { return x == other.x && y == other.y; }
};

struct Side {
  Corner a;
  Corner b;
  std::size_t ring = 0;
  std::size_t place = 0;  ///< among the ring's sides
  std::size_t of = 0;     ///< how many sides the ring has
  std::int64_t left() const { return std::min(a.x, b.x); }
  std::int64_t right() const { return std::max(a.x, b.x); }
};

std::int64_t unwrapped(std::int64_t lon, std::int64_t near) {
  if (lon - near > 1'800'000'000) return lon - 3'600'000'000;
  if (near - lon > 1'800'000'000) return lon + 3'600'000'000;
  return lon;
}

std::int64_t cross(const Corner& a, const Corner& b, const Corner& c) {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

int sign(std::int64_t value) {
  return (value > 0) - (value < 0);
}

bool on_side(const Corner& a, const Corner& b, const Corner& p) {
  return cross(a, b, p) == 0 && p.x >= std::min(a.x, b.x) && p.x <= std::max(a.x, b.x) &&
         p.y >= std::min(a.y, b.y) && p.y <= std::max(a.y, b.y);
}

/// They share a point.
bool meet(const Side& s, const Side& t) {
  const int s_a = sign(cross(t.a, t.b, s.a));
  const int s_b = sign(cross(t.a, t.b, s.b));
  const int t_a = sign(cross(s.a, s.b, t.a));
  const int t_b = sign(cross(s.a, s.b, t.b));
  if (s_a * s_b < 0 && t_a * t_b < 0) return true;
  return on_side(t.a, t.b, s.a) || on_side(t.a, t.b, s.b) || on_side(s.a, s.b, t.a) ||
         on_side(s.a, s.b, t.b);
}

/// Neighbours share their corner and nothing else.
bool folds_back(const Side& s, const Side& t) {
  const bool forward = s.b.same_place(t.a);
  const Corner& joint = forward ? s.b : s.a;
  const Corner& one = forward ? s.a : s.b;
  const Corner& other = forward ? t.b : t.a;
  if (cross(one, joint, other) != 0) return false;
  return (one.x - joint.x) * (other.x - joint.x) + (one.y - joint.y) * (other.y - joint.y) > 0;
}

bool neighbours(const Side& s, const Side& t) {
  if (s.ring != t.ring) return false;
  const std::size_t apart = s.place > t.place ? s.place - t.place : t.place - s.place;
  return apart == 1 || apart == s.of - 1;
}

std::string corner_name(const Side& side) {
  const std::string ring = side.ring == 0 ? "" : " of hole " + std::to_string(side.ring);
  return "corner " + std::to_string(side.a.number) + ring;
}

Result<std::vector<Corner>> corners_of(const Ring& ring, std::int64_t first_lon) {
  std::vector<Corner> corners;
  std::size_t number = 0;
  for (const GeoPoint& point : ring) {
    ++number;
    if (!point.valid())
      return Error("corner " + std::to_string(number) +
                   ": not on the earth (longitude -180 to 180, latitude -90 to 90)");
    const Corner corner{unwrapped(point.lon_e7, first_lon), point.lat_e7, number};
    if (corners.empty() || !corners.back().same_place(corner)) corners.push_back(corner);
  }
  while (corners.size() > 1 && corners.back().same_place(corners.front())) corners.pop_back();
  return corners;
}

Result<void> check_extent(const std::vector<Corner>& corners) {
  const auto [west, east] = std::minmax_element(
      corners.begin(), corners.end(), [](const Corner& a, const Corner& b) { return a.x < b.x; });
  const auto [south, north] = std::minmax_element(
      corners.begin(), corners.end(), [](const Corner& a, const Corner& b) { return a.y < b.y; });
  if (east->x - west->x > max_fence_extent_e7 || north->y - south->y > max_fence_extent_e7) {
    return Error("over 5 degrees across; are latitude and longitude in the right order?");
  }
  return {};
}

Result<void> add_ring(const Ring& ring, std::size_t number, std::int64_t first_lon,
                      std::vector<Side>& sides) {
  auto corners = corners_of(ring, first_lon);
  if (!corners) return corners.error();
  if (corners->size() < 3) {
    return Error("a ring of " + std::to_string(corners->size()) +
                 " different corners; at least 3 are needed");
  }
  if (auto bad = check_extent(*corners); !bad) return bad;
  bool flat = true;  // a ring that is not, and has no area all the same, crosses itself
  for (std::size_t i = 0; i < corners->size(); ++i) {
    const Corner& a = (*corners)[i];
    const Corner& b = (*corners)[(i + 1) % corners->size()];
    flat = flat && cross(corners->front(), (*corners)[1], a) == 0;
    sides.push_back({a, b, number, i, corners->size()});
  }
  if (flat) return Error("a ring without an area: its corners lie on one line");
  return {};
}

/// Any two sides that are no neighbours must not meet: sorted by their west end, each against those
/// that begin before it ends.
Result<void> check_crossings(std::vector<Side>& sides) {
  std::sort(sides.begin(), sides.end(),
            [](const Side& s, const Side& t) { return s.left() < t.left(); });
  for (std::size_t i = 0; i < sides.size(); ++i) {
    for (std::size_t j = i + 1; j < sides.size() && sides[j].left() <= sides[i].right(); ++j) {
      const Side& s = sides[i];
      const Side& t = sides[j];
      const bool bad = neighbours(s, t) ? folds_back(s, t) : meet(s, t);
      if (bad) {
        return Error("the side from " + corner_name(s) + " meets the side from " + corner_name(t));
      }
    }
  }
  return {};
}

bool inside(const std::vector<Side>& sides, std::size_t ring, const Corner& p) {
  bool odd = false;
  for (const Side& side : sides) {
    if (side.ring != ring || (side.a.y > p.y) == (side.b.y > p.y)) continue;
    if ((cross(side.a, side.b, p) > 0) == (side.b.y > side.a.y)) odd = !odd;
  }
  return odd;
}

Result<void> check_shape(const Polygon& polygon) {
  if (polygon.outer.empty()) return Error("a polygon without corners");
  const std::int64_t first_lon = polygon.outer.front().lon_e7;
  std::vector<Side> sides;
  std::vector<Corner> of_holes;
  if (auto bad = add_ring(polygon.outer, 0, first_lon, sides); !bad) return bad;
  for (std::size_t i = 0; i < polygon.holes.size(); ++i) {
    auto bad = add_ring(polygon.holes[i], i + 1, first_lon, sides);
    if (!bad) return bad.error().in("hole " + std::to_string(i + 1));
    of_holes.push_back(sides.back().a);
  }
  std::vector<Corner> all;
  all.reserve(sides.size());
  for (const Side& side : sides) all.push_back(side.a);
  if (auto bad = check_extent(all); !bad) return bad;
  if (auto bad = check_crossings(sides); !bad) return bad;
  for (std::size_t i = 0; i < of_holes.size(); ++i) {
    const std::string name = "hole " + std::to_string(i + 1);
    if (!inside(sides, 0, of_holes[i])) return Error(name + " is outside of the polygon");
    for (std::size_t j = 0; j < of_holes.size(); ++j) {
      if (i != j && inside(sides, j + 1, of_holes[i])) {
        return Error(name + " is inside of hole " + std::to_string(j + 1));
      }
    }
  }
  return {};
}

Result<void> check_shape(const Circle& circle) {
  if (!circle.centre.valid()) return Error("its centre is not on the earth");
  if (!(circle.radius_m > 0 && circle.radius_m <= largest_radius_m)) {
    return Error("a radius must be above 0 and at most 100,000 m");
  }
  return {};
}

Result<void> check_shape(const Corridor& corridor) {
  if (!(corridor.width_m > 0 && corridor.width_m <= widest_corridor_m)) {
    return Error("a width must be above 0 and at most 10,000 m");
  }
  if (corridor.line.empty()) return Error("a corridor without a line");
  auto corners = corners_of(corridor.line, corridor.line.front().lon_e7);
  if (!corners) return corners.error();
  if (corners->size() < 2) return Error("a corridor needs a line of two different points");
  return check_extent(*corners);
}

std::size_t corners_in(const Shape& shape) {
  if (const auto* polygon = std::get_if<Polygon>(&shape)) {
    std::size_t sum = polygon->outer.size();
    for (const Ring& hole : polygon->holes) sum += hole.size();
    return sum;
  }
  const auto* corridor = std::get_if<Corridor>(&shape);
  return corridor != nullptr ? corridor->line.size() : 1;
}

Result<void> check_numbers(const Fence& fence) {
  if (fence.id.empty() || fence.id.size() > 64) return Error("an id must have 1 to 64 bytes");
  if (!(fence.speed_limit_mps >= 0 && fence.speed_limit_mps <= fastest_limit_mps)) {
    return Error("a speed limit must be 0 (none) to 200 km/h");
  }
  if (!(fence.dwell_s >= 0 && fence.dwell_s <= longest_s)) {
    return Error("a dwell time must be 0 s to 7 days");
  }
  if (fence.tolerated_s && !(*fence.tolerated_s >= 0 && *fence.tolerated_s <= longest_s)) {
    return Error("a tolerated time must be 0 s to 7 days");
  }
  if (fence.valid_from && fence.valid_until && *fence.valid_until <= *fence.valid_from) {
    return Error("its validity ends before it begins");
  }
  for (const DayWindow& window : fence.hours.windows) {
    if (window.from_min >= minutes_of_a_day || window.to_min > minutes_of_a_day) {
      return Error("a window's times must be within a day");
    }
    if ((window.weekdays & every_day) == 0) return Error("a window without a weekday");
  }
  return {};
}

std::string called(const Fence& fence) {
  return "fence \"" + fence.id + "\"";
}

}  // namespace

std::optional<FenceKind> fence_kind_from(std::string_view word) {
  for (std::size_t i = 0; i < protocol::fence_kinds; ++i) {
    const auto kind = static_cast<FenceKind>(i);
    if (word == to_string(kind)) return kind;
  }
  return std::nullopt;
}

int precedence(FenceKind kind) {
  switch (kind) {
    case FenceKind::forbidden:
      return 0;
    case FenceKind::parking:
      return 1;
    case FenceKind::loading:
      return 2;
    case FenceKind::unloading:
      return 3;
    case FenceKind::wash:
      return 4;
    case FenceKind::unloading_ring:
      return 5;
    case FenceKind::route:
      return 6;
    case FenceKind::area:
      return 7;
  }
  return 7;
}

Result<void> check(const Fence& fence) {
  Result<void> bad = check_numbers(fence);
  if (bad && corners_in(fence.shape) > max_corners_of_fence) {
    bad = Error("over " + std::to_string(max_corners_of_fence) + " corners");
  }
  if (bad) bad = std::visit([](const auto& shape) { return check_shape(shape); }, fence.shape);
  if (!bad) return bad.error().in(called(fence));
  return {};
}

Result<void> check(const FenceSet& set) {
  if (set.fences.size() > max_fences) {
    return Error("over " + std::to_string(max_fences) + " fences");
  }
  std::unordered_set<std::string_view> ids;
  std::size_t corners = 0;
  for (const Fence& fence : set.fences) {
    if (!ids.insert(fence.id).second) return Error(called(fence) + ": its id comes twice");
    if (auto bad = check(fence); !bad) return bad;
    corners += corners_in(fence.shape);
  }
  if (corners > max_corners_of_set) {
    return Error("over " + std::to_string(max_corners_of_set) + " corners in all fences");
  }
  return {};
}

}  // namespace lujing::core
