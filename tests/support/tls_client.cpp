#include "tests/support/tls_client.h"

#include "protocol/framing.h"
#include "protocol/wire.pb.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <stdexcept>

namespace lujing::tests {

using Clock = std::chrono::steady_clock;

namespace {

int open_socket(std::uint16_t port, bool read_little) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  const int one = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (read_little) {
    const int least = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &least, sizeof least);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  ::close(fd);
  return -1;
}

}  // namespace

int connect_tcp(std::uint16_t port) {
  return open_socket(port, false);
}

void TlsClient::Free::operator()(SSL* ssl) const {
  SSL_free(ssl);
}
void TlsClient::Free::operator()(SSL_CTX* context) const {
  SSL_CTX_free(context);
}
void TlsClient::Free::operator()(SSL_SESSION* session) const {
  SSL_SESSION_free(session);
}

TlsClient::TlsClient(std::uint16_t port, const ClientCertificate& files)
    : port_(port), context_(SSL_CTX_new(TLS_client_method())) {
  std::signal(SIGPIPE, SIG_IGN);
  SSL_CTX* context = context_.get();
  SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384");
  SSL_CTX_set_cipher_list(context,
                          "ECDHE-ECDSA-AES128-GCM-SHA256");  // or the hello names 30 old ones
  SSL_CTX_load_verify_file(context, files.authority.c_str());
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  if (!files.key.empty() &&
      (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1 ||
       SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) != 1))
    throw std::runtime_error("the client's certificate cannot be read: " + files.certificate);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, [](SSL* ssl, SSL_SESSION* session) {
    static_cast<TlsClient*>(SSL_get_app_data(ssl))->session_.reset(session);
    return 1;
  });
}

TlsClient::~TlsClient() {
  close();
}

void TlsClient::close() {
  if (fd_ < 0) return;
  if (ssl_ && !closed_) (void)SSL_shutdown(ssl_.get());
  ::close(fd_);
  fd_ = -1;
  closed_ = true;
}

bool TlsClient::connect(const TlsClient* ticket) {
  fd_ = open_socket(port_, read_little_);
  if (fd_ < 0) {
    error_ = "TCP connection refused";
    return false;
  }
  ssl_.reset(SSL_new(context_.get()));
  SSL_set_app_data(ssl_.get(), this);
  SSL_set_fd(ssl_.get(), fd_);
  if (ticket != nullptr && ticket->session_) SSL_set_session(ssl_.get(), ticket->session_.get());
  ERR_clear_error();
  const int returned = SSL_connect(ssl_.get());
  if (returned == 1) return true;
  note_error(returned);
  return false;
}

void TlsClient::note_error(int returned) {
  closed_ = true;
  const int kind = SSL_get_error(ssl_.get(), returned);
  std::array<char, 256> words{};
  if (const auto code = ERR_get_error(); code != 0) {
    ERR_error_string_n(code, words.data(), words.size());
    error_ = words.data();
  } else {
    error_ = kind == SSL_ERROR_ZERO_RETURN ? "closed by the gateway" : "connection broken";
  }
}

bool TlsClient::send(const wire::Frame& frame) {
  std::string bytes;
  protocol::append_frame(frame.SerializeAsString(), bytes);
  return send_raw(bytes);
}

bool TlsClient::send_raw(std::string_view bytes) {
  if (closed_) return false;
  ERR_clear_error();
  const int returned = SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
  if (returned > 0) return true;
  note_error(returned);
  return false;
}

bool TlsClient::wait_readable(Clock::time_point until) const {
  if (SSL_pending(ssl_.get()) > 0) return true;
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
  pollfd wanted{fd_, POLLIN, 0};
  return ::poll(&wanted, 1, static_cast<int>(std::max<std::int64_t>(0, left.count()))) > 0;
}

bool TlsClient::fill(Clock::time_point until) {
  if (closed_ || !wait_readable(until)) return false;
  std::array<char, 16'384> buffer{};
  ERR_clear_error();
  const int got = SSL_read(ssl_.get(), buffer.data(), buffer.size());
  if (got > 0) {
    held_.append(buffer.data(), static_cast<std::size_t>(got));
    return true;
  }
  note_error(got);
  return false;
}

std::optional<wire::Frame> TlsClient::receive(std::chrono::milliseconds within) {
  const auto until = Clock::now() + within;
  while (true) {
    if (held_.size() >= 4) {
      std::size_t size = 0;
      for (int i = 0; i < 4; ++i)
        size = size << 8 | static_cast<unsigned char>(held_[static_cast<std::size_t>(i)]);
      if (held_.size() >= 4 + size) {
        wire::Frame frame;
        const bool parsed = frame.ParseFromArray(held_.data() + 4, static_cast<int>(size));
        held_.erase(0, 4 + size);
        if (parsed) return frame;
        error_ = "the gateway sent what is no Frame";
        return std::nullopt;
      }
    }
    if (!fill(until)) return std::nullopt;
  }
}

bool TlsClient::resumed() const {
  return ssl_ && SSL_session_reused(ssl_.get()) == 1;
}

}  // namespace lujing::tests
