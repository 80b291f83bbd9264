#include "terminal/config/hours.h"

#include "terminal/config/values.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>

namespace lujing::config {
namespace {

constexpr std::array<std::string_view, 7> days{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

std::optional<std::size_t> day_of(std::string_view word) {
  const auto at = std::find(days.begin(), days.end(), word);
  if (at == days.end()) return std::nullopt;
  return static_cast<std::size_t>(at - days.begin());
}

/// "mon-fri", "sat,sun", "fri-mon".
std::optional<std::uint8_t> weekdays_of(std::string_view text) {
  unsigned bits = 0;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view part = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    const std::size_t dash = part.find('-');
    const auto first = day_of(part.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : day_of(part.substr(dash + 1));
    if (!first || !last) return std::nullopt;
    for (std::size_t day = *first;; day = (day + 1) % days.size()) {
      bits |= 1U << day;
      if (day == *last) break;
    }
  }
  if (bits == 0) return std::nullopt;
  return static_cast<std::uint8_t>(bits);
}

}  // namespace

Result<core::DayWindow> parse_window(std::string_view text) {
  const Error bad("expected hours like \"22:00-06:00\" or \"22:00-06:00 mon-fri\", found \"" +
                  std::string(text.substr(0, 40)) + "\"");
  if (text.size() < 11 || text[5] != '-') return bad;
  const auto from = minute_of_day(text.substr(0, 5));
  const auto to = minute_of_day(text.substr(6, 5));
  if (!from || !to || *from >= core::minutes_of_a_day) return bad;
  core::DayWindow window;
  window.from_min = *from;
  window.to_min = *to;
  if (text.size() == 11) return window;
  if (text[11] != ' ') return bad;
  const auto weekdays = weekdays_of(text.substr(12));
  if (!weekdays) return bad;
  window.weekdays = *weekdays;
  return window;
}

std::string to_text(const core::DayWindow& window) {
  std::array<char, 40> times{};
  std::snprintf(times.data(), times.size(), "%02u:%02u-%02u:%02u", window.from_min / 60U,
                window.from_min % 60U, window.to_min / 60U, window.to_min % 60U);
  std::string text = times.data();
  if ((window.weekdays & core::every_day) == core::every_day) return text;
  char before = ' ';
  for (std::size_t day = 0; day < days.size(); ++day) {
    if (((window.weekdays >> day) & 1) == 0) continue;
    text += before;
    text += days[day];
    before = ',';
  }
  return text;
}

}  // namespace lujing::config
