// A client of a few lines for tests: raw bytes over a socket, so that wrong requests can be sent as
// well as right ones.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace lujing::dispatch::testing {

struct Response {
  int status = 0;
  std::string head;  ///< status line and fields
  std::string body;
  std::string field(const std::string& name) const;  ///< empty: there is none
};

class Client {
 public:
  /// `receive_bytes`: of the socket's own buffer; 0: the system's default.
  explicit Client(std::uint16_t port, int receive_bytes = 0);
  ~Client();
  Client(Client&& other) noexcept;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// False: the other side has hung up.
  bool send(const std::string& bytes);
  /// nullopt: hung up before the whole answer had come. `head_only`: after HEAD.
  std::optional<Response> read_response(bool head_only = false);
  std::optional<Response> get(const std::string& target, const std::string& fields = "");
  /// Whether the other side hangs up, after whatever it says.
  bool ends();

  /// Asks for the WebSocket; the answer's status.
  int upgrade(const std::string& fields = "");
  /// The next text message; nullopt: closed. Pings are passed over.
  std::optional<std::string> read_message();

 private:
  bool more();
  bool want(std::size_t bytes);
  int fd_ = -1;
  std::string buffer_;
};

}  // namespace lujing::dispatch::testing
