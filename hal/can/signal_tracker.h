// From every decoded value to the observations that are told: not more often than needed, and
// "stale" when there is silence. Internal to hal/can.
#pragma once

#include "hal/can/decoder.h"
#include "hal/source.h"

#include <cstdint>
#include <vector>

namespace lujing::hal::can {

class SignalTracker {
 public:
  struct Rule {
    SignalId id = 0;
    std::int64_t timeout_ns = 0;
  };

  /// Rule n is for wish n of the decoder.
  SignalTracker(const std::vector<Rule>& rules, std::int64_t min_interval_ns);

  /// Silence counts from here on.
  void start(BootTime now);
  /// A value came. Told now if the state is another one or the last was told long enough ago, else
  /// kept for tick(): the last value of a burst is never lost.
  void take(const Decoded& decoded, BootTime at, const Sink& tell);
  /// Tells what was kept, and what has become stale.
  void tick(BootTime now, const Sink& tell);
  /// When tick() has something to do; INT64_MAX ns: never.
  BootTime next_deadline() const { return next_; }

 private:
  struct State {
    Rule rule;
    SignalState state = SignalState::stale;
    double value = 0;
    bool told = false;
    bool pending = false;
    BootTime told_at;
    BootTime heard_at;
  };
  void say(State& s, BootTime at, const Sink& tell);

  std::vector<State> states_;
  std::int64_t min_interval_ns_;
  BootTime next_{INT64_MAX};
};

}  // namespace lujing::hal::can
