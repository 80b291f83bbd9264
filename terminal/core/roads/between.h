// A place on a segment. Everything about roads uses this one, so that a place that was found on a
// link and one that is computed from its distance along the link are the same.
#pragma once

#include "base/geo.h"

#include <cmath>
#include <cstdint>

namespace lujing::core {

/// `share` of the way from a to b, straight in latitude and longitude.
inline GeoPoint between(GeoPoint a, GeoPoint b, double share) {
  const auto mix = [share](std::int32_t from, std::int32_t to) {
    return static_cast<std::int32_t>(
        std::floor(from + (static_cast<double>(to) - from) * share + 0.5));
  };
  return {mix(a.lat_e7, b.lat_e7), mix(a.lon_e7, b.lon_e7)};
}

}  // namespace lujing::core
