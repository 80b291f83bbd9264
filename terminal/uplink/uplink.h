// The uplink: brings the outbox to the platform. One thread, one TLS 1.3 session, both sides with
// certificates.
//
// Two lanes: the oldest records first, for the books, a window of batches in flight; and while many
// are waiting, every few seconds the newest ones, for the map. Everything that waits has an expiry;
// memory is bounded by the window. After an end it comes back by itself, with full jitter. The wire
// is protocol/wire.proto; ends and remedies are UPLINK.md.
#pragma once

#include "terminal/outbox/batch_source.h"
#include "terminal/uplink/inbox.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace lujing::uplink {

/// What a hello says.
struct Identity {
  std::string terminal_id;  ///< the common name of the certificate
  std::string software;
  std::string rule_set;  ///< where no inbox knows better
  std::string vehicle_type;
  std::string plate;
};

struct Timeouts {
  std::chrono::milliseconds resolve{15'000};
  std::chrono::milliseconds connect{15'000};
  std::chrono::milliseconds handshake{20'000};
  std::chrono::milliseconds welcome{30'000};
  std::chrono::milliseconds ping{30'000};     ///< nothing came: ask
  std::chrono::milliseconds silence{90'000};  ///< nothing came: end
  std::chrono::milliseconds write{60'000};    ///< not one byte could be sent
  std::chrono::milliseconds ack{120'000};     ///< nothing in flight was acknowledged
};

/// What the uplink is about, for a fitter who wonders why it is not on line.
enum class Stage : std::uint8_t {
  waits_for_outbox,  ///< the store has not opened its file yet
  reads_certificates,
  resolves,  ///< asks for the address of [platform] host
  connects,
  shakes_hands,       ///< TLS
  waits_for_welcome,  ///< hello was said
  online,
  pauses,  ///< before the next try, see last_error
};
const char* to_string(Stage stage);

struct UplinkConfig {
  Identity identity;
  std::string host;
  std::uint16_t port = 7611;
  std::string authority;  ///< PEM files
  std::string certificate;
  std::string key;
  std::string data_dir;      ///< keeps the TLS session over a restart; empty: it is not kept
  std::uint32_t window = 8;  ///< batches in flight; the platform may allow fewer
  std::size_t batch_records = 60;
  std::chrono::milliseconds backoff_min{1'000};
  std::chrono::milliseconds backoff_max{60'000};
  std::uint64_t live_backlog_records = 600;  ///< more than this are waiting: send live frames
  std::chrono::milliseconds live_every{5'000};
  std::size_t live_records = 10;
  Timeouts timeouts;
  std::uint64_t seed = 0;  ///< of the jitter; 0: drawn from the system
  /// Told at once, on the uplink's thread, when a session ended or none began: why, with what to do
  /// about it. May be empty.
  std::function<void(const std::string& reason)> on_trouble;
};

struct UplinkStats {
  bool online = false;  ///< welcomed
  Stage stage = Stage::waits_for_outbox;
  std::uint64_t connects = 0;          ///< tried
  std::uint64_t sessions = 0;          ///< welcomed
  std::uint64_t sessions_resumed = 0;  ///< TLS sessions resumed
  std::uint64_t errors = 0;            ///< ends that were not in order
  std::uint64_t bytes_sent = 0;        ///< of frames, without TLS and TCP
  std::uint64_t bytes_received = 0;
  std::uint64_t batches_sent = 0;
  std::uint64_t batches_acknowledged = 0;
  std::uint64_t live_frames = 0;
  std::uint64_t unknown_frames = 0;    ///< of a kind that this version does not know
  std::uint64_t directives = 0;        ///< begun by the platform
  std::uint64_t new_epochs = 0;        ///< begun because the books did not fit the outbox
  std::uint64_t acknowledged_seq = 0;  ///< of the present epoch, as the platform said
  std::size_t max_buffered_bytes = 0;  ///< frames held at a time, either way
  std::string last_error;  ///< why the last session ended or none began, with what to do about it
};

class Uplink {
 public:
  /// Begins at once, on a thread of its own. `source` and `inbox` must outlive it. Without an inbox
  /// every directive is refused.
  Uplink(UplinkConfig config, outbox::BatchSource& source, DirectiveInbox* inbox = nullptr);
  ~Uplink();  ///< stop()s
  Uplink(const Uplink&) = delete;
  Uplink& operator=(const Uplink&) = delete;

  /// Ends the session and the thread. May be called again.
  void stop();
  /// May be called from any thread.
  UplinkStats stats() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lujing::uplink
