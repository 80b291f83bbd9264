// What a driver does all day, by his character: the next task of a shift.
#pragma once

#include "sim/vehicle/tasks.h"

namespace lujing::sim {

/// Honest: the work as it should be. Lazy: skips the far end, hurries, lifts the brush early.
/// Cheat: now and then one of the tricks that the machine alone can play.
Task shift_task(const City& city, VehicleType type, Behaviour behaviour, const Body& body,
                Random& random);

}  // namespace lujing::sim
