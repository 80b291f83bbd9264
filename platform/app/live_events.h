// What the gateway tells, passed on to what the page shows.
#pragma once

#include "platform/gateway/events.h"

#include <string>

namespace lujing::dispatch {
class LiveState;
}

namespace lujing::platform {

class LiveEvents : public gateway::Events {
 public:
  explicit LiveEvents(dispatch::LiveState& live) : live_(live) {}
  void on_session(const std::string& terminal_id, bool online) override;
  void on_committed(const gateway::Arrival& arrival) override;
  void on_live(const gateway::Arrival& arrival) override;

 private:
  dispatch::LiveState& live_;
};

}  // namespace lujing::platform
