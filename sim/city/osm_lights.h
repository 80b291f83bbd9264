// Lights of a city that was read from an extract. Internal to sim/city.
#pragma once

#include "sim/city/city.h"

#include <cstdint>
#include <set>
#include <vector>

namespace lujing::sim {

/// A node that the map calls traffic_signals: a crossing, or a stop line before one.
struct MappedLight {
  std::int64_t osm = 0;
  Offset at;
};

/// Lights at the crossings that the map's lights are at, or before. Where it has none of use, at
/// crossings of arterial and secondary streets, but for those in `never`, by the seed. What lies
/// within one crossing changes together, and nobody stops within it.
void add_lights(City& city, const std::vector<MappedLight>& mapped,
                const std::set<std::int64_t>& never, std::uint64_t seed);

}  // namespace lujing::sim
