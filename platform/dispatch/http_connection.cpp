#include "platform/dispatch/server.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include <utility>

namespace lujing::dispatch {

namespace {

constexpr std::size_t slowest_bytes_per_s = 16u << 10;  ///< a reader that is slower is given up
constexpr auto as_http_result = asio::as_tuple(asio::use_awaitable);

// The page is ours alone: nothing from elsewhere is loaded, and no other site may frame it. The
// map's worker starts from a blob where the browser asks for it, its images are drawn on canvases.
constexpr const char* content_security_policy =
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "worker-src 'self' blob:; child-src blob:; connect-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

template <class Response>
void set_headers(Response& response, const Answer& answer, unsigned version, bool keep_alive) {
  response.version(version);
  response.result(answer.status);
  response.set(http::field::server, "lujing");
  response.set(http::field::cache_control, answer.cache_control);
  response.set("Content-Security-Policy", content_security_policy);
  response.set("X-Content-Type-Options", "nosniff");
  response.set("Referrer-Policy", "no-referrer");
  if (!answer.etag.empty()) {
    response.set(http::field::etag, answer.etag);
  }
  if (!answer.allow.empty()) {
    response.set(http::field::allow, answer.allow);
  }
  if (answer.status != 304) {
    response.set(http::field::content_type, answer.content_type);
    response.content_length(answer.body->size());
  }
  response.keep_alive(keep_alive);
}

/// False: the connection is of no more use.
asio::awaitable<bool> send(beast::tcp_stream& stream, const Answer& answer, unsigned version,
                           bool keep_alive, bool head) {
  beast::error_code failed;
  std::size_t sent = 0;
  if (head || answer.status == 304) {
    http::response<http::empty_body> response;
    set_headers(response, answer, version, keep_alive);
    http::response_serializer<http::empty_body> serializer{response};
    std::tie(failed, sent) = co_await http::async_write_header(stream, serializer, as_http_result);
  } else {
    http::response<http::span_body<const char>> response;
    set_headers(response, answer, version, keep_alive);
    response.body() = {answer.body->data(), answer.body->size()};
    std::tie(failed, sent) = co_await http::async_write(stream, response, as_http_result);
  }
  co_return !failed && keep_alive;
}

/// The answer to what could not be read as a request; without a body: hang up without one.
Answer answer_to(const beast::error_code& failed, const Options& options) {
  if (failed == http::error::header_limit || failed == http::error::buffer_overflow) {
    return error_answer(
        431, "the header is longer than " + std::to_string(options.max_header_bytes) + " bytes");
  }
  if (failed == http::error::body_limit) {
    return error_answer(413, "the body is longer than " + std::to_string(options.max_body_bytes) +
                                 " bytes; nothing here needs one");
  }
  const bool not_http = failed.category() == make_error_code(http::error::bad_method).category() &&
                        failed != http::error::end_of_stream &&
                        failed != http::error::partial_message;
  return not_http ? error_answer(400, "this is not HTTP/1.1: " + failed.message()) : Answer{};
}

bool asks_for_websocket(const HttpRequest& request) {
  return beast::websocket::is_upgrade(request);
}

/// A page of another site must not listen in on behalf of whoever visits it.
bool from_this_site(const HttpRequest& request) {
  const auto origin = request[http::field::origin];
  const auto host = request[http::field::host];
  if (origin.empty()) {
    return true;  // not a browser
  }
  const auto scheme_end = origin.find("://");
  return scheme_end != origin.npos && origin.substr(scheme_end + 3) == host;
}

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

/// Waits for the next request's first byte, so that only then its time begins to run.
asio::awaitable<bool> wait_for_request(beast::tcp_stream& stream, beast::flat_buffer& buffer,
                                       const Options& options) {
  if (buffer.size() == 0) {
    stream.expires_after(options.idle_timeout);
    const auto [failed, read] =
        co_await stream.async_read_some(buffer.prepare(1024), as_http_result);
    if (failed) {
      co_return false;
    }
    buffer.commit(read);
  }
  stream.expires_after(options.request_timeout);
  co_return true;
}

}  // namespace

asio::awaitable<void> serve_connection(asio::ip::tcp::socket socket, Shared& shared) {
  const auto& options = shared.options;
  beast::tcp_stream stream(std::move(socket));
  beast::flat_buffer buffer(options.max_header_bytes + options.max_body_bytes + 1024);
  bool open = true;
  while (open) {
    // Not in the loop's condition: g++ 12 awaits the right side of && whatever the left one says.
    const bool asked = co_await wait_for_request(stream, buffer, options);
    if (!asked) {
      break;
    }
    http::request_parser<http::string_body> parser;
    parser.header_limit(static_cast<std::uint32_t>(options.max_header_bytes));
    parser.body_limit(options.max_body_bytes);
    const auto [failed, read] = co_await http::async_read(stream, buffer, parser, as_http_result);
    if (failed) {
      const auto answer = answer_to(failed, options);
      if (answer.body) {
        co_await send(stream, answer, 11, false, false);
      }
      break;
    }
    ++shared.counters.requests;
    auto request = parser.release();
    const bool is_socket_path = request.target() == "/ws";
    if (is_socket_path && asks_for_websocket(request) && from_this_site(request)) {
      co_await serve_websocket(std::move(stream), std::move(request), shared);
      co_return;
    }
    const bool head = request.method() == http::verb::head;
    const bool keep_alive = request.keep_alive();
    Answer answer;
    if (is_socket_path) {
      answer = asks_for_websocket(request)
                   ? error_answer(403, "a WebSocket is opened only by the page of this platform")
                   : error_answer(426, "/ws is a WebSocket: ask for an upgrade");
    } else {
      answer = shared.api.answer({view(request.method_string()), view(request.target()),
                                  view(request[http::field::if_none_match])});
    }
    stream.expires_after(options.request_timeout +
                         std::chrono::seconds(answer.body->size() / slowest_bytes_per_s));
    open = co_await send(stream, answer, request.version(), keep_alive, head);
  }
  beast::error_code ignored;
  stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

}  // namespace lujing::dispatch
