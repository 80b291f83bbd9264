#include "terminal/core/alarm/cleaning_config.h"

#include <algorithm>

namespace lujing::core {

CleaningConfig::CleaningConfig() {
  // A journal from before these rules names none of them: they were not in force.
  for (AlarmConfig& rule : rules) rule.enabled = false;
}

bool WeekWindow::holds(int weekday, int minute) const {
  const auto on = [&](int day) { return (weekdays >> ((day + 7) % 7) & 1) != 0; };
  if (from_min < to_min) return on(weekday) && minute >= from_min && minute < to_min;
  return (on(weekday) && minute >= from_min) || (on(weekday - 1) && minute < to_min);
}

bool any_holds(const std::vector<WeekWindow>& windows, int weekday, int minute) {
  return std::any_of(windows.begin(), windows.end(),
                     [&](const WeekWindow& window) { return window.holds(weekday, minute); });
}

}  // namespace lujing::core
