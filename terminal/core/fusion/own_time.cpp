#include "terminal/core/fusion/own_time.h"

#include <algorithm>

namespace lujing::core {
namespace {

constexpr std::int64_t most_delay_ns = 2 * ns_per_s;
constexpr std::int64_t early_ns = 333 * ns_per_ms;
constexpr std::int64_t most_ahead_ns = 10 * ns_per_s;  ///< beyond: the receiver's clock was set
constexpr std::int64_t drift_ns_per_ms = 100;          ///< of the two clocks: 100 ppm
constexpr std::int64_t sane_utc_ms = 4'000'000'000'000;

}  // namespace

OwnTime::OwnTime(double latency_s)
    : latency_ns_(static_cast<std::int64_t>(std::clamp(latency_s, 0.0, 2.0) * 1e9)) {}

BootTime OwnTime::of_fix(BootTime arrival, std::optional<UtcTime> utc) {
  if (!utc || utc->ms <= 0 || utc->ms >= sane_utc_ms) return {of(arrival).ns - latency_ns_};
  if (least_ns_) {
    const std::int64_t since_ns = std::max<std::int64_t>(0, of(arrival).ns - last_.ns);
    *least_ns_ += since_ns / ns_per_ms * drift_ns_per_ms;
  }
  const std::int64_t lateness = of(arrival).ns - utc->ms * ns_per_ms;
  if (!least_ns_ || lateness - *least_ns_ > most_delay_ns ||
      *least_ns_ - lateness > most_ahead_ns) {
    least_ns_ = lateness;
  } else if (*least_ns_ - lateness > early_ns) {
    ahead_ns_ += *least_ns_ - lateness;
  } else {
    least_ns_ = std::min(*least_ns_, lateness);
  }
  last_ = of(arrival);
  const std::int64_t delay_ns = last_.ns - utc->ms * ns_per_ms - *least_ns_;
  return {last_.ns - std::min(most_delay_ns, std::max<std::int64_t>(0, delay_ns) + latency_ns_)};
}

}  // namespace lujing::core
