// A place on the ellipsoid, and distances short enough for a vehicle.
#pragma once

#include <cstdint>

namespace lujing {

inline constexpr double pi = 3.14159265358979323846;
inline constexpr double earth_mean_radius_m = 6371008.8;  ///< IUGG mean radius R1

/// WGS-84, in units of 1e-7 degree (at most 1.1 cm): exact to store, to compare and to send.
/// A default-constructed point is "no place".
struct GeoPoint {
  std::int32_t lat_e7 = INT32_MIN;
  std::int32_t lon_e7 = INT32_MIN;

  /// Latitude within +-90 degrees and longitude within +-180.
  bool valid() const {
    return lat_e7 >= -900'000'000 && lat_e7 <= 900'000'000 && lon_e7 >= -1'800'000'000 &&
           lon_e7 <= 1'800'000'000;
  }
  double lat_deg() const { return lat_e7 * 1e-7; }
  double lon_deg() const { return lon_e7 * 1e-7; }
  bool operator==(const GeoPoint&) const = default;

  /// Rounds to the grid; degrees out of range (or NaN) give "no place".
  static GeoPoint from_degrees(double lat_deg, double lon_deg);
};

/// East and north of a place, on the plane that touches the sphere there.
struct Offset {
  double east_m = 0;
  double north_m = 0;
};

/// Where `to` lies as seen from `from`. Right to 1e-4 of the distance below 10 km; across the date
/// line too. Uses only operations that give the same bits on every IEEE-754 machine.
Offset offset(GeoPoint from, GeoPoint to);
/// Length of offset(a, b).
double distance_m(GeoPoint a, GeoPoint b);
/// The place `by` away from `from`: the inverse of offset().
GeoPoint moved(GeoPoint from, Offset by);
/// Clockwise from north, [0, 2*pi).
double bearing_rad(GeoPoint from, GeoPoint to);

/// Folds an angle into [0, 2*pi).
double wrap_two_pi(double rad);
/// Folds an angle into [-pi, pi).
double wrap_pi(double rad);

}  // namespace lujing
