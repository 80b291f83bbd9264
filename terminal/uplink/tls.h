// The uplink's side of TLS 1.3: certificates, and the session that makes the next handshake short.
#pragma once

#include "base/result.h"

#include <openssl/types.h>

#include <memory>
#include <string>

using SSL_SESSION = struct ssl_session_st;

namespace lujing::uplink {

struct FreeTls {
  void operator()(SSL_CTX* context) const;
  void operator()(SSL* ssl) const;
  void operator()(SSL_SESSION* session) const;
};
using Ssl = std::unique_ptr<SSL, FreeTls>;

/// Keeps the newest session ticket, in memory and in FOLDER/tls_session (mode 0600: who has it can
/// resume). A file that cannot be read is as good as none.
class Tls {
 public:
  struct Files {
    std::string authority, certificate, key;
  };
  /// `where` is "host:port": a session of another platform is not offered.
  static Result<std::unique_ptr<Tls>> create(const Files& files, const std::string& data_dir,
                                             const std::string& where);
  ~Tls();
  Tls(const Tls&) = delete;
  Tls& operator=(const Tls&) = delete;

  /// A client for this host, which must be in the platform's certificate.
  Result<Ssl> client(const std::string& host, int fd);
  /// The session was of no use: offer none next time.
  void forget_session();

 private:
  Tls(std::string session_file, std::string where);
  static int keep_session(SSL* ssl, SSL_SESSION* session);
  void load_session();
  void save_session() const;

  std::string session_file_;
  std::string where_;
  std::unique_ptr<SSL_CTX, FreeTls> context_;
  std::unique_ptr<SSL_SESSION, FreeTls> session_;
};

/// What OpenSSL's error queue says, in words with a remedy where there is one. Empties it.
std::string tls_error(SSL* ssl);

}  // namespace lujing::uplink
