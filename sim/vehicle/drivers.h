// What the drivers of the three trades do all day.
#pragma once

#include "sim/vehicle/vehicle.h"

#include <memory>

namespace lujing::sim {

/// Sweeps one street after another at the kerb, at walking pace (DOMAIN: 0 to 8 km/h), brushes and
/// suction mouth down; drives to the next with everything up.
std::unique_ptr<Driver> make_sweeper_driver();

/// Sprinkles main streets at up to 10 km/h until the tank is nearly empty, then fetches water.
std::unique_ptr<Driver> make_sprinkler_driver();

/// Loads at the construction site, drives to the disposal site, tips, drives back. On the first
/// trip and on some later ones the driver forgets the cover and closes it only on the way.
std::unique_ptr<Driver> make_muck_driver();

}  // namespace lujing::sim
