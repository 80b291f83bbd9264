#include "base/http/shared.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include <utility>

namespace lujing::http {

namespace {

constexpr std::size_t slowest_bytes_per_s = 16u << 10;  ///< a reader that is slower is given up
constexpr auto as_http_result = asio::as_tuple(asio::use_awaitable);

template <class Response>
void set_headers(Response& response, const Answer& answer, const std::string& policy,
                 unsigned version, bool keep_alive) {
  response.version(version);
  response.result(answer.status);
  response.set(wire::field::server, "lujing");
  response.set(wire::field::cache_control, answer.cache_control);
  response.set("Content-Security-Policy", policy);
  response.set("X-Content-Type-Options", "nosniff");
  response.set("Referrer-Policy", "no-referrer");
  if (!answer.etag.empty()) {
    response.set(wire::field::etag, answer.etag);
  }
  if (!answer.allow.empty()) {
    response.set(wire::field::allow, answer.allow);
  }
  if (answer.status != 304) {
    response.set(wire::field::content_type, answer.content_type);
    response.content_length(answer.body->size());
  }
  response.keep_alive(keep_alive);
}

/// False: the connection is of no more use.
asio::awaitable<bool> send(beast::tcp_stream& stream, const Answer& answer, const Options& options,
                           unsigned version, bool keep_alive, bool head) {
  beast::error_code failed;
  std::size_t sent = 0;
  if (head || answer.status == 304) {
    wire::response<wire::empty_body> response;
    set_headers(response, answer, options.content_security_policy, version, keep_alive);
    wire::response_serializer<wire::empty_body> serializer{response};
    std::tie(failed, sent) = co_await wire::async_write_header(stream, serializer, as_http_result);
  } else {
    wire::response<wire::span_body<const char>> response;
    set_headers(response, answer, options.content_security_policy, version, keep_alive);
    response.body() = {answer.body->data(), answer.body->size()};
    std::tie(failed, sent) = co_await wire::async_write(stream, response, as_http_result);
  }
  co_return !failed && keep_alive;
}

/// The answer to what could not be read as a request; without a body: hang up without one.
Answer answer_to(const beast::error_code& failed, const Shared& shared) {
  const auto refuse = [&](unsigned status, const std::string& what) {
    return shared.handlers.refuse(status, what);
  };
  if (failed == wire::error::header_limit || failed == wire::error::buffer_overflow) {
    return refuse(431, "the header is longer than " +
                           std::to_string(shared.options.max_header_bytes) + " bytes");
  }
  if (failed == wire::error::body_limit) {
    return refuse(413, "the body is longer than " + std::to_string(shared.options.max_body_bytes) +
                           " bytes; nothing here needs one");
  }
  const bool not_http = failed.category() == make_error_code(wire::error::bad_method).category() &&
                        failed != wire::error::end_of_stream &&
                        failed != wire::error::partial_message;
  return not_http ? refuse(400, "this is not HTTP/1.1: " + failed.message()) : Answer{};
}

bool asks_for_websocket(const HttpRequest& request) {
  return beast::websocket::is_upgrade(request);
}

/// A page of another site must not listen in on behalf of whoever visits it.
bool from_this_site(const HttpRequest& request) {
  const auto origin = request[wire::field::origin];
  const auto host = request[wire::field::host];
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

bool is_websocket_path(const HttpRequest& request, const Options& options) {
  return !options.websocket.empty() && request.target() == options.websocket;
}

Answer answer(const HttpRequest& request, const Shared& shared) {
  if (is_websocket_path(request, shared.options)) {
    return asks_for_websocket(request)
               ? shared.handlers.refuse(403,
                                        "a WebSocket is opened only by the page of this server")
               : shared.handlers.refuse(
                     426, shared.options.websocket + " is a WebSocket: ask for an upgrade");
  }
  return shared.handlers.answer({view(request.method_string()), view(request.target()),
                                 view(request[wire::field::host]),
                                 view(request[wire::field::origin]), request.body(),
                                 view(request[wire::field::if_none_match]), shared.authority});
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
    wire::request_parser<wire::string_body> parser;
    parser.header_limit(static_cast<std::uint32_t>(options.max_header_bytes));
    parser.body_limit(options.max_body_bytes);
    const auto [failed, read] = co_await wire::async_read(stream, buffer, parser, as_http_result);
    if (failed) {
      const auto refused = answer_to(failed, shared);
      if (refused.body) {
        co_await send(stream, refused, options, 11, false, false);
      }
      break;
    }
    ++shared.counters.requests;
    auto request = parser.release();
    if (is_websocket_path(request, options) && asks_for_websocket(request) &&
        from_this_site(request)) {
      co_await serve_websocket(std::move(stream), std::move(request), shared);
      co_return;
    }
    const Answer told = answer(request, shared);
    stream.expires_after(options.request_timeout +
                         std::chrono::seconds(told.body->size() / slowest_bytes_per_s));
    open = co_await send(stream, told, options, request.version(), request.keep_alive(),
                         request.method() == wire::verb::head);
  }
  beast::error_code ignored;
  stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

}  // namespace lujing::http
