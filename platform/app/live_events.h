// What the gateway tells, passed on to what the page shows and to who sends directives.
#pragma once

#include "platform/gateway/events.h"

#include <string>

namespace lujing::dispatch {
class LiveState;
}
namespace lujing::directives {
class Sender;
}

namespace lujing::platform {

class LiveEvents : public gateway::Events {
 public:
  LiveEvents(dispatch::LiveState& live, directives::Sender& sender)
      : live_(live), sender_(sender) {}
  void on_session(const std::string& terminal_id, bool online) override;
  void on_hello(const gateway::Greeting& greeting) override;
  void on_committed(const gateway::Arrival& arrival) override;
  void on_live(const gateway::Arrival& arrival) override;
  void on_directive_result(const std::string& terminal_id, const std::string& name,
                           std::uint64_t version, bool applied, const std::string& reason) override;

 private:
  dispatch::LiveState& live_;
  directives::Sender& sender_;
};

}  // namespace lujing::platform
