// A source that is refused again and again, while positions agree with the filter, is the one that
// is wrong: it is put out of use, counted and told, until it fits for long enough.
#pragma once

#include "terminal/core/fusion/estimate.h"
#include "terminal/core/fusion/linear.h"

#include <optional>

namespace lujing::core {

/// After each measurement's gate: was it accepted?
void judge_source(Estimate& e, Sensor sensor, bool accepted);
/// A measurement behind its gate, and its source judged by it: was it accepted? nullopt: the source
/// is out of use, and nothing was taken.
std::optional<bool> correct_judged(Estimate& e, Sensor sensor, const Row& row, double innovation,
                                   double variance);
/// By another judgement (receiver.h): out of use from now on, or used again.
void set_unused(Estimate& e, Sensor sensor, bool unused);
inline bool unused(const Estimate& e, Sensor sensor) {
  return e.counts[static_cast<std::size_t>(sensor)].unused;
}

}  // namespace lujing::core
