// A platform of one test's own: authority, ledger and gateway on a free port, and vehicles that
// speak to it over real TLS.
#pragma once

#include "platform/gateway/gateway.h"
#include "platform/ledger/ledger.h"
#include "tests/support/records.h"
#include "tests/support/temp_dir.h"
#include "tests/support/tls_client.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace lujing::tests {

/// Keeps what the gateway told.
class RecordingEvents : public gateway::Events {
 public:
  struct Told {
    std::string kind;  ///< "online", "offline", "committed", "live", "result"
    std::string terminal_id;
    std::vector<protocol::Numbered> records;
    bool late = false;
    std::string text;
  };
  void on_session(const std::string& terminal_id, bool online) override;
  void on_committed(const gateway::Arrival& arrival) override;
  void on_live(const gateway::Arrival& arrival) override;
  void on_directive_result(const std::string& terminal_id, const std::string& name,
                           std::uint64_t version, bool applied, const std::string& reason) override;

  std::vector<Told> all() const;
  /// How many of a kind there are by now.
  std::size_t count(const std::string& kind) const;
  /// From now on nothing is kept: for benches that measure others' memory.
  void keep_nothing() { keeps_ = false; }
  /// False: it did not come in 20 s.
  bool wait_for(const std::string& kind, std::size_t count) const;

 private:
  void add(Told told);
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<Told> told_;
  std::atomic<bool> keeps_{true};
};

class GatewayRig {
 public:
  /// `adjust` may change limits and timeouts before the start.
  explicit GatewayRig(const std::function<void(gateway::GatewayConfig&)>& adjust = {});
  /// With an authority that is there already, in this folder.
  explicit GatewayRig(const std::string& ca_folder,
                      const std::function<void(gateway::GatewayConfig&)>& adjust = {});
  ~GatewayRig();

  /// A certificate for a terminal, made when it is first asked for.
  ClientCertificate certificate(const std::string& terminal_id);
  ClientCertificate expired_certificate(const std::string& terminal_id);
  ClientCertificate foreign_certificate(const std::string& terminal_id);

  gateway::Gateway& gateway() { return *gateway_; }
  ledger::Ledger& ledger() { return *ledger_; }
  RecordingEvents& events() { return events_; }
  const std::string& ca_folder() const { return ca_; }
  std::uint16_t port() const { return gateway_->port(); }
  /// Waits until this many sessions have ended for that reason; false: not in 20 s.
  bool wait_ended(gateway::Ended why, std::uint64_t count);
  /// Waits until `holds`; false: not in 20 s.
  bool wait_until(const std::function<bool(const gateway::Stats&)>& holds);
  void stop_gateway();
  /// Stops and starts gateway and ledger, as after a crash of the platform between commits.
  void restart();

 private:
  void start();
  TempDir dir_;
  std::string ca_;
  gateway::GatewayConfig config_;
  RecordingEvents events_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<gateway::Gateway> gateway_;
};

/// A well-behaved terminal.
class Vehicle {
 public:
  Vehicle(GatewayRig& rig, const std::string& terminal_id, std::uint64_t epoch);
  /// Connects and says hello; the welcome's durable_seq, or nullopt (see client().error()).
  std::optional<std::uint64_t> connect(bool resume = false);
  bool send_hello(const std::string& claimed_id, std::uint64_t oldest_seq = 1);
  bool send_batch(std::uint64_t first_seq, std::uint64_t last_seq);
  bool send_packed(const std::string& packed);
  bool send_live(std::uint64_t first_seq, std::uint64_t last_seq);
  /// Reads until an acknowledgement of at least `seq`.
  bool wait_acknowledged(std::uint64_t seq);
  /// Sends and waits.
  bool deliver(std::uint64_t first_seq, std::uint64_t last_seq);
  /// Reads until an Error frame; its reason, or "" if the session ended without one.
  struct Told {
    int code = 0;
    std::string reason;
  };
  Told wait_error();

  MemoryOutbox& outbox() { return outbox_; }
  TlsClient& client() { return *client_; }

 private:
  GatewayRig& rig_;
  std::string id_;
  MemoryOutbox outbox_;
  std::unique_ptr<TlsClient> client_;
};

}  // namespace lujing::tests
