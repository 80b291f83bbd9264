// Hours as a person writes them: "22:00-06:00", "22:00-06:00 mon-fri", "07:00-10:00 sat,sun".
#pragma once

#include "base/result.h"
#include "terminal/core/clock/windows.h"

#include <string>
#include <string_view>

namespace lujing::config {

/// An end that is not after its begin is on the next day; the weekdays are those of the begin;
/// without weekdays: every day. "24:00" is an end only.
Result<core::DayWindow> parse_window(std::string_view text);
/// What parse_window() reads back as the same window.
std::string to_text(const core::DayWindow& window);

}  // namespace lujing::config
