#include "terminal/core/clock/windows.h"

#include <algorithm>

namespace lujing::core {
namespace {

constexpr int days_a_week = 7;
constexpr int weekday_of_1970 = 3;  ///< 1 January 1970 was a Thursday

bool has_day(const DayWindow& window, int weekday) {
  return ((window.weekdays >> weekday) & 1) != 0;
}

}  // namespace

LocalMinute local_minute(UtcTime utc, int utc_offset_min) {
  std::int64_t minutes = utc.ms / ms_per_minute;
  if (utc.ms % ms_per_minute < 0) --minutes;
  minutes += utc_offset_min;
  std::int64_t days = minutes / minutes_of_a_day;
  std::int64_t minute = minutes % minutes_of_a_day;
  if (minute < 0) {
    minute += minutes_of_a_day;
    --days;
  }
  const std::int64_t weekday = ((days + weekday_of_1970) % days_a_week + days_a_week) % days_a_week;
  return {static_cast<std::uint8_t>(weekday), static_cast<std::uint16_t>(minute)};
}

bool within(const DayWindow& window, LocalMinute at) {
  const bool crosses = window.to_min <= window.from_min;
  const int yesterday = (at.weekday + days_a_week - 1) % days_a_week;
  if (!crosses) {
    return has_day(window, at.weekday) && at.minute >= window.from_min && at.minute < window.to_min;
  }
  return (has_day(window, at.weekday) && at.minute >= window.from_min) ||
         (has_day(window, yesterday) && at.minute < window.to_min);
}

bool within_any(std::span<const DayWindow> windows, LocalMinute at) {
  return std::any_of(windows.begin(), windows.end(),
                     [&](const DayWindow& window) { return within(window, at); });
}

bool Hours::apply(LocalMinute at) const {
  if (windows.empty()) return true;
  return within_any(windows, at) == (sense == WindowSense::applies);
}

}  // namespace lujing::core
