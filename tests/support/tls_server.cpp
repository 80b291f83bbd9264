#include "tests/support/tls_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <thread>

namespace lujing::test_support {

struct TlsServer::Impl {
  SSL_CTX* context = nullptr;
  int listener = -1;
  std::uint16_t port = 0;
  std::jthread thread;

  ~Impl() {
    thread = {};
    if (listener >= 0) close(listener);
    SSL_CTX_free(context);
  }
  void listen_somewhere();
  void run(const std::stop_token& stop) const;
  void serve(int fd, const std::stop_token& stop) const;
};

void TlsServer::Impl::listen_somewhere() {
  listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener, 8) != 0 ||
      getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("TLS fixture: no free port");
  }
  port = ntohs(address.sin_port);
}

/// Until the client hangs up.
void TlsServer::Impl::serve(int fd, const std::stop_token& stop) const {
  const timeval patience{0, 50'000};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  SSL* session = SSL_new(context);
  SSL_set_fd(session, fd);
  const auto again = [&](int result) {
    const int error = SSL_get_error(session, result);
    return !stop.stop_requested() &&
           (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE);
  };
  int result = 0;
  while ((result = SSL_accept(session)) <= 0 && again(result)) {
  }
  char byte = 0;
  while (result > 0 || again(result)) result = SSL_read(session, &byte, 1);
  SSL_free(session);
  close(fd);
}

void TlsServer::Impl::run(const std::stop_token& stop) const {
  while (!stop.stop_requested()) {
    pollfd wait{listener, POLLIN, 0};
    if (poll(&wait, 1, 50) <= 0) continue;
    const int fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd >= 0) serve(fd, stop);
  }
}

TlsServer::TlsServer(const std::string& certificate, const std::string& key,
                     const std::string& authority)
    : impl_(std::make_unique<Impl>()) {
  std::signal(SIGPIPE, SIG_IGN);
  impl_->context = SSL_CTX_new(TLS_server_method());
  SSL_CTX* context = impl_->context;
  SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  if (SSL_CTX_use_certificate_chain_file(context, certificate.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_load_verify_locations(context, authority.c_str(), nullptr) != 1) {
    throw std::runtime_error("TLS fixture: certificate " + certificate);
  }
  impl_->listen_somewhere();
  impl_->thread = std::jthread([this](const std::stop_token& stop) { impl_->run(stop); });
}
TlsServer::~TlsServer() = default;
std::uint16_t TlsServer::port() const {
  return impl_->port;
}

}  // namespace lujing::test_support
