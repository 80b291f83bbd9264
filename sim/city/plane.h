// Small arithmetic on the city's plane.
#pragma once

#include "base/geo.h"

#include <vector>

namespace lujing::sim {

inline Offset plus(Offset a, Offset b) {
  return {a.east_m + b.east_m, a.north_m + b.north_m};
}
inline Offset minus(Offset a, Offset b) {
  return {a.east_m - b.east_m, a.north_m - b.north_m};
}
inline Offset times(Offset a, double f) {
  return {a.east_m * f, a.north_m * f};
}
/// A quarter turn clockwise: what lies to the right of a way.
inline Offset right_of(Offset way) {
  return {way.north_m, -way.east_m};
}
inline Offset between(Offset a, Offset b, double share) {
  return plus(a, times(minus(b, a), share));
}
inline double dot(Offset a, Offset b) {
  return a.east_m * b.east_m + a.north_m * b.north_m;
}
/// Positive where b lies to the left of a.
inline double cross(Offset a, Offset b) {
  return a.east_m * b.north_m - a.north_m * b.east_m;
}

double length_m(Offset a);
double length_m(const std::vector<Offset>& line);
/// Length 1, or (0, 0) of nothing.
Offset unit(Offset a);
/// Clockwise from north, [0, 2*pi).
double heading_rad(Offset way);
double distance_to_segment_m(Offset at, Offset a, Offset b);
/// The polygon is closed by itself, and may turn either way round. An empty one contains nothing.
bool contains(const std::vector<Offset>& polygon, Offset at);

/// The polygon that accompanies a line from one place along it to another, counter-clockwise.
std::vector<Offset> strip_along(const std::vector<Offset>& line, double from_m, double to_m,
                                double half_width_m);

}  // namespace lujing::sim
