// The two clocks. They are types of their own, so that one is never taken for the other.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lujing {

inline constexpr std::int64_t ns_per_ms = 1'000'000;
inline constexpr std::int64_t ns_per_s = 1'000'000'000;
inline constexpr std::int64_t ms_per_minute = 60'000;

/// For comparing with a configured number of seconds: 1e9 s is no overflow.
constexpr double seconds_of(std::int64_t ns) {
  return static_cast<double>(ns) / static_cast<double>(ns_per_s);
}

/// CLOCK_BOOTTIME: nanoseconds since the machine started, sleep included. Never jumps within a
/// boot.
struct BootTime {
  std::int64_t ns = 0;
  std::int64_t ms() const { return ns / ns_per_ms; }
  double seconds() const { return seconds_of(ns); }
  static constexpr BootTime from_ms(std::int64_t ms) { return {ms * ns_per_ms}; }
  auto operator<=>(const BootTime&) const = default;  // NOLINT(modernize-use-nullptr): a false one
};

/// Coordinated universal time: milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
struct UtcTime {
  std::int64_t ms = 0;
  auto operator<=>(const UtcTime&) const = default;  // NOLINT(modernize-use-nullptr): a false one
};

/// "2026-11-21T08:30:00.250Z".
std::string to_iso8601(UtcTime t);
/// Reads what to_iso8601 writes; the fraction may be missing or of any length. Nothing else is
/// taken.
std::optional<UtcTime> from_iso8601(std::string_view text);

/// The clocks of this machine. For everything outside the core: the core never reads a clock.
BootTime boot_now();
UtcTime utc_now();

}  // namespace lujing
