#include "platform/gateway/session.h"

#include "base/time.h"
#include "platform/gateway/ended.h"
#include "protocol/wire.pb.h"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace lujing::gateway {

namespace asio = boost::asio;

namespace {

/// Wakes are shared fairly: a session gives way after so many reads of the network buffer.
constexpr int reads_a_turn = 4;
constexpr int pieces_a_turn = 4;
/// There are not so many kinds.
constexpr std::size_t max_active_directives = 64;
/// A frame that was begun may take longer if at least this much comes.
constexpr std::size_t trickle_bytes_per_s = 256;

const std::string nobody;

}  // namespace

Session::Session(std::uint64_t id, asio::ip::tcp::socket socket, SSL_CTX* tls, Hub& hub)
    : id_(id),
      hub_(hub),
      socket_(std::move(socket)),
      tls_(tls),
      frames_(hub.config.limits.max_frame_bytes),
      since_(Clock::now()),
      last_heard_(since_),
      last_sent_(since_) {
  boost::system::error_code ignored;
  remote_ = socket_.remote_endpoint(ignored);
  socket_.non_blocking(true, ignored);
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
}

const std::string& Session::terminal_id() const {
  return peer_ ? peer_->terminal_id : nobody;
}

std::string Session::who() const {
  return (peer_ ? peer_->terminal_id + " at " : std::string()) + remote_.address().to_string() +
         ":" + std::to_string(remote_.port());
}

asio::awaitable<void> Session::run() {
  const auto self = shared_from_this();
  boost::system::error_code error;
  while (state_ != State::gone) {
    co_await socket_.async_wait(asio::ip::tcp::socket::wait_read,
                                asio::redirect_error(asio::use_awaitable, error));
    // A ledger that is behind slows the senders down: what is not read fills their windows.
    while (state_ == State::open && !error && must_wait()) {
      boost::system::error_code woken;
      co_await hub_.room.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
    if (state_ == State::gone || error) break;
    for (int turn = 0; turn < reads_a_turn && receive(); ++turn) {
    }
  }
  if (state_ != State::gone) drop(Ended::connection);
}

bool Session::must_wait() const {
  return !reading_ || hub_.booker.queued_bytes() > hub_.config.limits.max_queued_bytes;
}

/// True: there may be more to read at once.
bool Session::receive() {
  if (state_ == State::gone) return false;
  auto& buffer = hub_.network_buffer;
  const auto got = ::recv(socket_.native_handle(), buffer.data(), buffer.size(), 0);
  if (got < 0) {
    if (errno != EAGAIN && errno != EINTR) drop(Ended::connection);
    return false;
  }
  if (got == 0) {
    drop(state_ == State::open ? Ended::by_peer : Ended::connection);
    return false;
  }
  const auto size = static_cast<std::size_t>(got);
  hub_.counters.bytes_in.add(size);
  if (state_ == State::closing) return true;  // read so that our last word is not lost in a reset
  last_heard_ = Clock::now();
  pinged_ = false;
  tls_.feed({buffer.data(), size});
  decipher();
  if (state_ != State::gone) flush();
  return size == buffer.size();
}

void Session::decipher() {
  if (state_ == State::handshake && !finish_handshake()) return;
  bool completed = false;
  while (state_ == State::hello || state_ == State::open) {
    std::size_t got = 0;
    const auto step = tls_.read(hub_.plain_buffer.data(), hub_.plain_buffer.size(), got);
    if (step == TlsChannel::Step::more) break;
    if (step == TlsChannel::Step::closed) return end(Ended::by_peer);
    if (step == TlsChannel::Step::failed) return end(Ended::tls, tls_.error());
    const auto before = frames_.buffered();
    frames_.feed({hub_.plain_buffer.data(), got});
    take_frames();
    completed = completed || frames_.buffered() < before + got;
  }
  note_progress(completed);
}

bool Session::finish_handshake() {
  switch (tls_.handshake()) {
    case TlsChannel::Step::done:
      break;
    case TlsChannel::Step::more:
      return false;
    case TlsChannel::Step::closed:
      drop(Ended::connection);
      return false;
    case TlsChannel::Step::failed:
      end(Ended::tls, tls_.error());
      return false;
  }
  state_ = State::hello;
  if (tls_.resumed()) hub_.counters.resumed.add();
  if (tls_.peer_expired()) {
    end(Ended::tls, "certificate has expired");
    return false;
  }
  return true;
}

void Session::note_progress(bool frame_completed) {
  if (frames_.buffered() == 0) frames_ = protocol::FrameReader(hub_.config.limits.max_frame_bytes);
  if (frames_.buffered() == 0 && !tls_.holds_partial_record()) {
    frame_begun_ = {};
  } else if (frame_completed || frame_begun_ == Clock::time_point{}) {
    frame_begun_ = Clock::now();
  }
}

void Session::take_frames() {
  while (state_ == State::hello || state_ == State::open) {
    auto body = frames_.next();
    if (!body) return end(Ended::bad_frame, body.error().what());
    if (!*body) return;
    take_frame(**body);
  }
}

void Session::take_frame(const std::string& body) {
  auto& frame = hub_.scratch;
  if (!frame.ParseFromString(body)) return end(Ended::bad_frame, "not a Frame");
  const auto kind = frame.kind_case();
  if (kind == wire::Frame::KIND_NOT_SET) {
    if (frame.GetReflection()->GetUnknownFields(frame).empty())
      return end(Ended::bad_frame, "a frame without a kind");
    hub_.counters.unknown_frames.add();
    if (state_ == State::hello) return end(Ended::bad_frame, "the first frame must be a hello");
    return send(error_frame(ErrorCode::unknown_kind, "this gateway does not know that kind", 0));
  }
  if (state_ == State::hello) {
    if (kind != wire::Frame::kHello)
      return end(Ended::bad_frame, "the first frame must be a hello");
    return take_hello(frame.hello());
  }
  switch (kind) {
    case wire::Frame::kBatch:
      return take_batch(std::move(*frame.mutable_batch()->mutable_packed()));
    case wire::Frame::kLive:
      return take_live(std::move(*frame.mutable_live()->mutable_packed()));
    case wire::Frame::kPing:
      return send(pong_frame(frame.ping().token()));
    case wire::Frame::kPong:
      return;
    case wire::Frame::kError:
      spdlog::warn("gateway: {} says: {}", who(), frame.error().reason().substr(0, 200));
      return;
    case wire::Frame::kDirectiveResult:
      return take_result(frame.directive_result());
    default:
      return end(Ended::bad_frame, "a frame that only a gateway sends, or a second hello");
  }
}

void Session::take_hello(const wire::Hello& hello) {
  const auto name = tls_.peer_name();
  if (hello.protocol() != 1)
    return end(Ended::bad_frame,
               "protocol " + std::to_string(hello.protocol()) + " is not known here; 1 is");
  if (hello.terminal_id() != name || name.empty() || name.size() > 32)
    return end(Ended::wrong_identity, "the hello says \"" + hello.terminal_id().substr(0, 40) +
                                          "\", the certificate \"" + name.substr(0, 40) + "\"");
  constexpr std::size_t longest_word = 128;
  if (std::max({hello.software().size(), hello.rule_set().size(), hello.vehicle_type().size(),
                hello.plate().size()}) > longest_word)
    return end(Ended::bad_frame, "a word of the hello is longer than 128 bytes");
  if (hello.oldest_seq() > hello.next_seq() || hello.next_seq() > INT64_MAX)
    return end(Ended::bad_frame, "the hello's oldest_seq is beyond its next_seq");
  peer_ = std::make_shared<Peer>();
  peer_->session = id_;
  peer_->terminal_id = name;
  peer_->epoch = hello.epoch();
  state_ = State::open;
  since_ = Clock::now();
  tls_.shed_handshake();
  hub_.claim(*this);
  HelloWork work{hello.oldest_seq(), hello.vehicle_type(), hello.plate(), hello.software(), {}};
  for (const auto& active : hello.active()) {
    if (work.active.size() == max_active_directives || active.name().size() > longest_word) break;
    work.active.emplace_back(active.name(), active.version());
  }
  submit({peer_, std::move(work)});
}

void Session::take_result(const wire::DirectiveResult& result) {
  constexpr std::size_t kept = 512;
  const auto of_it = [&](const auto& each) {
    return each->name == result.name() && each->version == result.version();
  };
  // It is answered: what has not been sent of it need not be.
  if (!directives_.empty() && of_it(directives_.front())) directive_sent_ = 0;
  std::erase_if(directives_, of_it);
  submit({peer_, ResultWork{result.name().substr(0, kept), result.version(), result.applied(),
                            result.reason().substr(0, kept)}});
  send_pieces();
}

void Session::take_batch(std::string packed) {
  if (waiting_batches_ >= hub_.config.limits.window)
    return end(Ended::window,
               "more than " + std::to_string(waiting_batches_) + " batches unacknowledged");
  waiting_batches_ += 1;
  submit({peer_, BatchWork{std::move(packed)}});
}

void Session::take_live(std::string packed) {
  // The map can do without; the books come first.
  if (hub_.booker.queued_bytes() > hub_.config.limits.max_queued_bytes / 2)
    return hub_.counters.live_dropped.add();
  submit({peer_, LiveWork{std::move(packed)}});
}

void Session::submit(Work work) {
  work.received_utc_ms = utc_now().ms;
  hub_.booker.submit(std::move(work));
}

void Session::deliver(const Outcome& outcome) {
  waiting_batches_ -= std::min(waiting_batches_, outcome.batches);
  if (state_ != State::open) return;
  const auto& config = hub_.config;
  switch (outcome.what) {
    case Outcome::What::welcome:
      send(welcome_frame(peer_->epoch, outcome.durable_seq, config.limits.window, utc_now().ms));
      welcomed_ = true;
      break;
    case Outcome::What::acknowledged:
      if (outcome.durable_seq > 0) send(ack_frame(peer_->epoch, outcome.durable_seq));
      break;
    case Outcome::What::bad_batch:
      if (outcome.durable_seq > 0) send(ack_frame(peer_->epoch, outcome.durable_seq));
      return end(Ended::bad_batch, outcome.reason);
    case Outcome::What::ledger_failed:
      return end(Ended::ledger, outcome.reason);
  }
  flush();
  send_pieces();
}

void Session::send(const std::string& frame) {
  if (state_ != State::open && state_ != State::hello) return;
  if (tls_.output().size() - sent_ + frame.size() > hub_.config.limits.max_write_queue_bytes)
    return drop(Ended::slow_reader);
  if (!tls_.write(frame)) return drop(Ended::connection);
}

void Session::send_directive(std::shared_ptr<const OutgoingDirective> directive) {
  if (state_ != State::open || directives_.size() == max_active_directives) return;
  directives_.push_back(std::move(directive));
  send_pieces();
}

/// A piece whenever everything before it has left: acknowledgements never wait for a body, and no
/// session holds more of one than a piece.
void Session::send_pieces() {
  for (int turn = 0; turn < pieces_a_turn; ++turn) {
    if (state_ != State::open || !welcomed_ || writing_ || directives_.empty()) return;
    const auto& directive = *directives_.front();
    std::size_t piece_bytes = 0;
    const auto frame = directive_frame(directive, directive_sent_, piece_bytes);
    directive_sent_ += piece_bytes;
    if (directive_sent_ == directive.body.size()) {
      directives_.pop_front();
      directive_sent_ = 0;
    }
    send(frame);
    flush();
  }
  asio::post(socket_.get_executor(), [self = shared_from_this()] { self->send_pieces(); });
}

void Session::flush() {
  if (writing_ || state_ == State::gone) return;
  auto& out = tls_.output();
  while (sent_ < out.size()) {
    const auto n =
        ::send(socket_.native_handle(), out.data() + sent_, out.size() - sent_, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) break;
    if (n < 0) return drop(Ended::connection);
    sent_ += static_cast<std::size_t>(n);
    hub_.counters.bytes_out.add(static_cast<std::uint64_t>(n));
  }
  if (sent_ == out.size()) {
    out = std::string();  // gives the memory back
    sent_ = 0;
    if (state_ == State::closing) ::shutdown(socket_.native_handle(), SHUT_WR);
    return;
  }
  writing_ = true;
  last_sent_ = Clock::now();
  socket_.async_wait(asio::ip::tcp::socket::wait_write,
                     [self = shared_from_this()](const boost::system::error_code& error) {
                       self->writing_ = false;
                       if (error) return;
                       self->flush();
                       self->send_pieces();
                     });
}

void Session::end(Ended why, const std::string& detail) {
  if (state_ == State::closing || state_ == State::gone) return;
  const auto& row = end_row(why);
  const auto reason = detail.empty() ? std::string(row.name) : row.name + (": " + detail);
  hub_.counters.ended[static_cast<std::size_t>(why)].add();
  spdlog::log(row.refusal ? spdlog::level::warn : spdlog::level::info,
              "gateway: session of {} ended: {}", who(), reason);
  if (state_ != State::handshake) {
    if (row.code != ErrorCode::none) send(error_frame(row.code, reason, row.retry_after_ms));
    if (state_ == State::gone) return;
    tls_.close();
  }
  state_ = State::closing;
  since_ = Clock::now();
  frames_ = protocol::FrameReader();
  flush();
}

void Session::drop(Ended why) {
  if (state_ == State::gone) return;
  if (state_ != State::closing) {
    hub_.counters.ended[static_cast<std::size_t>(why)].add();
    const auto& row = end_row(why);
    spdlog::log(row.refusal ? spdlog::level::warn : spdlog::level::info,
                "gateway: session of {} ended: {}", who(), row.name);
  }
  close();
}

void Session::close() {
  state_ = State::gone;
  boost::system::error_code ignored;
  socket_.close(ignored);
  if (peer_) submit({peer_, GoneWork{}});
  hub_.forget(*this);
}

void Session::check_time(Clock::time_point now) {
  const auto& timeouts = hub_.config.timeouts;
  if (state_ == State::closing) {
    if (now - since_ > timeouts.drain) close();
    return;
  }
  if (half_open()) {
    if (now - since_ > timeouts.hello) end(Ended::hello_timeout);
    return;
  }
  if (state_ != State::open) return;
  if (writing_ && now - last_sent_ > timeouts.write) return drop(Ended::slow_reader);
  if (!reading_) return;
  if (frame_begun_ != Clock::time_point{} &&
      now - frame_begun_ >
          timeouts.frame + std::chrono::seconds(frames_.buffered() / trickle_bytes_per_s))
    return end(Ended::slow_frame);
  if (now - last_heard_ > timeouts.silence) return end(Ended::silence);
  if (!pinged_ && now - last_heard_ > timeouts.ping) {
    pinged_ = true;
    send(ping_frame(0));
    if (state_ == State::open) flush();
  }
}

}  // namespace lujing::gateway
