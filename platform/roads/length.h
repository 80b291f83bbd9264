// Lengths for people, as other tools compute them.
#pragma once

#include "base/geo.h"

#include <cmath>
#include <cstddef>
#include <span>

namespace lujing::roads {

/// Along great circles of the mean sphere.
inline double haversine_km(GeoPoint a, GeoPoint b) {
  const double rad = pi / 180.0;
  const double u = std::sin((b.lat_deg() - a.lat_deg()) * rad / 2);
  const double v = std::sin((b.lon_deg() - a.lon_deg()) * rad / 2);
  const double h = u * u + std::cos(a.lat_deg() * rad) * std::cos(b.lat_deg() * rad) * v * v;
  return 2 * earth_mean_radius_m / 1000 * std::asin(std::sqrt(h < 1 ? h : 1));
}

inline double haversine_km(std::span<const GeoPoint> shape) {
  double km = 0;
  for (std::size_t i = 1; i < shape.size(); ++i) km += haversine_km(shape[i - 1], shape[i]);
  return km;
}

}  // namespace lujing::roads
