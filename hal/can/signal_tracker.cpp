#include "hal/can/signal_tracker.h"

#include <algorithm>

namespace lujing::hal::can {

SignalTracker::SignalTracker(const std::vector<Rule>& rules, std::int64_t min_interval_ns)
    : min_interval_ns_(min_interval_ns) {
  states_.reserve(rules.size());
  for (const Rule& rule : rules) {
    State state;
    state.rule = rule;
    states_.push_back(state);
  }
}

void SignalTracker::start(BootTime now) {
  for (State& s : states_) s.heard_at = now;
  next_ = now;
}

void SignalTracker::say(State& s, BootTime at, const Sink& tell) {
  s.told = true;
  s.pending = false;
  s.told_at = at;
  tell({at, CanSignal{s.rule.id, s.state, s.value}});
}

void SignalTracker::take(const Decoded& decoded, BootTime at, const Sink& tell) {
  State& s = states_[decoded.wish];
  const bool changed = !s.told || s.state != decoded.state;
  s.heard_at = at;
  s.state = decoded.state;
  s.value = decoded.value;
  if (changed || at.ns - s.told_at.ns >= min_interval_ns_) {
    say(s, at, tell);
  } else {
    s.pending = true;
    next_ = std::min(next_, BootTime{s.told_at.ns + min_interval_ns_});
  }
  next_ = std::min(next_, BootTime{at.ns + s.rule.timeout_ns});
}

void SignalTracker::tick(BootTime now, const Sink& tell) {
  if (now < next_) return;
  next_ = BootTime{INT64_MAX};
  for (State& s : states_) {
    if (s.pending && now.ns - s.told_at.ns >= min_interval_ns_) say(s, now, tell);
    if (s.pending) next_ = std::min(next_, BootTime{s.told_at.ns + min_interval_ns_});
    if (s.told && s.state == SignalState::stale) continue;
    if (now.ns - s.heard_at.ns >= s.rule.timeout_ns) {
      s.state = SignalState::stale;
      s.value = 0;
      say(s, now, tell);
    } else {
      next_ = std::min(next_, BootTime{s.heard_at.ns + s.rule.timeout_ns});
    }
  }
}

}  // namespace lujing::hal::can
