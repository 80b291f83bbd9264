// A server for a page of our own: HTTP/1.1, and a WebSocket that only tells, on one thread of its
// own. Everything that a client can make it hold is bounded: connections, header and body sizes,
// the time for a request, and what waits for a client that does not read. The dispatcher's page and
// the driver's are served by it.
#pragma once

#include "base/http/message.h"
#include "base/result.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lujing::http {

struct Options {
  std::string setting;                ///< where a person sets the address, for errors: "[driver]"
  std::string address = "127.0.0.1";  ///< an IP address, version 4 or 6
  std::uint16_t port = 0;             ///< 0: any free port
  std::string content_security_policy;
  std::size_t max_connections = 512;
  std::size_t max_header_bytes = 8u << 10;
  std::size_t max_body_bytes = 1024;
  std::chrono::milliseconds request_timeout{15'000};  ///< from the first byte to the last
  std::chrono::milliseconds idle_timeout{60'000};     ///< of a kept connection between requests
  std::string websocket;                              ///< its path; empty: there is none
  /// Of one WebSocket; more: it is dropped.
  std::size_t max_client_queue_bytes = 16u << 20;
  std::chrono::milliseconds tick{250};  ///< how often there may be news
};

using Message = std::shared_ptr<const std::string>;

/// All are called on the server's thread, and must be quick and not throw.
struct Handlers {
  std::function<Answer(const Request&)> answer;
  /// The body of a refusal; `what` is for a person.
  std::function<Answer(unsigned status, const std::string& what)> refuse;
  /// What a WebSocket is told first. With `news`, only where Options::websocket is set.
  std::function<std::string()> hello;
  /// What every open WebSocket is told; asked each tick, also when `anybody` listens not.
  std::function<std::vector<Message>(bool anybody)> news;
};

struct Counters {
  std::uint64_t requests = 0;
  std::uint64_t websockets = 0;           ///< open now
  std::uint64_t connections = 0;          ///< open now, WebSockets included
  std::uint64_t refused_connections = 0;  ///< more than max_connections
  std::uint64_t dropped_slow = 0;         ///< WebSockets that did not read
};

class Server {
 public:
  /// Listens and starts the thread. An error names the setting and what to do.
  static Result<std::unique_ptr<Server>> start(const Options& options, Handlers handlers);
  /// Ends within two seconds: no new connections, open WebSockets are told "going away".
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  /// "127.0.0.1:8080"
  const std::string& authority() const;
  /// "http://127.0.0.1:8080/"
  std::string url() const;
  Counters counters() const;

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lujing::http
