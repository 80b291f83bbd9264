#include "base/http/websocket_client.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace lujing::http {

namespace websocket = beast::websocket;

namespace {

constexpr auto as_websocket_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t max_said_bytes = 4096;   ///< of a message from the page
constexpr int kernel_send_bytes = 256 * 1024;  ///< the rest waits where it is counted
constexpr auto handshake_timeout = std::chrono::seconds(10);
constexpr auto silence_timeout = std::chrono::seconds(40);  ///< a ping goes out after half of it

}  // namespace

WebSocketClient::WebSocketClient(beast::tcp_stream stream, Shared& shared)
    : stream_(std::move(stream)), shared_(shared), wake_(stream_.get_executor()) {
  wake_.expires_at(asio::steady_timer::time_point::max());
}

asio::awaitable<void> WebSocketClient::run(HttpRequest request) {
  auto& socket = beast::get_lowest_layer(stream_);
  socket.expires_never();  // from here the WebSocket keeps its own time
  beast::error_code ignored;
  socket.socket().set_option(asio::socket_base::send_buffer_size(kernel_send_bytes), ignored);
  socket.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  stream_.set_option(websocket::stream_base::timeout{handshake_timeout, silence_timeout, true});
  stream_.read_message_max(max_said_bytes);
  stream_.text(true);
  const auto [refused] = co_await stream_.async_accept(request, as_websocket_result);
  if (refused) {
    co_return;
  }
  const auto self = shared_from_this();
  shared_.clients.insert(self);
  ++shared_.counters.websockets;
  tell(std::make_shared<const std::string>(shared_.handlers.hello()));
  asio::co_spawn(
      stream_.get_executor(), [self]() -> asio::awaitable<void> { co_await self->write_queue(); },
      asio::detached);
  beast::flat_buffer said;
  for (bool open = true; open;) {
    const auto [failed, read] = co_await stream_.async_read(said, as_websocket_result);
    said.consume(said.size());
    open = !failed;
  }
  drop();
  shared_.clients.erase(self);
  --shared_.counters.websockets;
}

void WebSocketClient::tell(const Message& message) {
  if (gone_ || closing_) {
    return;
  }
  if (queued_bytes_ + message->size() > shared_.options.max_client_queue_bytes) {
    ++shared_.counters.dropped_slow;
    drop();
    return;
  }
  queued_bytes_ += message->size();
  queue_.push_back(message);
  wake_.cancel();
}

void WebSocketClient::close() {
  closing_ = true;
  wake_.cancel();
}

void WebSocketClient::drop() {
  gone_ = true;
  queue_.clear();
  queued_bytes_ = 0;
  wake_.cancel();
  // Without a close frame: a client that does not read would not see it.
  beast::get_lowest_layer(stream_).close();
}

asio::awaitable<void> WebSocketClient::write_queue() {
  while (!gone_) {
    if (queue_.empty()) {
      if (closing_) {
        co_await stream_.async_close(websocket::close_code::going_away, as_websocket_result);
        co_return;
      }
      co_await wake_.async_wait(as_websocket_result);
      continue;
    }
    const auto message = std::move(queue_.front());
    queue_.pop_front();
    const auto [failed, sent] =
        co_await stream_.async_write(asio::buffer(*message), as_websocket_result);
    queued_bytes_ -= std::min(queued_bytes_, message->size());
    if (failed) {
      co_return;  // the reading side notices too, and takes it off the list
    }
  }
}

asio::awaitable<void> serve_websocket(beast::tcp_stream stream, HttpRequest request,
                                      Shared& shared) {
  const auto client = std::make_shared<WebSocketClient>(std::move(stream), shared);
  co_await client->run(std::move(request));
}

void Shared::tell_all(const Message& message) {
  for (const auto& client : clients) {
    client->tell(message);
  }
}

void Shared::close_all() {
  for (const auto& client : clients) {
    client->close();
  }
}

}  // namespace lujing::http
