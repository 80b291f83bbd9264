// The days that --day and --days name on a command line.
#pragma once

#include "base/result.h"
#include "terminal/core/work/coverage.h"

#include <cstdint>
#include <string>

namespace lujing::ctl {

struct LocalDays {
  std::int64_t first = 0;   ///< days since 1970, where a day is named
  core::TimeWindow window;  ///< of all of them; every moment there is where none is named
};

/// `day` as 2026-05-01 or empty; `days` of them from that one on, 1 or more.
Result<LocalDays> local_days(const std::string& day, int days, int utc_offset_min);

struct Month {
  std::string first;  ///< "2026-11-01"
  int days = 0;
};
/// `month` as 2026-11.
Result<Month> month_days(const std::string& month);

/// "2026-05-01".
std::string day_text(std::int64_t local_day);

}  // namespace lujing::ctl
