// Hours of the day in which something is allowed or forbidden: by weekday, across midnight.
//
//   22:00-06:00 on Friday   begins on Friday at 22:00 and ends on Saturday at 06:00
//   00:00-00:00             the whole day (an end that is not after its begin is on the next day)
#pragma once

#include "base/time.h"

#include <cstdint>
#include <span>
#include <vector>

namespace lujing::core {

/// Bit n of a set of weekdays: 0 Monday ... 6 Sunday.
inline constexpr std::uint8_t every_day = 0x7f;
inline constexpr int minutes_of_a_day = 1440;

/// [from, to) in minutes of the local day on which it begins.
struct DayWindow {
  std::uint8_t weekdays = every_day;
  std::uint16_t from_min = 0;  ///< 0 to 1439
  std::uint16_t to_min = 0;    ///< 0 to 1440; not after from_min: on the next day
  bool operator==(const DayWindow&) const = default;
};

/// A moment as a wall clock on the spot shows it.
struct LocalMinute {
  std::uint8_t weekday = 0;  ///< 0 Monday ... 6 Sunday
  std::uint16_t minute = 0;  ///< of the day
};

LocalMinute local_minute(UtcTime utc, int utc_offset_min);
bool within(const DayWindow& window, LocalMinute at);
bool within_any(std::span<const DayWindow> windows, LocalMinute at);

/// What a list of windows means.
enum class WindowSense : std::uint8_t {
  applies = 0,  ///< the matter applies within them: "forbidden from 22:00 to 06:00"
  spares = 1    ///< it applies outside of them: "forbidden but from 22:00 to 06:00"
};

/// No windows: it always applies.
struct Hours {
  WindowSense sense = WindowSense::applies;
  std::vector<DayWindow> windows;
  bool apply(LocalMinute at) const;
  bool operator==(const Hours&) const = default;
};

}  // namespace lujing::core
