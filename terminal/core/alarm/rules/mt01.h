// MT-01: unsealed while laden and moving.
//
//   load   half, full or over                          (empty, light: no)
//   cover  open, not fully open or closed, or fault    (closed: no)
//   speed  above the trigger                           (at it or below: no)
//
// Not known: a load that was never read or whose sensor is in fault; a cover that was never read or
// that flutters (invalid); a speed that neither wheels nor receiver say. A cover in fault counts as
// not closed, so that a cut wire is no way out; a load sensor in fault does not count as laden, but
// it does not end an alarm either.
#pragma once

#include "terminal/core/alarm/facts.h"
#include "terminal/core/config.h"

#include <string>

namespace lujing::core::mt01 {

const AlarmConfig& parameters(const CoreConfig& config);
Truth condition(const Facts& facts, const CoreConfig& config);
std::string detail(const Facts& facts);

}  // namespace lujing::core::mt01
