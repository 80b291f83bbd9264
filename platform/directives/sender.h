// Sends each terminal what is meant for it and newer than what it has; keeps its answers.
//
// A thread of its own: what the gateway's events tell is only queued. It looks at the store twice a
// second, so what `lujing-ctl directive put` wrote is on its way at once. Nothing is sent twice in
// a session, and nothing that the same software of that terminal has refused.
#pragma once

#include "base/result.h"
#include "platform/gateway/events.h"
#include "platform/gateway/gateway.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace lujing::directives {

class Sender {
 public:
  /// Gateway::send_directive.
  using Send = std::function<bool(const std::string& terminal_id,
                                  std::shared_ptr<const gateway::OutgoingDirective>)>;

  /// Opens the store and starts the thread; sends nothing before begin().
  static Result<std::unique_ptr<Sender>> start(const std::string& store_path);
  ~Sender();  ///< stop()s
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  /// The gateway is there.
  void begin(Send send);
  /// Ends the thread; afterwards `send` is not called any more.
  void stop();

  // What gateway::Events tell; they return at once.
  void greeted(const gateway::Greeting& greeting);
  void gone(const std::string& terminal_id);
  void answered(const std::string& terminal_id, const std::string& name, std::uint64_t version,
                bool applied, const std::string& reason);

 private:
  struct Impl;
  explicit Sender(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lujing::directives
