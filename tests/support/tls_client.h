// A real TLS client that speaks frames, blocking, for tests: a well-behaved terminal's end of the
// wire, and by send_raw() a hostile one's. Not thread safe.
#pragma once

#include <openssl/types.h>

struct ssl_session_st;  // SSL_SESSION

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace lujing::wire {
class Frame;
}

namespace lujing::tests {

struct ClientCertificate {
  std::string authority;  ///< PEM files
  std::string certificate;
  std::string key;  ///< empty: no certificate is shown
};

class TlsClient {
 public:
  TlsClient(std::uint16_t port, const ClientCertificate& certificate);
  ~TlsClient();
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  /// Connects and shakes hands; `ticket` of an earlier client makes it a resumption. The gateway's
  /// refusal of a certificate shows at the first receive() only (TLS 1.3).
  bool connect(const TlsClient* ticket = nullptr);
  bool send(const wire::Frame& frame);
  /// Bytes inside TLS, framed or not.
  bool send_raw(std::string_view bytes);
  /// The next frame; nullopt: none in time, or the session has ended (see closed()).
  std::optional<wire::Frame> receive(
      std::chrono::milliseconds within = std::chrono::milliseconds(20'000));
  /// The gateway has closed, in order or not.
  bool closed() const { return closed_; }
  bool resumed() const;
  /// Last failure, in words.
  const std::string& error() const { return error_; }
  int socket() const { return fd_; }
  /// Smallest receive buffer that the kernel gives; call before connect().
  void read_little() { read_little_ = true; }
  void close();

 private:
  struct Free {
    void operator()(SSL* ssl) const;
    void operator()(SSL_CTX* context) const;
    void operator()(ssl_session_st* session) const;
  };
  bool wait_readable(std::chrono::steady_clock::time_point until) const;
  bool fill(std::chrono::steady_clock::time_point until);
  void note_error(int returned);

  std::uint16_t port_;
  int fd_ = -1;
  bool closed_ = false;
  bool read_little_ = false;
  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL, Free> ssl_;
  std::unique_ptr<ssl_session_st, Free> session_;
  std::string held_;
  std::string error_;
};

/// A TCP connection to the gateway without TLS: its descriptor, or -1.
int connect_tcp(std::uint16_t port);

}  // namespace lujing::tests
