// The core's "now": the boot clock of the observation at hand, made safe.
#pragma once

#include "base/time.h"

namespace lujing::core {

/// Never goes back within a run, and never leaps by more than `max_leap`: an observation with an
/// older time was queued behind a younger one and is judged at the younger one's; one that claims
/// to be a month ahead is damaged, and is judged at the time of the one before it.
class DeviceTime {
 public:
  static constexpr std::int64_t max_leap_ns = 30LL * 86'400 * ns_per_s;
  static constexpr std::int64_t max_ns = 100LL * 365 * 86'400 * ns_per_s;

  /// The first observation of a run sets the clock, within [0, 100 years].
  void restart(BootTime at) {
    now_.ns = at.ns < 0 ? 0 : (at.ns > max_ns ? max_ns : at.ns);
    running_ = true;
  }
  BootTime advance(BootTime at) {
    if (!running_) {
      restart(at);
    } else if (at.ns > now_.ns && at.ns - now_.ns <= max_leap_ns && at.ns <= max_ns) {
      now_ = at;
    }
    return now_;
  }
  BootTime now() const { return now_; }

 private:
  BootTime now_;
  bool running_ = false;
};

}  // namespace lujing::core
