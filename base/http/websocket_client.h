// One open page. It is only told things; what it says is read and passed over (the reading is what
// notices that it has gone).
#pragma once

#include "base/http/shared.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <deque>
#include <memory>

namespace lujing::http {

class WebSocketClient : public std::enable_shared_from_this<WebSocketClient> {
 public:
  WebSocketClient(beast::tcp_stream stream, Shared& shared);

  /// Until it goes, or is dropped.
  asio::awaitable<void> run(HttpRequest request);
  /// Queues; too much in the queue drops the client.
  void tell(const Message& message);
  /// After what is queued: "going away".
  void close();

 private:
  asio::awaitable<void> write_queue();
  void drop();

  beast::websocket::stream<beast::tcp_stream> stream_;
  Shared& shared_;
  asio::steady_timer wake_;  ///< never runs out by itself: cancelled when there is something to do
  std::deque<Message> queue_;
  std::size_t queued_bytes_ = 0;
  bool closing_ = false;
  bool gone_ = false;
};

}  // namespace lujing::http
