// Inside the server: what its connections share. Heavy (Beast), so only for the .cpp files that
// talk to sockets. Everything here lives on the server's thread.
#pragma once

#include "base/http/server.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <set>
#include <string>

namespace lujing::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace wire = boost::beast::http;

using HttpRequest = wire::request<wire::string_body>;

class WebSocketClient;

/// Read by other threads, so that counters() needs no lock.
struct AtomicCounters {
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> websockets{0};
  std::atomic<std::uint64_t> connections{0};
  std::atomic<std::uint64_t> refused_connections{0};
  std::atomic<std::uint64_t> dropped_slow{0};
};

struct Shared {
  Shared(const Options& with, Handlers to) : options(with), handlers(std::move(to)) {}

  Options options;
  Handlers handlers;
  std::string authority;  ///< set before the first connection
  AtomicCounters counters;
  std::set<std::shared_ptr<WebSocketClient>> clients;

  /// Queues for every client; one that is too far behind is dropped.
  void tell_all(const Message& message);
  /// Tells every client that the server is being stopped.
  void close_all();
};

/// One connection, from its first request to its end or to its life as a WebSocket.
asio::awaitable<void> serve_connection(asio::ip::tcp::socket socket, Shared& shared);
/// Takes over a connection whose request asks for a WebSocket.
asio::awaitable<void> serve_websocket(beast::tcp_stream stream, HttpRequest request,
                                      Shared& shared);

}  // namespace lujing::http
