#include "sim/city/plane.h"

#include <algorithm>
#include <cmath>

namespace lujing::sim {

double length_m(Offset a) {
  return std::sqrt(dot(a, a));
}

double length_m(const std::vector<Offset>& line) {
  double sum = 0;
  for (std::size_t i = 1; i < line.size(); ++i) {
    sum += length_m(minus(line[i], line[i - 1]));
  }
  return sum;
}

Offset unit(Offset a) {
  const double length = length_m(a);
  return length > 0 ? times(a, 1.0 / length) : Offset{};
}

double heading_rad(Offset way) {
  return wrap_two_pi(std::atan2(way.east_m, way.north_m));
}

double distance_to_segment_m(Offset at, Offset a, Offset b) {
  const Offset way = minus(b, a);
  const double squared = dot(way, way);
  const double share = squared > 0 ? std::clamp(dot(minus(at, a), way) / squared, 0.0, 1.0) : 0.0;
  return length_m(minus(at, between(a, b, share)));
}

bool contains(const std::vector<Offset>& polygon, Offset at) {
  bool inside = false;
  for (std::size_t i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++) {
    const Offset& a = polygon[i];
    const Offset& b = polygon[j];
    if ((a.north_m > at.north_m) != (b.north_m > at.north_m) &&
        at.east_m <
            (b.east_m - a.east_m) * (at.north_m - a.north_m) / (b.north_m - a.north_m) + a.east_m) {
      inside = !inside;
    }
  }
  return inside;
}

std::vector<Offset> strip_along(const std::vector<Offset>& line, double from_m, double to_m,
                                double half_width_m) {
  const Offset way = unit(minus(line.back(), line.front()));
  const Offset right = times(right_of(way), half_width_m);
  const Offset near = plus(line.front(), times(way, from_m));
  const Offset far = plus(line.front(), times(way, to_m));
  return {plus(near, right), plus(far, right), minus(far, right), minus(near, right)};
}

}  // namespace lujing::sim
