#include "tests/unit/dispatch/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace lujing::dispatch::testing {

namespace {

constexpr int patience_ms = 30'000;  ///< a test that waits longer hangs: it fails instead

}  // namespace

std::string Response::field(const std::string& name) const {
  const auto at = head.find("\r\n" + name + ": ");
  if (at == std::string::npos) {
    return "";
  }
  const auto begin = at + name.size() + 4;
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

Client::Client(std::uint16_t port, int receive_bytes) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
  if (receive_bytes > 0) {
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
  }
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    throw std::runtime_error("cannot connect");
  }
}

Client::~Client() {
  if (fd_ >= 0) {
    ::close(fd_);
  }
}

Client::Client(Client&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), buffer_(std::move(other.buffer_)) {}

bool Client::send(const std::string& bytes) {
  return ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
         static_cast<ssize_t>(bytes.size());
}

bool Client::more() {
  pollfd waiting{fd_, POLLIN, 0};
  if (::poll(&waiting, 1, patience_ms) <= 0) {
    throw std::runtime_error("nothing came");
  }
  std::array<char, 65536> some{};
  const auto n = ::recv(fd_, some.data(), some.size(), 0);
  if (n <= 0) {
    return false;
  }
  buffer_.append(some.data(), static_cast<std::size_t>(n));
  return true;
}

bool Client::want(std::size_t bytes) {
  while (buffer_.size() < bytes) {
    if (!more()) {
      return false;
    }
  }
  return true;
}

std::optional<Response> Client::read_response(bool head_only) {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!more()) {
      return std::nullopt;
    }
  }
  Response response;
  response.head = buffer_.substr(0, end + 2);
  response.status = std::stoi(response.head.substr(9, 3));
  buffer_.erase(0, end + 4);
  const auto length = response.field("Content-Length");
  if (!head_only && !length.empty()) {
    const auto bytes = std::stoul(length);
    if (!want(bytes)) {
      return std::nullopt;
    }
    response.body = buffer_.substr(0, bytes);
    buffer_.erase(0, bytes);
  }
  return response;
}

std::optional<Response> Client::get(const std::string& target, const std::string& fields) {
  if (!send("GET " + target + " HTTP/1.1\r\nHost: here\r\n" + fields + "\r\n")) {
    return std::nullopt;
  }
  return read_response();
}

bool Client::ends() {
  while (more()) {
    buffer_.clear();
  }
  return true;
}

int Client::upgrade(const std::string& fields) {
  send(
      "GET /ws HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n" +
      fields + "\r\n");
  const auto answer = read_response();
  return answer ? answer->status : 0;
}

std::optional<std::string> Client::read_message() {
  for (;;) {
    if (!want(2)) {
      return std::nullopt;
    }
    const auto byte = [this](std::size_t i) { return static_cast<unsigned char>(buffer_[i]); };
    const int kind = byte(0) & 0x0F;
    std::size_t length = byte(1) & 0x7FU;
    std::size_t head = 2;
    if (length >= 126) {
      const std::size_t wide = length == 126 ? 2 : 8;
      if (!want(2 + wide)) {
        return std::nullopt;
      }
      length = 0;
      for (std::size_t i = 0; i < wide; ++i) {
        length = length << 8 | byte(2 + i);
      }
      head += wide;
    }
    if (!want(head + length)) {
      return std::nullopt;
    }
    const auto text = buffer_.substr(head, length);
    buffer_.erase(0, head + length);
    if (kind == 1) {
      return text;
    }
    if (kind == 8) {
      return std::nullopt;
    }
  }
}

}  // namespace lujing::dispatch::testing
