// What a receiver says, held against nothing but itself: a live one goes from fix to fix as fast as
// it says; a frozen one tells the same place again and again. So a receiver that everything else
// contradicts can be told from one that is broken.
#pragma once

#include "terminal/core/fusion/estimate.h"
#include "terminal/core/fusion/told.h"

namespace lujing::core {

/// One more fix, `at` from the anchor, accepted or not.
void judge_receiver(Estimate& e, const FixTold& fix, Offset at, double fresh_var);

/// It is alive, goes as it says, and drives.
bool receiver_drives(const Estimate& e);
/// The filter has refused it for so long that it is the filter that must be wrong.
bool refused_too_long(const Estimate& e);

/// Its course leads elsewhere than it does: it is none.
void doubt_course(Estimate& e);

/// One more fix's speed beside the wheels': doubts them, or ends a doubt.
void judge_wheels(Estimate& e, double speed_mps);
/// The wheels are another vehicle's, or dead: not used until they agree while driving.
void doubt_wheels(Estimate& e, double speed_mps);

}  // namespace lujing::core
