// Several versions of one plan make one: the newer replaces the older from the moment when it was
// in force on the vehicles, and what was done stays done. A road is asked for once.
#pragma once

#include "base/result.h"
#include "platform/report/in_force.h"
#include "terminal/core/work/plan.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace lujing::report {

struct PlanVersion {
  core::Plan plan;
  Given given;
};

/// When the last hours of that day are over.
std::int64_t hours_end(const core::Plan& plan, std::int64_t local_day);

/// What a day's rates are made with: of each plan (they go by their names) the newest version, and
/// of older ones the tasks that it no longer has and whose hours were over when it came. A version
/// that no vehicle had is left out where another one was had. Refused: two different documents that
/// call themselves the same version of the same plan.
Result<std::vector<core::Plan>> plans_of_day(std::vector<PlanVersion> versions,
                                             std::span<const InForce> had, std::int64_t local_day);

}  // namespace lujing::report
