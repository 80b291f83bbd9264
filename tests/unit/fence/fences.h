// Fences for tests: drawn in metres around a place.
#pragma once

#include "terminal/core/fence/fence.h"
#include "terminal/core/fence/metric.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace lujing::core::test {

/// East and north of the origin, metres on the ellipsoid.
struct At {
  double east_m = 0;
  double north_m = 0;
};

inline GeoPoint place(At at, GeoPoint origin = GeoPoint::from_degrees(30.4, 114.8)) {
  const Metric metric = Metric::at(origin.lat_e7);
  std::int64_t lon = origin.lon_e7 + std::llround(at.east_m / metric.east_m);
  if (lon > 1'800'000'000) lon -= 3'600'000'000;
  if (lon < -1'800'000'000) lon += 3'600'000'000;
  return {static_cast<std::int32_t>(origin.lat_e7 + std::llround(at.north_m / metric.north_m)),
          static_cast<std::int32_t>(lon)};
}

inline Ring ring(const std::vector<At>& corners,
                 GeoPoint origin = GeoPoint::from_degrees(30.4, 114.8)) {
  Ring made;
  for (const At& at : corners) made.push_back(place(at, origin));
  return made;
}

inline Ring box(double west_m, double south_m, double east_m, double north_m,
                GeoPoint origin = GeoPoint::from_degrees(30.4, 114.8)) {
  return ring({{west_m, south_m}, {east_m, south_m}, {east_m, north_m}, {west_m, north_m}}, origin);
}

inline Fence fence(std::string id, Shape shape, FenceKind kind = FenceKind::area) {
  Fence made;
  made.id = std::move(id);
  made.shape = std::move(shape);
  made.kind = kind;
  return made;
}

}  // namespace lujing::core::test
