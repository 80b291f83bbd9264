#include "terminal/core/clock/utc_clock.h"

#include <algorithm>
#include <cmath>

namespace lujing::core {
namespace {

constexpr double oscillator_drift = 50e-6;  ///< of an oscillator without temperature compensation
constexpr double gnss_sigma_s = 0.3;        ///< a receiver says an epoch 0.1 to 0.9 s after it
constexpr double tick_sigma_s = 0.02;       ///< a wall clock that the kernel calls synchronized
constexpr double gnss_floor_s = 0.1;        ///< the receiver's delay is no noise: it stays
constexpr double tick_floor_s = 0.01;
constexpr double gate_s = 1.0;  ///< a late reading of the device's socket
constexpr double gate_sigmas = 3.0;
constexpr int believed_in_a_row = 5;
constexpr std::int64_t gnss_silent_ns = 60 * ns_per_s;
constexpr std::int64_t earliest_ms = -2'208'988'800'000;  ///< 1900-01-01
constexpr std::int64_t latest_ms = 10'413'792'000'000;    ///< 2300-01-01

}  // namespace

std::optional<UtcTime> correct_weeks(UtcTime utc, UtcTime earliest) {
  if (utc.ms < earliest_ms || utc.ms > latest_ms) return std::nullopt;
  if (earliest.ms == 0) return utc;
  std::int64_t since = (utc.ms - earliest.ms) % rollover_ms;
  if (since < 0) since += rollover_ms;
  return UtcTime{earliest.ms + since};
}

double UtcClock::uncertainty_s(BootTime at) const {
  return known_ ? sigma_s_ + oscillator_drift * std::fabs(seconds_of(at.ns - updated_.ns)) : 0;
}

std::optional<UtcTime> UtcClock::utc_at(BootTime at) const {
  if (!known_) return std::nullopt;
  const std::int64_t ns = at.ns + offset_ns_;
  return UtcTime{ns / ns_per_ms - (ns % ns_per_ms < 0 ? 1 : 0)};
}

bool UtcClock::sample(Source source, BootTime at, UtcTime utc) {
  if (utc.ms < earliest_ms || utc.ms > latest_ms / 2) return false;  // ns would not fit
  const bool gnss = source == Source::gnss;
  if (!gnss && gnss_at_ && at.ns - gnss_at_->ns < gnss_silent_ns) return false;
  const std::int64_t offset_ns = utc.ms * ns_per_ms - at.ns;
  const double sigma = gnss ? gnss_sigma_s : tick_sigma_s;
  if (!known_) {
    believe(offset_ns, sigma, at);
  } else {
    const double present = uncertainty_s(at);
    const double innovation = seconds_of(offset_ns - offset_ns_);
    if (std::fabs(innovation) > gate_s + gate_sigmas * (present + sigma)) {
      if (!refuse(source, offset_ns)) return false;
      ++steps_;
      believe(offset_ns, sigma, at);
    } else {
      const double gain = present * present / (present * present + sigma * sigma);
      const double moved_ns = gain * innovation * static_cast<double>(ns_per_s);
      const double left = std::sqrt(1 - gain) * present;
      believe(offset_ns_ + std::llround(moved_ns),
              std::max(left, gnss ? gnss_floor_s : tick_floor_s), at);
      outliers_[static_cast<int>(source)] = {};
    }
  }
  if (gnss) gnss_at_ = at;
  return true;
}

/// True: enough of them agree; it is the state that is wrong.
bool UtcClock::refuse(Source source, std::int64_t offset_ns) {
  Outliers& run = outliers_[static_cast<int>(source)];
  const bool agrees = run.in_a_row > 0 && std::fabs(seconds_of(offset_ns - run.offset_ns)) <=
                                              gate_s + 2 * gate_sigmas * gnss_sigma_s;
  run.in_a_row = agrees ? run.in_a_row + 1 : 1;
  run.offset_ns = offset_ns;
  if (run.in_a_row < believed_in_a_row) {
    ++refused_;
    return false;
  }
  run = {};
  return true;
}

void UtcClock::believe(std::int64_t offset_ns, double sigma_s, BootTime at) {
  known_ = true;
  offset_ns_ = offset_ns;
  sigma_s_ = sigma_s;
  updated_ = at;
}

}  // namespace lujing::core
