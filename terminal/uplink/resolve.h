// A host's addresses, with a limit on the waiting.
#pragma once

#include "base/result.h"
#include "terminal/uplink/wake.h"

#include <sys/socket.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace lujing::uplink {

struct Address {
  sockaddr_storage bytes{};
  socklen_t size = 0;
  std::string text;  ///< for messages
};

/// A name is looked up on a thread of its own, which is left behind if it takes too long: the
/// system's resolver cannot be interrupted.
Result<std::vector<Address>> resolve(const std::string& host, std::uint16_t port,
                                     std::chrono::milliseconds timeout, Wake& wake);

}  // namespace lujing::uplink
