// Positions in a row that fit each other and the way that was driven, but not the filter: the
// filter went another way, and they tell which. Only where no sensor sees turns.
#pragma once

#include "terminal/core/fusion/estimate.h"
#include "terminal/core/fusion/told.h"

namespace lujing::core {

/// Nothing tells where the nose points: no sensor of turns, no course that is believed.
bool heading_free(const Estimate& e, const FixTold& fix);
/// The place becomes as vague as a turn makes it that began, unseen, since the last fix.
void widen_by_unseen_turn(Estimate& e);

/// One more fix, `at` from the anchor, which the filter refuses (or that comes while no heading is
/// known). True: these positions are believed, heading and place are free to follow this one.
bool follow_run(Estimate& e, const FixTold& fix, Offset at, double fresh_var, bool refused);

}  // namespace lujing::core
