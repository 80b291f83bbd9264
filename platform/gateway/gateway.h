// The gateway: where terminals come in. TLS 1.3 with certificates on both sides, one session a
// terminal, everything bounded, acknowledged only what the ledger has made durable.
//
// Two threads of its own: one for sockets and TLS, one for the ledger. How it behaves to a terminal
// is protocol/wire.proto; what ends a session, and what to do about it, is GATEWAY.md.
#pragma once

#include "base/result.h"
#include "platform/gateway/events.h"
#include "platform/ledger/ledger.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace lujing::gateway {

struct Limits {
  std::size_t max_sessions = 20'000;
  std::size_t max_half_open =
      1024;                  ///< connected, no hello yet; the oldest makes way for a new one
  std::uint32_t window = 8;  ///< batches of a session that wait for the ledger
  std::size_t max_frame_bytes = 1u << 20;
  std::size_t max_write_queue_bytes = 256u << 10;  ///< of a session, sealed and not yet sent
  std::size_t max_queued_bytes = 64u << 20;  ///< waiting for the ledger, all sessions together
};

struct Timeouts {
  std::chrono::milliseconds hello{10'000};    ///< from connecting to a whole hello
  std::chrono::milliseconds silence{90'000};  ///< nothing came
  std::chrono::milliseconds ping{30'000};     ///< nothing came: ask
  std::chrono::milliseconds frame{60'000};    ///< a frame that was begun; longer at 256 bytes/s
  std::chrono::milliseconds write{30'000};    ///< nothing could be sent of what waits
  std::chrono::milliseconds drain{2'000};     ///< the last words at stop()
};

struct GatewayConfig {
  std::string host = "0.0.0.0";  ///< an address, not a name
  std::uint16_t port = 7611;     ///< 0: one that is free, see port()
  std::string authority;         ///< PEM files
  std::string certificate;
  std::string key;
  Limits limits;
  Timeouts timeouts;
  std::int64_t live_ms = 60'000;  ///< later than this is Arrival::late
};

/// Why a session ended. Names for people: to_string().
enum class Ended : std::uint8_t {
  by_peer,         ///< closed by the terminal, in order
  connection,      ///< broken
  no_room,         ///< max_sessions, or made way as the oldest half-open one
  tls,             ///< handshake failed: no TLS 1.3, a foreign, expired or missing certificate
  hello_timeout,   ///< no hello in time
  silence,         ///< nothing came for too long
  slow_frame,      ///< a frame trickled in too slowly
  slow_reader,     ///< it does not read what it is sent
  bad_frame,       ///< too long, not a Frame, or out of turn
  wrong_identity,  ///< the hello's id is not the certificate's, or is not an id
  bad_batch,       ///< could not be unpacked, a gap, a broken chain, another epoch
  window,          ///< more batches unacknowledged than the window allows
  ledger,          ///< the books could not be written
  replaced,        ///< the same terminal has connected again
  going_down,      ///< stop()
};
inline constexpr std::size_t ended_reasons = 15;
const char* to_string(Ended why);

struct Stats {
  std::uint64_t sessions = 0;   ///< now, half-open ones included
  std::uint64_t half_open = 0;  ///< now, no hello yet
  std::uint64_t accepted = 0;
  std::uint64_t resumed = 0;  ///< TLS sessions resumed
  std::uint64_t records = 0;  ///< committed
  std::uint64_t batches = 0;  ///< committed
  std::uint64_t duplicate_batches = 0;
  std::uint64_t live_frames = 0;
  std::uint64_t live_dropped = 0;  ///< not shown, because the ledger was behind
  std::uint64_t unknown_frames = 0;
  std::uint64_t commits = 0;
  std::uint64_t commit_errors = 0;
  std::uint64_t max_commit_us = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::array<std::uint64_t, ended_reasons> ended{};  ///< by Ended
  std::uint64_t ended_by(Ended why) const { return ended[static_cast<std::size_t>(why)]; }
};

/// A directive as it is sent; one for all terminals that get it.
struct OutgoingDirective {
  std::string name;
  std::uint64_t version = 0;
  std::string body;
  std::string body_sha256;  ///< 32 bytes
  std::string signature;    ///< of the platform's authority (pki::sign_directive)
};

class Gateway {
 public:
  /// Reads the certificates, binds the port and starts the threads. `ledger` is written by this
  /// gateway's thread alone from now on; `ledger` and `events` must outlive it.
  static Result<std::unique_ptr<Gateway>> start(const GatewayConfig& config, ledger::Ledger& ledger,
                                                Events& events);
  /// stop()s.
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  /// The port that is listened on.
  std::uint16_t port() const;
  /// Takes no more, commits and acknowledges what came, says GOING_DOWN, and ends the threads. May
  /// be called again.
  void stop();
  /// May be called from any thread.
  Stats stats() const;

  /// Sends a directive to a terminal that is online, after its welcome and in pieces between the
  /// other frames; false: it is not online. The answer comes as Events::on_directive_result; none
  /// comes if the session ends before. May be called from any thread, also from an event.
  bool send_directive(const std::string& terminal_id,
                      std::shared_ptr<const OutgoingDirective> directive);

 private:
  struct Impl;
  explicit Gateway(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lujing::gateway
