// Metres in the plane that touches the WGS-84 ellipsoid, for distances of a fence's size.
#pragma once

#include <cmath>
#include <cstdint>

namespace lujing::core {

/// Length of 1e-7 degree along the meridian and along the parallel at a latitude. The ellipsoid's
/// own radii (a sphere is 0.3 % off); + - * / sqrt only, so the same bits on every machine.
struct Metric {
  double east_m = 0;
  double north_m = 0;

  static Metric at(std::int32_t lat_e7) {
    constexpr double rad_per_e7 = 3.14159265358979323846 / 180.0 * 1e-7;
    constexpr double a_m = 6378137.0;
    constexpr double e2 = 6.69437999014e-3;
    const double x = lat_e7 * rad_per_e7;
    const double q = x * x;
    // Taylor series of the cosine on [-pi/2, pi/2], error below 1e-9.
    const double c =
        1 + q * (-1.0 / 2 + q * (1.0 / 24 + q * (-1.0 / 720 +
                                                 q * (1.0 / 40320 + q * (-1.0 / 3628800 +
                                                                         q * (1.0 / 479001600))))));
    const double w2 = 1 - e2 * (1 - c * c);
    const double n_m = a_m / std::sqrt(w2);
    return {n_m * c * rad_per_e7, n_m * (1 - e2) / w2 * rad_per_e7};
  }
};

}  // namespace lujing::core
