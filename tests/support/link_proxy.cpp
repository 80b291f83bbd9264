#include "tests/support/link_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace lujing::testing {
namespace {

constexpr int round_ms = 10;

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// Closes with a reset, as a link that dies does.
void reset(int fd) {
  const linger at_once{1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(fd);
}

bool send_all(int fd, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t n = send(fd, data, size, MSG_NOSIGNAL);
    if (n <= 0) return false;
    data += n;
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

}  // namespace

struct LinkProxy::Pair {
  int below;  ///< the terminal's side
  int above;  ///< the gateway's
};

LinkProxy::LinkProxy(int target_port) : target_port_(target_port) {
  listen_fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (bind(listen_fd_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(listen_fd_, 64) != 0 ||
      getsockname(listen_fd_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("link proxy: cannot listen");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

LinkProxy::~LinkProxy() {
  stopping_ = true;
  thread_.join();
  for (const Pair& pair : pairs_) {
    reset(pair.below);
    reset(pair.above);
  }
  close(listen_fd_);
}

void LinkProxy::run() {
  while (!stopping_) {
    if (down_) {
      for (const Pair& pair : pairs_) {
        reset(pair.below);
        reset(pair.above);
      }
      pairs_.clear();
    }
    allowance_ = rate_ == 0 ? INT64_MAX : std::max<std::int64_t>(1, rate_ * round_ms / 1000);
    std::vector<pollfd> polled = {{listen_fd_, POLLIN, 0}};
    for (const Pair& pair : pairs_) {
      polled.push_back({pair.below, POLLIN, 0});
      polled.push_back({pair.above, POLLIN, 0});
    }
    poll(polled.data(), polled.size(), round_ms);
    if ((polled[0].revents & POLLIN) != 0) accept_one();
    std::erase_if(pairs_, [this](Pair& pair) {
      if (relay(pair)) return false;
      reset(pair.below);
      reset(pair.above);
      return true;
    });
    // A slow link is slow: one round's allowance for each round's time.
    if (rate_ != 0) poll(nullptr, 0, round_ms);
  }
}

void LinkProxy::accept_one() {
  const int below = accept4(listen_fd_, nullptr, nullptr, SOCK_CLOEXEC);
  if (below < 0) return;
  ++connections_;
  const int above = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(target_port_);
  if (down_ || connect(above, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    reset(below);
    close(above);
    return;
  }
  pairs_.push_back({below, above});
}

bool LinkProxy::relay_up(Pair& pair) {
  std::array<char, 16384> buffer{};
  std::int64_t most = std::min<std::int64_t>(allowance_, std::ssize(buffer));
  const std::int64_t cut = cut_after_;
  if (cut >= 0) most = std::min(most, cut);
  if (most == 0 && cut == 0) {
    cut_after_ = -1;
    ++cuts_;
    return false;
  }
  if (most == 0) return true;
  const ssize_t n = recv(pair.below, buffer.data(), static_cast<std::size_t>(most), MSG_DONTWAIT);
  if (n == 0) return false;
  if (n < 0) return errno == EAGAIN;
  allowance_ -= n;
  bytes_up_ += n;
  if (!send_all(pair.above, buffer.data(), static_cast<std::size_t>(n))) return false;
  if (cut < 0) return true;
  cut_after_ = cut - n;
  if (cut - n > 0) return true;
  cut_after_ = -1;
  ++cuts_;
  return false;
}

bool LinkProxy::relay(Pair& pair) {
  if (!relay_up(pair)) return false;
  std::array<char, 16384> buffer{};
  const ssize_t n = recv(pair.above, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (n == 0) return false;
  if (n < 0) return errno == EAGAIN;
  return send_all(pair.below, buffer.data(), static_cast<std::size_t>(n));
}

}  // namespace lujing::testing
