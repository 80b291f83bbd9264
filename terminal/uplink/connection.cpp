#include "terminal/uplink/connection.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace lujing::uplink {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t tls_record_bytes = 16u << 10;

std::chrono::milliseconds left_until(Clock::time_point end) {
  return std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
}

std::string reason_of(int code) {
  std::array<char, 128> text{};
  const char* reason = strerror_r(code, text.data(), text.size());
  if (code == ECONNREFUSED)
    return fmt::format(
        "{}: nothing listens there: is the platform running, is [platform] port right?", reason);
  if (code == ENETUNREACH || code == EHOSTUNREACH)
    return fmt::format("{}: check the mobile connection", reason);
  return reason;
}

}  // namespace

Connection::~Connection() {
  shut();
}

void Connection::shut() {
  ssl_.reset();
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Result<void> Connection::connect(const Address& address, std::chrono::milliseconds timeout,
                                 Wake& wake) {
  shut();
  fd_ = socket(address.bytes.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) return Error(address.text + ": " + reason_of(errno));
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const auto end = Clock::now() + timeout;
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address.bytes), address.size) == 0)
    return {};
  if (errno != EINPROGRESS) return Error(address.text + ": " + reason_of(errno));
  while (!wake.stopping() && left_until(end).count() > 0) {
    wake.wait(fd_, false, true, left_until(end));
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    if (getpeername(fd_, reinterpret_cast<sockaddr*>(&peer), &size) == 0) return {};
    int code = 0;
    size = sizeof code;
    getsockopt(fd_, SOL_SOCKET, SO_ERROR, &code, &size);
    if (code != 0) return Error(address.text + ": " + reason_of(code));
  }
  return Error(address.text + ": no answer: check the mobile connection and [platform] host");
}

Result<void> Connection::handshake(Tls& tls, const std::string& host,
                                   std::chrono::milliseconds timeout, Wake& wake) {
  auto ssl = tls.client(host, fd_);
  if (!ssl) return ssl.error();
  ssl_ = std::move(*ssl);
  const auto end = Clock::now() + timeout;
  while (!wake.stopping()) {
    ERR_clear_error();
    const int done = SSL_do_handshake(ssl_.get());
    if (done == 1) return {};
    const int why = SSL_get_error(ssl_.get(), done);
    if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE)
      return Error("TLS: " + tls_error(ssl_.get()));
    if (left_until(end).count() <= 0)
      return Error("TLS: the other side does not answer: check [platform] port");
    wake.wait(fd_, why == SSL_ERROR_WANT_READ, why == SSL_ERROR_WANT_WRITE, left_until(end));
  }
  return Error("stopped");
}

bool Connection::resumed() const {
  return ssl_ && SSL_session_reused(ssl_.get()) == 1;
}

Result<Connection::Io> Connection::read(std::string& into) {
  const std::size_t before = into.size();
  into.resize(before + tls_record_bytes);
  ERR_clear_error();
  const int got = SSL_read(ssl_.get(), into.data() + before, static_cast<int>(tls_record_bytes));
  into.resize(before + static_cast<std::size_t>(got > 0 ? got : 0));
  if (got > 0) return Io::some;
  switch (SSL_get_error(ssl_.get(), got)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return Io::nothing;
    case SSL_ERROR_ZERO_RETURN:
      return Io::closed;
    case SSL_ERROR_SYSCALL:
      if (ERR_peek_error() == 0)
        return Error(errno != 0 ? reason_of(errno) : std::string("the connection was closed"));
      [[fallthrough]];
    default:
      return Error("TLS: " + tls_error(ssl_.get()));
  }
}

Result<Connection::Io> Connection::write(std::string_view bytes, std::size_t& sent) {
  sent = 0;
  wants_write_ = false;
  if (bytes.empty()) return Io::nothing;
  ERR_clear_error();
  const int done = SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
  if (done > 0) {
    sent = static_cast<std::size_t>(done);
    return Io::some;
  }
  switch (SSL_get_error(ssl_.get(), done)) {
    case SSL_ERROR_WANT_READ:
      return Io::nothing;
    case SSL_ERROR_WANT_WRITE:
      wants_write_ = true;
      return Io::nothing;
    case SSL_ERROR_SYSCALL:
      if (ERR_peek_error() == 0) return Error(reason_of(errno));
      [[fallthrough]];
    default:
      return Error("TLS: " + tls_error(ssl_.get()));
  }
}

void Connection::wait(Wake& wake, std::chrono::milliseconds time) {
  wake.wait(fd_, true, wants_write_, time);
}

void Connection::close() {
  if (ssl_) SSL_shutdown(ssl_.get());
  ERR_clear_error();
  shut();
}

}  // namespace lujing::uplink
