// One terminal's session: from the first byte to the last. Lives on the gateway's socket thread.
//
//   handshake ──► hello ──► open ──► closing ──► gone
//
// `closing` has said its last word and waits, for a moment, until the peer has read it.
#pragma once

#include "platform/gateway/booker.h"
#include "platform/gateway/counters.h"
#include "platform/gateway/frames.h"
#include "platform/gateway/tls_channel.h"
#include "protocol/framing.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>

namespace lujing::wire {
class DirectiveResult;
class Frame;
class Hello;
}  // namespace lujing::wire

namespace lujing::gateway {

using Clock = std::chrono::steady_clock;

class Session;

/// What sessions share and whom they tell. One, the gateway's; used on the socket thread only.
struct Hub {
  Hub(const GatewayConfig& c, Counters& n, Booker& b, boost::asio::steady_timer& r, wire::Frame& f)
      : config(c), counters(n), booker(b), room(r), scratch(f) {}
  virtual ~Hub() = default;
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  /// The session has proved who it is: an older one of the same terminal is replaced.
  virtual void claim(Session& session) = 0;
  /// The session is over; it may be destroyed when this returns.
  virtual void forget(Session& session) = 0;

  const GatewayConfig& config;
  Counters& counters;
  Booker& booker;
  boost::asio::steady_timer& room;  ///< cancelled when the ledger has caught up
  wire::Frame& scratch;             ///< the frame that is being read
  /// One for all sessions: what is in them is used up before another session reads.
  std::string network_buffer = std::string(std::size_t{64} << 10, '\0');
  std::string plain_buffer = std::string(std::size_t{16} << 10, '\0');  ///< one TLS record
};

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(std::uint64_t id, boost::asio::ip::tcp::socket socket, SSL_CTX* tls, Hub& hub);

  /// Serves until the session is over.
  boost::asio::awaitable<void> run();
  /// What the ledger made of its work.
  void deliver(const Outcome& outcome);
  /// Says why, once, and closes. Safe to call at any time.
  void end(Ended why, const std::string& detail = {});
  /// Closes without a word: a half-open session that makes way.
  void drop(Ended why);
  /// Ends what has waited too long. Called a few times a second.
  void check_time(Clock::time_point now);
  /// After the welcome, and when the socket takes more.
  void send_directive(std::shared_ptr<const OutgoingDirective> directive);
  /// Reads no more; what came is still acknowledged.
  void stop_reading() { reading_ = false; }

  std::uint64_t id() const { return id_; }
  bool half_open() const { return state_ == State::handshake || state_ == State::hello; }
  /// "" before the hello.
  const std::string& terminal_id() const;

 private:
  enum class State : std::uint8_t { handshake, hello, open, closing, gone };

  bool must_wait() const;
  bool receive();
  void decipher();
  bool finish_handshake();
  void take_frames();
  void take_frame(const std::string& body);
  void take_hello(const wire::Hello& hello);
  void take_batch(std::string packed);
  void take_live(std::string packed);
  void note_progress(bool frame_completed);
  void take_result(const wire::DirectiveResult& result);
  void send(const std::string& frame);
  void send_pieces();
  void flush();
  void close();
  void submit(Work work);
  std::string who() const;

  const std::uint64_t id_;
  Hub& hub_;
  boost::asio::ip::tcp::socket socket_;
  boost::asio::ip::tcp::endpoint remote_;
  TlsChannel tls_;
  protocol::FrameReader frames_;
  PeerPtr peer_;
  State state_ = State::handshake;
  bool reading_ = true;
  bool writing_ = false;  ///< waits until the socket takes more
  bool pinged_ = false;
  std::uint32_t waiting_batches_ = 0;
  bool welcomed_ = false;
  std::deque<std::shared_ptr<const OutgoingDirective>> directives_;  ///< the first is being sent
  std::size_t directive_sent_ = 0;                                   ///< of its body
  std::size_t sent_ = 0;                                             ///< of the channel's output
  Clock::time_point since_;                                          ///< of this state
  Clock::time_point last_heard_;
  Clock::time_point last_sent_;      ///< or the begin of a wait to send
  Clock::time_point frame_begun_{};  ///< of a frame that is not whole; zero: none is
};

}  // namespace lujing::gateway
