// A TLS 1.3 server that wants a certificate of its own authority, and then just listens.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace lujing::test_support {

class TlsServer {
 public:
  /// PEM files. Listens on a free port of 127.0.0.1; throws std::runtime_error.
  TlsServer(const std::string& certificate, const std::string& key, const std::string& authority);
  ~TlsServer();
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  std::uint16_t port() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lujing::test_support
