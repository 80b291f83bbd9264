// The ledger thread: takes batches from all sessions in the order in which they came, makes them
// durable together, and only then says so.
//
// Group commit: what has queued up while the last commit was being synced becomes the next one. A
// quiet gateway thus acknowledges at once, a busy one syncs seldom.
#pragma once

#include "platform/gateway/counters.h"
#include "platform/gateway/events.h"
#include "platform/ledger/ledger.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace lujing::gateway {

/// A terminal in one session; shared by the session and its work.
struct Peer {
  std::uint64_t session = 0;
  std::string terminal_id;
  std::uint64_t epoch = 0;
  bool failed = false;  ///< the ledger thread's: after a refused batch the rest is not looked at
};
using PeerPtr = std::shared_ptr<Peer>;

struct HelloWork {
  std::uint64_t oldest_seq = 0;
  std::string vehicle_type, plate, software;
  std::vector<std::pair<std::string, std::uint64_t>> active;  ///< directives, by name
};
struct BatchWork {
  std::string packed;
};
struct LiveWork {
  std::string packed;
};
struct GoneWork {};
struct ResultWork {
  std::string name;
  std::uint64_t version = 0;
  bool applied = false;
  std::string reason;
};
struct Work {
  PeerPtr peer;
  std::variant<HelloWork, BatchWork, LiveWork, GoneWork, ResultWork> what;
  std::int64_t received_utc_ms = 0;
  std::size_t bytes() const;
};

/// What a session is to be told, after the commit.
struct Outcome {
  enum class What : std::uint8_t { welcome, acknowledged, bad_batch, ledger_failed };
  std::uint64_t session = 0;
  What what = What::acknowledged;
  std::uint64_t durable_seq = 0;
  std::uint32_t batches = 0;  ///< that no longer wait
  std::string reason;
};

class Booker {
 public:
  /// `deliver` is called on the ledger thread after each group of work.
  using Deliver = std::function<void(std::vector<Outcome>)>;
  Booker(ledger::Ledger& ledger, Events& events, Counters& counters, std::int64_t live_ms,
         Deliver deliver);
  ~Booker();
  Booker(const Booker&) = delete;
  Booker& operator=(const Booker&) = delete;

  void submit(Work work);
  /// Bytes that wait.
  std::size_t queued_bytes() const;
  /// Does what waits, tells everyone offline, and ends the thread.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lujing::gateway
