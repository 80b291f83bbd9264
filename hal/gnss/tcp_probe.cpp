#include "hal/gnss/tcp_probe.h"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace lujing::hal::gnss {
namespace {

/// 0 if somebody answered, otherwise an errno.
int try_address(const addrinfo& address, int timeout_ms) {
  const int fd = socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC,
                        address.ai_protocol);
  if (fd < 0) return errno;
  int problem = connect(fd, address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno;
  if (problem == EINPROGRESS) {
    pollfd wait{fd, POLLOUT, 0};
    problem = ETIMEDOUT;
    if (poll(&wait, 1, timeout_ms) > 0) {
      socklen_t size = sizeof problem;
      if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &problem, &size) != 0) problem = errno;
    }
  }
  close(fd);
  return problem;
}

}  // namespace

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host.rfind("127.", 0) == 0;
}

Result<void> probe_tcp(const std::string& host, std::uint16_t port, int timeout_ms) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int looked = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found);
  if (looked != 0) return Error("name not found: " + std::string(gai_strerror(looked)));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
  int problem = EADDRNOTAVAIL;
  for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
    problem = try_address(*address, timeout_ms);
    if (problem == 0) return {};
  }
  return Error(std::strerror(problem));
}

}  // namespace lujing::hal::gnss
