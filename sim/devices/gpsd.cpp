#include "sim/devices/gpsd.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>
#include <utility>

namespace lujing::sim {
namespace {

using std::chrono::milliseconds;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  const bool bound = ::bind(fd, generic, size) == 0 && ::getsockname(fd, generic, &size) == 0;
  ::close(fd);
  return bound ? ntohs(address.sin_port) : std::uint16_t{0};
}

bool takes_connections(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  const bool connected =
      ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return connected;
}

/// A user's PATH often lacks the sbin folders.
std::string find_gpsd() {
  for (const char* path : {"/usr/sbin/gpsd", "/usr/local/sbin/gpsd", "/usr/bin/gpsd"}) {
    if (::access(path, X_OK) == 0) {
      return path;
    }
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Gpsd>> Gpsd::start(const std::string& device, const std::string& log_file) {
  const std::string program = find_gpsd();
  if (program.empty()) {
    return Error("gpsd is not installed: apt-get install gpsd");
  }
  // Another program may take the port between our look and gpsd's start: then once more.
  for (int attempt = 0; attempt < 5; ++attempt) {
    const std::uint16_t port = free_port();
    auto process =
        Process::start({program, "-N", "-n", "-S", std::to_string(port), device}, log_file);
    if (!process) {
      return process.error();
    }
    std::unique_ptr<Gpsd> gpsd(new Gpsd(std::move(*process), port));
    for (int wait = 0; wait < 200 && gpsd->process_.runs(); ++wait) {
      if (takes_connections(port)) {
        return gpsd;
      }
      std::this_thread::sleep_for(milliseconds(25));
    }
  }
  return Error("gpsd does not take connections; it said why in " + log_file);
}

}  // namespace lujing::sim
