// What the fleet's terminals show when they connect: certificates of the platform's authority, made
// here, all with one key (a thousand keys would be no other load for the gateway).
#pragma once

#include "base/result.h"

#include <openssl/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace lujing::sim {

class ClientTls {
 public:
  /// Reads the authority's folder; makes the key.
  static Result<ClientTls> make(const std::string& authority_folder);
  ClientTls(ClientTls&&) noexcept;
  ClientTls& operator=(ClientTls&&) noexcept;
  ~ClientTls();

  struct FreeSsl {
    void operator()(SSL* ssl) const;
  };
  using Session = std::unique_ptr<SSL, FreeSsl>;
  /// A client's end on this socket, with a certificate for `id`, ready for SSL_connect().
  Result<Session> session(const std::string& id, int socket) const;

 private:
  struct Parts;
  explicit ClientTls(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

/// What OpenSSL has to say about the last failure on this thread, which is forgotten.
std::string tls_trouble();

}  // namespace lujing::sim
