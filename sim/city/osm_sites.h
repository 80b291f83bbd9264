// What an OpenStreetMap extract does not have and the trade needs. Internal to sim/city.
#pragma once

#include "sim/city/city.h"

#include <cstdint>

namespace lujing::sim {

/// Yards, wash bays and zones, by the seed. Where no free ground is found for a yard it is left
/// out.
void add_sites(City& city, std::uint64_t seed);

}  // namespace lujing::sim
