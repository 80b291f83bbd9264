#include "base/time.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>

namespace lujing {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr std::int64_t ms_per_day = 86'400'000;

/// Reads exactly `digits` decimal digits at the front of text and takes them off it; -1 if it
/// can't.
int take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return -1;
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take_char(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::string to_iso8601(UtcTime t) {
  std::int64_t days = t.ms / ms_per_day;
  std::int64_t rest = t.ms % ms_per_day;
  if (rest < 0) {
    rest += ms_per_day;
    --days;
  }
  const year_month_day date{sys_days{std::chrono::days{days}}};
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(rest / 3'600'000),
                static_cast<int>(rest / 60'000 % 60), static_cast<int>(rest / 1000 % 60),
                static_cast<int>(rest % 1000));
  return text.data();
}

std::optional<UtcTime> from_iso8601(std::string_view text) {
  const int y = take_number(text, 4);
  if (y < 0 || !take_char(text, '-')) return std::nullopt;
  const int mo = take_number(text, 2);
  if (mo < 0 || !take_char(text, '-')) return std::nullopt;
  const int d = take_number(text, 2);
  if (d < 0 || !take_char(text, 'T')) return std::nullopt;
  const int h = take_number(text, 2);
  if (h < 0 || h > 23 || !take_char(text, ':')) return std::nullopt;
  const int mi = take_number(text, 2);
  if (mi < 0 || mi > 59 || !take_char(text, ':')) return std::nullopt;
  const int s = take_number(text, 2);
  if (s < 0 || s > 60) return std::nullopt;
  int ms = 0;
  if (take_char(text, '.')) {
    int scale = 100;
    if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
      ms += (text.front() - '0') * scale;
      scale /= 10;
      text.remove_prefix(1);
    }
  }
  if (text != "Z") return std::nullopt;
  const year_month_day date{year{y}, month{static_cast<unsigned>(mo)},
                            day{static_cast<unsigned>(d)}};
  if (!date.ok()) return std::nullopt;
  const std::int64_t days = sys_days{date}.time_since_epoch().count();
  return UtcTime{days * ms_per_day + ((h * 60LL + mi) * 60LL + s) * 1000LL + ms};
}

BootTime boot_now() {
  timespec t{};
  clock_gettime(CLOCK_BOOTTIME, &t);
  return {t.tv_sec * ns_per_s + t.tv_nsec};
}

UtcTime utc_now() {
  timespec t{};
  clock_gettime(CLOCK_REALTIME, &t);
  return {t.tv_sec * 1000 + t.tv_nsec / ns_per_ms};
}

}  // namespace lujing
