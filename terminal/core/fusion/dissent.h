// Refused again and again, and each time the same: then it is the estimate that is wrong. One that
// is refused alone stays refused; what it takes to be believed: FUSION.md.
#pragma once

#include "terminal/core/fusion/estimate.h"
#include "terminal/core/fusion/linear.h"

namespace lujing::core {

/// One more refusal: `told`, which is `off` from what was expected. It goes on with the run if it
/// is off to the same side and within `apart` of the one before.
void refused(Dissent& dissent, const Estimate& e, double told, double off, double apart);
/// Accepted: the run is over.
void agreed(Dissent& dissent, const Estimate& e);
/// Three in a row over 0.15 s, or two that are most of a second apart.
bool lasts(const Dissent& dissent);

/// For seconds: no jolt, but a sensor that is off by another amount than before.
bool lasts_long(const Dissent& dissent);

/// A sensor of turns was refused, `off_rad_s` from what was expected. Said for seconds, its bias
/// (by `share` of it) has leapt: what is known of the bias is forgotten.
void refused_turn(Dissent& dissent, Estimate& e, state::Index bias, double share, double off_rad_s,
                  double first_sigma);

/// How far two speeds may be apart that are the same vehicle's, told so many seconds apart.
double speeds_apart_mps(double mps, double seconds);
/// The other source of speeds has just been refused with the same speed, m/s.
bool seconded(const Dissent& other, const Estimate& e, double told_mps, double off_mps);

/// The speed is taken as measured, as changed when the run began: the place comes along.
void believe_speed(Estimate& e, const Dissent& run, const Row& row, double innovation,
                   double variance);
/// The heading is taken as measured; the place gets as vague as the wrong way was long.
void believe_heading(Estimate& e, const Row& row, double off_rad, double variance);

}  // namespace lujing::core
