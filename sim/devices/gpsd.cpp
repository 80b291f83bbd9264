#include "sim/devices/gpsd.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>

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

Result<pid_t> spawn(const std::string& program, std::uint16_t port, const std::string& device,
                    const std::string& log_file) {
  const std::string port_text = std::to_string(port);
  const std::array<const char*, 7> arguments = {program.c_str(),   "-N",           "-n",   "-S",
                                                port_text.c_str(), device.c_str(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, log_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                   0644);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  pid_t pid = -1;
  const int error = ::posix_spawn(&pid, program.c_str(), &actions, nullptr,
                                  const_cast<char* const*>(arguments.data()), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    return Error("starting " + program + ": " + std::strerror(error));
  }
  return pid;
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
    const Result<pid_t> pid = spawn(program, port, device, log_file);
    if (!pid) {
      return pid.error();
    }
    std::unique_ptr<Gpsd> gpsd(new Gpsd(*pid, port));
    for (int wait = 0; wait < 200; ++wait) {
      if (::waitpid(*pid, nullptr, WNOHANG) == *pid) {
        gpsd->pid_ = -1;
        break;
      }
      if (takes_connections(port)) {
        return gpsd;
      }
      std::this_thread::sleep_for(milliseconds(25));
    }
  }
  return Error("gpsd does not take connections; it said why in " + log_file);
}

Gpsd::~Gpsd() {
  if (pid_ <= 0) {
    return;
  }
  ::kill(pid_, SIGTERM);
  for (int wait = 0; wait < 40; ++wait) {
    if (::waitpid(pid_, nullptr, WNOHANG) != 0) {
      return;
    }
    std::this_thread::sleep_for(milliseconds(25));
  }
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

}  // namespace lujing::sim
