#include "ctl/local_days.h"

#include "base/time.h"
#include "terminal/core/work/plan.h"

namespace lujing::ctl {
namespace {

constexpr std::int64_t ms_per_day = 86'400'000;

}  // namespace

Result<LocalDays> local_days(const std::string& day, int days, int utc_offset_min) {
  if (day.empty()) return LocalDays{};
  const auto midnight = from_iso8601(day + "T00:00:00Z");
  if (!midnight) return Error("--day: expected a date as 2026-05-01, found \"" + day + "\"");
  LocalDays named{midnight->ms / ms_per_day, {}};
  named.window = core::day_window(named.first, utc_offset_min);
  named.window.to_ms += (days - 1) * ms_per_day;
  return named;
}

Result<Month> month_days(const std::string& month) {
  const auto first = from_iso8601(month + "-01T00:00:00Z");
  if (!first || month.size() != 7) {
    return Error("--month: expected a month as 2026-11, found \"" + month + "\"");
  }
  const std::int64_t day = first->ms / ms_per_day;
  int days = 28;
  while (day_text(day + days).substr(0, 7) == month) ++days;
  return Month{month + "-01", days};
}

std::string day_text(std::int64_t local_day) {
  return to_iso8601(UtcTime{local_day * ms_per_day}).substr(0, 10);
}

}  // namespace lujing::ctl
