// One simulated terminal's session: connects, shakes hands, says hello, sends batches within its
// window and counts acknowledgements. Private to this folder.
#pragma once

#include "protocol/framing.h"
#include "sim/fleet/client_tls.h"
#include "sim/fleet/fleet.h"
#include "sim/fleet/load.h"

#include <netinet/in.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace lujing::sim {

class FleetTerminal {
 public:
  using Clock = std::chrono::steady_clock;
  enum class State : std::uint8_t {
    waiting,
    connecting,
    shaking,
    greeting,
    streaming,
    finished,
    failed
  };

  FleetTerminal(const FleetConfig& config, std::uint32_t number, std::int64_t utc_ms);
  ~FleetTerminal();
  FleetTerminal(FleetTerminal&&) = delete;

  /// Begins to connect. What goes wrong shows in state().
  void start(const ClientTls& tls, const sockaddr_in& platform, Clock::time_point now);
  /// The socket can be read or written: does what can be done, adds to `report`.
  void go_on(Clock::time_point now, FleetReport& report);
  /// Sends what its pace allows by now.
  void pace(Clock::time_point now, FleetReport& report);
  /// When pace() has something to do; nothing while it waits for the platform.
  std::optional<Clock::time_point> due() const;
  void close();

  State state() const { return state_; }
  int socket() const { return socket_; }
  bool wants_to_write() const;
  const std::string& trouble() const { return trouble_; }
  bool over() const { return state_ == State::finished || state_ == State::failed; }

 private:
  struct Sent {
    std::uint64_t last_seq;
    Clock::time_point at;
  };
  void fail(std::string why);
  void step(Clock::time_point now, FleetReport& report);
  bool connected();
  bool shaken();
  void hello();
  void send_batches(Clock::time_point now, FleetReport& report);
  bool may_send(Clock::time_point now) const;
  bool flush();
  bool receive(Clock::time_point now, FleetReport& report);
  bool take(const std::string& body, Clock::time_point now, FleetReport& report);
  void acknowledged(std::uint64_t durable_seq, Clock::time_point now, FleetReport& report);

  const FleetConfig& config_;
  const std::string id_;
  Load load_;
  State state_ = State::waiting;
  int socket_ = -1;
  ClientTls::Session ssl_;
  bool tls_wants_write_ = false;
  std::string out_;
  std::size_t written_ = 0;
  protocol::FrameReader in_;
  std::deque<Sent> in_flight_;
  std::uint32_t window_ = 1;
  std::uint64_t sent_records_ = 0;
  Clock::time_point started_;
  Clock::time_point next_batch_;
  std::string trouble_;
};

}  // namespace lujing::sim
