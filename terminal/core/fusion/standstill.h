// Zero-velocity: when the vehicle stands, and what that means for the estimate.
//
// It stands when fresh wheels say so for half a second. Without wheels: when the receiver's speed
// is within its own noise of nothing for three seconds; it drives off when three fixes in a row say
// so. While it stands, position and heading cannot change: only what is known of them.
#pragma once

#include "terminal/core/fusion/estimate.h"

namespace lujing::core {

/// `silent_s`: for so long the wheels had said nothing before.
void judge_standing_by_wheels(Estimate& e, double wheel_mps, double silent_s);
void judge_standing_by_receiver(Estimate& e, double speed_mps, double sigma_mps);
/// The place where it is said to stand moves only when it is known to be wrong: a receiver's slow
/// errors do not drive.
void hold(Estimate& e);
void stand(Estimate& e);
/// `unseen_s`: it may have begun so long ago, and have turned meanwhile.
void drive_off(Estimate& e, double speed_mps, double unseen_s);

}  // namespace lujing::core
