// A gateway of a few lines for tests of the uplink: a real TLS 1.3 server on 127.0.0.1, with books
// in memory, that misbehaves as told.
#pragma once

#include "protocol/batch.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace lujing::test {

/// What the gateway does wrong. Each session counts `sessions` down; 0: it behaves.
enum class Prank : std::uint8_t {
  none,
  cut_after_welcome,     ///< closes at once
  cut_in_frame,          ///< sends half a frame, then closes
  trickle,               ///< sends its frames one byte at a time
  wrong_ack,             ///< acknowledges what was never sent
  other_epoch,           ///< welcomes another epoch
  garbage,               ///< random bytes instead of a welcome
  huge_frame,            ///< a length of 2 GiB
  silent,                ///< takes the handshake, says nothing
  silent_after_welcome,  ///< takes batches, acknowledges none
  acknowledge_twice,     ///< each acknowledgement is sent twice, then an older one
  overloaded,            ///< says OVERLOADED with retry_after_ms = 150
  bad_batch,             ///< says BAD_BATCH to the first batch
  unknown_kind,          ///< a frame of a kind from the future, then goes on
  directive,             ///< a directive and a ping, then goes on
  lost_ack,              ///< books the first batch, then cuts without an acknowledgement
};

class FakeGateway {
 public:
  struct Files {
    std::string authority, certificate, key;
  };
  explicit FakeGateway(const Files& files, std::uint16_t port = 0);
  ~FakeGateway();
  FakeGateway(const FakeGateway&) = delete;
  FakeGateway& operator=(const FakeGateway&) = delete;

  std::uint16_t port() const;
  void play(Prank prank, int sessions);
  void set_window(std::uint32_t window);
  /// The books of an epoch are set to end at `seq`, as if lost or found.
  void pretend(std::uint64_t epoch, std::uint64_t seq);

  struct Seen {
    int connections = 0;  ///< TLS handshakes done
    int resumed = 0;
    int refused = 0;  ///< TLS handshakes failed
    int hellos = 0;
    int batches = 0;
    int duplicates = 0;  ///< records that were booked already
    int live = 0;
    int max_in_flight = 0;
    std::vector<std::string> wrong;    ///< what no gateway should see
    std::vector<std::string> results;  ///< of directives: the reason
    std::vector<int> errors;           ///< codes that the terminal sent
    std::vector<std::uint64_t> pongs;
    std::vector<std::uint64_t> epochs;                               ///< of the hellos
    std::map<std::uint64_t, std::vector<protocol::Numbered>> books;  ///< by epoch, in order
    std::size_t records() const;
  };
  Seen seen() const;
  /// Waits until `ready(seen())`, at most 20 s. False: the time is over.
  bool wait_until(const std::function<bool(const Seen&)>& ready) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lujing::test
