#include "base/geo.h"

#include <cmath>

namespace lujing {
namespace {

constexpr double rad_per_e7 = pi / 180.0 * 1e-7;

/// Cosine of a latitude by its Taylor series, x in [-pi/2, pi/2], error below 1e-11. The library's
/// cos() may differ in the last bit from one libm to the next, and records must not.
double cos_latitude(double x) {
  const double q = x * x;
  return 1.0 +
         q * (-1.0 / 2 +
              q * (1.0 / 24 +
                   q * (-1.0 / 720 + q * (1.0 / 40320 + q * (-1.0 / 3628800 +
                                                             q * (1.0 / 479001600 +
                                                                  q * (-1.0 / 87178291200.0)))))));
}

/// atan on [0, 1] by argument halving and its series; error below 1e-12.
double atan_unit(double t) {
  const double h = t / (1.0 + std::sqrt(1.0 + t * t));
  const double g = h / (1.0 + std::sqrt(1.0 + h * h));
  const double q = g * g;
  double sum = 0;
  for (int k = 10; k >= 0; --k) sum = ((k % 2 == 0) ? 1.0 : -1.0) / (2 * k + 1) + q * sum;
  return 4.0 * g * sum;
}

double clockwise_from_north(double east, double north) {
  const double e = std::fabs(east);
  const double n = std::fabs(north);
  if (e == 0 && n == 0) return 0;
  double a = e <= n ? atan_unit(e / n) : pi / 2 - atan_unit(n / e);
  if (north < 0) a = pi - a;
  if (east < 0) a = 2 * pi - a;
  return wrap_two_pi(a);
}

}  // namespace

GeoPoint GeoPoint::from_degrees(double lat_deg, double lon_deg) {
  if (!(lat_deg >= -90 && lat_deg <= 90 && lon_deg >= -180 && lon_deg <= 180)) return {};
  return {static_cast<std::int32_t>(std::lround(lat_deg * 1e7)),
          static_cast<std::int32_t>(std::lround(lon_deg * 1e7))};
}

Offset offset(GeoPoint from, GeoPoint to) {
  std::int64_t dlon = static_cast<std::int64_t>(to.lon_e7) - from.lon_e7;
  if (dlon > 1'800'000'000) dlon -= 3'600'000'000;
  if (dlon < -1'800'000'000) dlon += 3'600'000'000;
  const std::int64_t dlat = static_cast<std::int64_t>(to.lat_e7) - from.lat_e7;
  const double mid_lat =
      (static_cast<double>(from.lat_e7) + static_cast<double>(to.lat_e7)) / 2 * rad_per_e7;
  const double metres_per_e7 = rad_per_e7 * earth_mean_radius_m;
  return {static_cast<double>(dlon) * metres_per_e7 * cos_latitude(mid_lat),
          static_cast<double>(dlat) * metres_per_e7};
}

double distance_m(GeoPoint a, GeoPoint b) {
  const Offset d = offset(a, b);
  return std::sqrt(d.east_m * d.east_m + d.north_m * d.north_m);
}

GeoPoint moved(GeoPoint from, Offset by) {
  const double metres_per_e7 = rad_per_e7 * earth_mean_radius_m;
  const double lat_e7 = from.lat_e7 + by.north_m / metres_per_e7;
  const double mid_lat = (from.lat_e7 + lat_e7) / 2 * rad_per_e7;
  double lon_e7 = from.lon_e7 + by.east_m / (metres_per_e7 * cos_latitude(mid_lat));
  if (lon_e7 > 1.8e9) lon_e7 -= 3.6e9;
  if (lon_e7 < -1.8e9) lon_e7 += 3.6e9;
  return GeoPoint::from_degrees(lat_e7 * 1e-7, lon_e7 * 1e-7);
}

double bearing_rad(GeoPoint from, GeoPoint to) {
  const Offset d = offset(from, to);
  return clockwise_from_north(d.east_m, d.north_m);
}

double wrap_two_pi(double rad) {
  const double turns = std::floor(rad / (2 * pi));
  const double folded = rad - turns * 2 * pi;
  return folded >= 2 * pi ? 0 : folded;
}

double wrap_pi(double rad) {
  return wrap_two_pi(rad + pi) - pi;
}

}  // namespace lujing
