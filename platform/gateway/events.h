// What the gateway tells the rest of the platform, for the live page.
#pragma once

#include "protocol/batch.h"

#include <cstdint>
#include <span>
#include <string>
#include <utility>

namespace lujing::gateway {

/// Records as they reached the platform.
struct Arrival {
  const std::string& terminal_id;
  std::uint64_t epoch = 0;
  std::span<const protocol::Numbered> records;  ///< ascending by number
  std::int64_t received_utc_ms = 0;
  bool late = false;  ///< the newest of them happened more than `live_ms` before it came
};

/// What a terminal said of itself when its session began.
struct Greeting {
  const std::string& terminal_id;
  const std::string& vehicle_type;
  const std::string& software;
  std::span<const std::pair<std::string, std::uint64_t>> active;  ///< directives in force, by name
};

/// All calls come from the gateway's ledger thread, one at a time; they must be short and must not
/// throw. References hold only during the call.
class Events {
 public:
  virtual ~Events() = default;
  /// A terminal has said hello and may be sent to, or its session has ended.
  virtual void on_session(const std::string& terminal_id, bool online) = 0;
  /// Each hello, also of a terminal that was online already.
  virtual void on_hello(const Greeting& /*greeting*/) {}
  /// These are in the books, each once, in order.
  virtual void on_committed(const Arrival& arrival) = 0;
  /// The newest, ahead of the books: to be shown, and to be forgotten. They come again.
  virtual void on_live(const Arrival& arrival) = 0;
  /// A terminal's answer to a directive.
  virtual void on_directive_result(const std::string& /*terminal_id*/, const std::string& /*name*/,
                                   std::uint64_t /*version*/, bool /*applied*/,
                                   const std::string& /*reason*/) {}
};

}  // namespace lujing::gateway
