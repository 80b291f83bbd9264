// One TCP connection with TLS on it, never blocking longer than it is told.
#pragma once

#include "base/result.h"
#include "terminal/uplink/resolve.h"
#include "terminal/uplink/tls.h"
#include "terminal/uplink/wake.h"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace lujing::uplink {

class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  Result<void> connect(const Address& address, std::chrono::milliseconds timeout, Wake& wake);
  Result<void> handshake(Tls& tls, const std::string& host, std::chrono::milliseconds timeout,
                         Wake& wake);
  bool resumed() const;

  enum class Io : std::uint8_t { some, nothing, closed };
  /// Appends what has come, at most one TLS record; `nothing` if none is there now.
  Result<Io> read(std::string& into);
  /// Sends what can be sent now; `sent` bytes of it went.
  Result<Io> write(std::string_view bytes, std::size_t& sent);
  /// Waits for input, and for output if the last write() was held up.
  void wait(Wake& wake, std::chrono::milliseconds time);
  /// Tells the other side, as far as that goes without waiting.
  void close();

 private:
  void shut();

  int fd_ = -1;
  Ssl ssl_;
  bool wants_write_ = false;
};

}  // namespace lujing::uplink
