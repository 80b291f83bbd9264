#include "sim/fleet/terminal.h"

#include "protocol/wire.pb.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace lujing::sim {
namespace {

/// One address has about 28,000 ports for outgoing connections; the loopback net has many.
constexpr std::uint32_t terminals_an_address = 20'000;

std::int64_t us_between(FleetTerminal::Clock::time_point from,
                        FleetTerminal::Clock::time_point to) {
  return std::chrono::duration_cast<std::chrono::microseconds>(to - from).count();
}

/// A socket of its own loopback address where one address would run out of ports; -1: errno.
int make_socket(std::uint32_t number, const sockaddr_in& platform) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return fd;
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const std::uint32_t block = number / terminals_an_address;
  const bool loopback = (ntohl(platform.sin_addr.s_addr) >> 24) == 127;
  if (block == 0 || !loopback) return fd;
  ::setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  sockaddr_in from{};
  from.sin_family = AF_INET;
  from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + block);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&from), sizeof from) == 0) return fd;
  ::close(fd);
  return -1;
}

}  // namespace

FleetTerminal::FleetTerminal(const FleetConfig& config, std::uint32_t number, std::int64_t utc_ms)
    : config_(config),
      id_(fmt::format("{}{:05}", config.prefix, number)),
      load_(config.seed, number, utc_ms) {}

FleetTerminal::~FleetTerminal() {
  close();
}

void FleetTerminal::close() {
  ssl_.reset();
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

void FleetTerminal::fail(std::string why) {
  state_ = State::failed;
  trouble_ = std::move(why);
  close();
}

bool FleetTerminal::wants_to_write() const {
  return state_ == State::connecting || tls_wants_write_ || written_ < out_.size();
}

void FleetTerminal::start(const ClientTls& tls, const sockaddr_in& platform,
                          Clock::time_point now) {
  started_ = now;
  const auto number = static_cast<std::uint32_t>(std::stoul(id_.substr(config_.prefix.size())));
  socket_ = make_socket(number, platform);
  if (socket_ < 0) return fail(fmt::format("no socket: {}", std::strerror(errno)));
  auto session = tls.session(id_, socket_);
  if (!session) return fail(session.error().what());
  ssl_ = std::move(*session);
  state_ = State::connecting;
  const int done =
      ::connect(socket_, reinterpret_cast<const sockaddr*>(&platform), sizeof platform);
  if (done != 0 && errno != EINPROGRESS) fail(fmt::format("connect: {}", std::strerror(errno)));
}

void FleetTerminal::go_on(Clock::time_point now, FleetReport& report) {
  if (state_ == State::connecting && !connected()) return;
  if (state_ == State::shaking && !shaken()) return;
  step(now, report);
}

void FleetTerminal::pace(Clock::time_point now, FleetReport& report) {
  if (state_ == State::streaming) step(now, report);
}

void FleetTerminal::step(Clock::time_point now, FleetReport& report) {
  if (state_ == State::failed || state_ == State::waiting) return;
  if (!receive(now, report)) return;
  if (state_ == State::streaming) send_batches(now, report);
  flush();
}

std::optional<FleetTerminal::Clock::time_point> FleetTerminal::due() const {
  if (state_ != State::streaming || config_.pace_s <= 0) return std::nullopt;
  if (sent_records_ >= config_.records_each || in_flight_.size() >= window_) return std::nullopt;
  return next_batch_;
}

bool FleetTerminal::connected() {
  int trouble = 0;
  socklen_t length = sizeof trouble;
  ::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &trouble, &length);
  if (trouble != 0) {
    fail(fmt::format("connect: {}", std::strerror(trouble)));
    return false;
  }
  state_ = State::shaking;
  return true;
}

bool FleetTerminal::shaken() {
  const int done = SSL_connect(ssl_.get());
  if (done == 1) {
    tls_wants_write_ = false;
    state_ = State::greeting;
    hello();
    return true;
  }
  const int why = SSL_get_error(ssl_.get(), done);
  tls_wants_write_ = why == SSL_ERROR_WANT_WRITE;
  if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) {
    const std::string trouble = tls_trouble();
    fail("TLS: " + (trouble.empty() ? "the platform closed in the handshake" : trouble));
  }
  return false;
}

void FleetTerminal::hello() {
  wire::Frame frame;
  wire::Hello& hello = *frame.mutable_hello();
  hello.set_protocol(1);
  hello.set_terminal_id(id_);
  hello.set_epoch(load_.epoch());
  hello.set_next_seq(1 + config_.records_each);
  hello.set_oldest_seq(1);
  hello.set_software("fleet");
  hello.set_rule_set("fleet@1");
  hello.set_vehicle_type("muck");
  hello.set_plate(id_);
  protocol::append_frame(frame.SerializeAsString(), out_);
}

bool FleetTerminal::may_send(Clock::time_point now) const {
  return sent_records_ < config_.records_each && in_flight_.size() < window_ &&
         (config_.pace_s <= 0 || now >= next_batch_);
}

void FleetTerminal::send_batches(Clock::time_point now, FleetReport& report) {
  while (may_send(now)) {
    const auto count = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(config_.records_a_batch, config_.records_each - sent_records_));
    wire::Frame frame;
    frame.mutable_batch()->set_packed(load_.next_batch(count));
    const std::size_t before = out_.size();
    protocol::append_frame(frame.SerializeAsString(), out_);
    report.bytes_up += out_.size() - before;
    sent_records_ += count;
    in_flight_.push_back({load_.next_seq() - 1, now});
    next_batch_ +=
        std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(config_.pace_s));
  }
}

bool FleetTerminal::flush() {
  while (socket_ >= 0 && written_ < out_.size()) {
    std::size_t taken = 0;
    const int done =
        SSL_write_ex(ssl_.get(), out_.data() + written_, out_.size() - written_, &taken);
    if (done == 1) {
      written_ += taken;
      continue;
    }
    const int why = SSL_get_error(ssl_.get(), done);
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) return true;
    fail("sending: " + tls_trouble());
    return false;
  }
  if (written_ == out_.size()) {
    out_.clear();
    written_ = 0;
  }
  return true;
}

bool FleetTerminal::receive(Clock::time_point now, FleetReport& report) {
  std::array<char, 4096> bytes{};
  while (true) {
    std::size_t got = 0;
    const int done = SSL_read_ex(ssl_.get(), bytes.data(), bytes.size(), &got);
    if (done != 1) {
      const int why = SSL_get_error(ssl_.get(), done);
      if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) return true;
      const std::string trouble = tls_trouble();
      fail(why == SSL_ERROR_ZERO_RETURN || trouble.empty() ? "the platform closed" : trouble);
      return false;
    }
    in_.feed({bytes.data(), got});
    while (true) {
      auto body = in_.next();
      if (!body) {
        fail(body.error().what());
        return false;
      }
      if (!body->has_value()) break;
      if (!take(**body, now, report)) return false;
    }
  }
}

bool FleetTerminal::take(const std::string& body, Clock::time_point now, FleetReport& report) {
  wire::Frame frame;
  if (!frame.ParseFromString(body)) {
    fail("the platform sent something that is not a frame");
    return false;
  }
  if (frame.has_error()) {
    fail("refused: " + frame.error().reason());
    return false;
  }
  if (frame.has_ping()) {
    wire::Frame reply;
    reply.mutable_pong()->set_token(frame.ping().token());
    protocol::append_frame(reply.SerializeAsString(), out_);
  } else if (frame.has_welcome() && state_ == State::greeting) {
    ++report.welcomed;
    if (SSL_session_reused(ssl_.get()) == 1) ++report.resumed;
    report.welcome.add_us(us_between(started_, now));
    window_ = std::max(1U, frame.welcome().window());
    next_batch_ = now;
    state_ = config_.records_each == 0 ? State::finished : State::streaming;
  } else if (frame.has_ack()) {
    acknowledged(frame.ack().durable_seq(), now, report);
  }
  return true;
}

void FleetTerminal::acknowledged(std::uint64_t durable_seq, Clock::time_point now,
                                 FleetReport& report) {
  while (!in_flight_.empty() && in_flight_.front().last_seq <= durable_seq) {
    report.ack.add_us(us_between(in_flight_.front().at, now));
    ++report.batches;
    in_flight_.pop_front();
  }
  if (durable_seq >= config_.records_each && in_flight_.empty()) state_ = State::finished;
}

}  // namespace lujing::sim
