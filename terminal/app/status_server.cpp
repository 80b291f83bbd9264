#include "terminal/app/status_server.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace lujing::app {
namespace {

constexpr int poll_ms = 200;
constexpr int write_timeout_s = 2;  // a caller who does not read must not hold the next one up

void answer(int fd, const std::string& text) {
  const timeval limit{write_timeout_s, 0};
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  std::size_t sent = 0;
  while (sent < text.size()) {
    const ssize_t n = send(fd, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) return;
    sent += static_cast<std::size_t>(n);
  }
}

}  // namespace

Result<std::unique_ptr<StatusServer>> StatusServer::start(const std::string& socket_path,
                                                          std::function<std::string()> produce) {
  sockaddr_un address{};
  if (socket_path.size() >= sizeof address.sun_path) {
    return Error("status socket " + socket_path + ": the path is longer than " +
                 std::to_string(sizeof address.sun_path - 1) + " bytes; choose a shorter data_dir");
  }
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, socket_path.c_str(), socket_path.size() + 1);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return Error(std::string("status socket: ") + std::strerror(errno));
  unlink(
      socket_path.c_str());  // left behind by a kill; the outbox's lock keeps two terminals apart
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      chmod(socket_path.c_str(), 0660) != 0 || listen(fd, 8) != 0) {
    const Error error("status socket " + socket_path + ": " + std::strerror(errno));
    close(fd);
    return error;
  }
  return std::unique_ptr<StatusServer>(new StatusServer(socket_path, fd, std::move(produce)));
}

StatusServer::StatusServer(std::string path, int listen_fd, std::function<std::string()> produce)
    : path_(std::move(path)),
      listen_fd_(listen_fd),
      produce_(std::move(produce)),
      thread_([this] { serve(); }) {}

StatusServer::~StatusServer() {
  stopping_ = true;
  thread_.join();
  close(listen_fd_);
  unlink(path_.c_str());
}

void StatusServer::serve() {
  while (!stopping_) {
    pollfd p{listen_fd_, POLLIN, 0};
    if (poll(&p, 1, poll_ms) <= 0) continue;
    const int fd = accept4(listen_fd_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    answer(fd, produce_());
    close(fd);
  }
}

}  // namespace lujing::app
