// What the platform finds of several vehicles, by its own functions over their records: CV-06 of a
// convoy, MT-23 of black sites. Told as alarms, so that they are scored like all others.
#pragma once

#include "sim/score/model.h"
#include "sim/score/ways.h"

namespace lujing::score {

/// Appends to `found`; the truth says by which numbers.
void judge_together(const Truth& truth, Found& found);
/// CV-05: the rate of what the plans ask, as the report counts it: credited kerb length, each place
/// once, by the length that there is.
void judge_rate(const Truth& truth, const Ways& ways, Found& found);

}  // namespace lujing::score
