#include "terminal/driver/page_server.h"

#include "terminal/driver/answers.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <thread>
#include <tuple>
#include <utility>

namespace lujing::driver {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t max_header_bytes = 4096;
constexpr std::size_t max_body_bytes = 256;
// Everything comes from here, and nobody else may frame it.
constexpr const char* content_security_policy =
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action "
    "'none'; "
    "frame-ancestors 'none'";

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

struct PageServer::Impl {
  Impl(PageOptions with, Facade to) : options(std::move(with)), facade(std::move(to)) {}

  Result<void> listen();
  asio::awaitable<void> accept();
  asio::awaitable<void> serve(tcp::socket socket);
  asio::awaitable<bool> send(beast::tcp_stream& stream, PageAnswer answer, unsigned version,
                             bool keep_alive, bool head);
  std::string authority() const;

  PageOptions options;
  Facade facade;
  asio::io_context io{1};
  tcp::acceptor acceptor{io};
  tcp::endpoint bound;
  std::size_t connections = 0;
  std::thread thread;
};

Result<void> PageServer::Impl::listen() {
  beast::error_code failed;
  const auto address = asio::ip::make_address(options.address, failed);
  if (failed) {
    return Error("[driver] address: \"" + options.address +
                 "\" is no IP address; expected that of an interface, as 127.0.0.1");
  }
  const tcp::endpoint endpoint(address, options.port);
  acceptor.open(endpoint.protocol(), failed);
  if (!failed) acceptor.set_option(asio::socket_base::reuse_address(true), failed);
  if (!failed) acceptor.bind(endpoint, failed);
  if (!failed) acceptor.listen(asio::socket_base::max_listen_connections, failed);
  if (failed) {
    return Error("[driver] the page cannot listen on " + options.address + ":" +
                 std::to_string(options.port) + ": " + failed.message() +
                 "; is the port taken, or has no interface this address?");
  }
  bound = acceptor.local_endpoint();
  return {};
}

std::string PageServer::Impl::authority() const {
  const std::string host = bound.address().to_string();
  return (bound.address().is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(bound.port());
}

asio::awaitable<void> PageServer::Impl::accept() {
  asio::steady_timer pause(io);
  while (acceptor.is_open()) {
    auto [failed, socket] = co_await acceptor.async_accept(as_result);
    if (failed == asio::error::operation_aborted) break;
    if (failed) {
      pause.expires_after(std::chrono::milliseconds(100));  // out of descriptors: let some go
      co_await pause.async_wait(as_result);
      continue;
    }
    if (connections >= options.max_connections) continue;  // its socket closes
    ++connections;
    asio::co_spawn(io, serve(std::move(socket)),
                   [this](const std::exception_ptr&) { --connections; });
  }
}

asio::awaitable<bool> PageServer::Impl::send(beast::tcp_stream& stream, PageAnswer answer,
                                             unsigned version, bool keep_alive, bool head) {
  http::response<http::string_body> response;
  response.version(version);
  response.result(answer.status);
  response.set(http::field::server, "lujing");
  response.set(http::field::content_type, answer.type);
  response.set(http::field::cache_control, "no-store");
  response.set("Content-Security-Policy", content_security_policy);
  response.set("X-Content-Type-Options", "nosniff");
  response.set("Referrer-Policy", "no-referrer");
  if (answer.allow[0] != '\0') response.set(http::field::allow, answer.allow);
  response.content_length(answer.body.size());
  response.keep_alive(keep_alive);
  if (!head) response.body() = std::move(answer.body);
  stream.expires_after(options.request_timeout);
  http::response_serializer<http::string_body> serializer{response};
  beast::error_code failed;
  std::size_t sent = 0;
  if (head) {
    std::tie(failed, sent) = co_await http::async_write_header(stream, serializer, as_result);
  } else {
    std::tie(failed, sent) = co_await http::async_write(stream, serializer, as_result);
  }
  co_return !failed && keep_alive;
}

asio::awaitable<void> PageServer::Impl::serve(tcp::socket socket) {
  beast::tcp_stream stream(std::move(socket));
  beast::flat_buffer buffer(max_header_bytes + max_body_bytes + 1024);
  bool open = true;
  while (open) {
    if (buffer.size() == 0) {  // only from a request's first byte on does its time run
      stream.expires_after(options.idle_timeout);
      const auto [failed, read] = co_await stream.async_read_some(buffer.prepare(512), as_result);
      if (failed) break;
      buffer.commit(read);
    }
    stream.expires_after(options.request_timeout);
    http::request_parser<http::string_body> parser;
    parser.header_limit(max_header_bytes);
    parser.body_limit(max_body_bytes);
    const auto [failed, read] = co_await http::async_read(stream, buffer, parser, as_result);
    if (failed) {
      const unsigned status =
          failed == http::error::body_limit                                          ? 413
          : failed == http::error::header_limit                                      ? 431
          : failed == http::error::end_of_stream                                     ? 0
          : failed == http::error::partial_message                                   ? 0
          : failed.category() == make_error_code(http::error::bad_method).category() ? 400
                                                                                     : 0;
      PageAnswer refused;
      refused.status = status;
      refused.body = "{\"error\":\"this is no request that the page makes\"}";
      if (status != 0) co_await send(stream, std::move(refused), 11, false, false);
      break;
    }
    const auto request = parser.release();
    PageRequest asked{view(request.method_string()), view(request.target()),
                      view(request[http::field::host]), view(request[http::field::origin]),
                      request.body()};
    open = co_await send(stream, answer(asked, authority(), facade), request.version(),
                         request.keep_alive(), request.method() == http::verb::head);
  }
  beast::error_code ignored;
  stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
}

PageServer::PageServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<PageServer>> PageServer::start(const PageOptions& options, Facade facade) {
  auto impl = std::make_unique<Impl>(options, std::move(facade));
  if (auto listening = impl->listen(); !listening) return listening.error();
  Impl* const running = impl.get();
  asio::co_spawn(impl->io, impl->accept(), asio::detached);
  impl->thread = std::thread([running] { running->io.run(); });
  return std::unique_ptr<PageServer>(new PageServer(std::move(impl)));
}

PageServer::~PageServer() {
  asio::post(impl_->io, [this] {
    beast::error_code ignored;
    impl_->acceptor.close(ignored);
    impl_->io.stop();
  });
  impl_->thread.join();
}

std::uint16_t PageServer::port() const {
  return impl_->bound.port();
}

std::string PageServer::url() const {
  return "http://" + impl_->authority() + "/";
}

}  // namespace lujing::driver
