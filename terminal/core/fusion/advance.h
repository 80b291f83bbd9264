// Time passes: where the vehicle has come to, and how much less sure that is.
#pragma once

#include "terminal/core/fusion/estimate.h"

namespace lujing::core {

/// Moves the state to `to`; a moment before the state's own changes nothing.
void advance(Estimate& e, BootTime to);

/// Since something that was believed said how fast it goes, or where it is.
double motion_age_s(const Estimate& e);
bool wheels_fresh(const Estimate& e);
/// A sensor that sees turns (gyro, wheel pair or steering) has spoken lately.
bool turns_seen(const Estimate& e);

}  // namespace lujing::core
