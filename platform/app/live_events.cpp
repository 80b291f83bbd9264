#include "platform/app/live_events.h"

#include "base/time.h"
#include "platform/directives/sender.h"
#include "platform/dispatch/live_state.h"

namespace lujing::platform {

void LiveEvents::on_session(const std::string& terminal_id, bool online) {
  if (online) {
    live_.online(terminal_id, utc_now().ms);
  } else {
    live_.offline(terminal_id, utc_now().ms);
    sender_.gone(terminal_id);
  }
}

void LiveEvents::on_hello(const gateway::Greeting& greeting) {
  sender_.greeted(greeting);
}

void LiveEvents::on_committed(const gateway::Arrival& arrival) {
  live_.records(arrival.terminal_id, arrival.epoch, arrival.records, dispatch::Lane::booked,
                arrival.received_utc_ms);
}

void LiveEvents::on_live(const gateway::Arrival& arrival) {
  live_.records(arrival.terminal_id, arrival.epoch, arrival.records, dispatch::Lane::live,
                arrival.received_utc_ms);
}

void LiveEvents::on_directive_result(const std::string& terminal_id, const std::string& name,
                                     std::uint64_t version, bool applied,
                                     const std::string& reason) {
  sender_.answered(terminal_id, name, version, applied, reason);
}

}  // namespace lujing::platform
