// Drives written as fast as the machine can: what a receiver or a bus would have said.
#pragma once

#include "base/result.h"
#include "sim/world.h"

#include <cstddef>
#include <iosfwd>

namespace lujing::sim {

/// The receiver's sentences of that vehicle over the next `seconds`.
void record_nmea(World& world, std::size_t vehicle, double seconds, std::ostream& out);

/// Its bus as candump's log format has it: "(1750208400.020000) can0 18FEF100#...".
void record_candump(World& world, std::size_t vehicle, double seconds, std::ostream& out);

}  // namespace lujing::sim
