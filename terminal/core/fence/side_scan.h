// A line's sides asked four at a time: which is nearest, and how many cut the way between two
// places. Single precision rules out what cannot be the answer, and the answer itself is taken in
// double precision or in whole numbers: it is the one that asking each side alone would give.
#pragma once

#include "base/geo.h"
#include "terminal/core/fence/metric.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace lujing::core {

/// A position as the shapes know it: degrees * 1e7, the longitude from -180 on and unsigned, so
/// that a shape across the date line runs on instead of beginning anew.
struct FencePlace {
  std::uint32_t x = 0;
  std::int32_t y = 0;
  Metric metric;  ///< at this latitude

  static FencePlace of(GeoPoint point);
};

struct FenceCorner {
  std::uint32_t x = 0;
  std::int32_t y = 0;
};

/// Metres to the east; the difference of two unsigned numbers that are less than half the earth
/// apart, or are to be taken as far apart.
inline double east_m(std::uint32_t from, std::uint32_t to, double metre) {
  return static_cast<double>(static_cast<std::int64_t>(to) - from) * metre;
}

/// Squared metres from a place to one side. `x`: the place's, perhaps a turn more.
inline double side_distance2(const FenceCorner& a, const FenceCorner& c, std::uint32_t x,
                             const FencePlace& from) {
  const double ax = east_m(x, a.x, from.metric.east_m);
  const double ay = (static_cast<double>(a.y) - from.y) * from.metric.north_m;
  const double sx = east_m(a.x, c.x, from.metric.east_m);
  const double sy = (static_cast<double>(c.y) - a.y) * from.metric.north_m;
  const double length2 = sx * sx + sy * sy;
  const double along = -(ax * sx + ay * sy);
  // No branches: which of a cell's sides is near is as good as random.
  const double share = along / (length2 > 0 ? length2 : 1);
  const double t = std::min(std::max(share, 0.0), 1.0);
  const double e = ax + t * sx;
  const double n = ay + t * sy;
  return e * e + n * n;
}

inline constexpr std::uint32_t most_scanned_sides = 62;

/// Squared metres to the nearest of `sides` sides, from corners[0] to corners[sides]; at least one
/// and at most most_scanned_sides, none of them half the earth away.
double nearest_side2(const FenceCorner* corners, std::uint32_t sides, const FencePlace& from);

/// Do they cut the way from a place to the middle an odd number of times? The middle lies on no
/// side. nullopt: the place does.
std::optional<bool> odd_between(const FenceCorner* corners, std::uint32_t sides,
                                const FencePlace& from, const FencePlace& middle);

}  // namespace lujing::core
