#include "base/http/shared.h"
#include "base/http/websocket_client.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <string_view>
#include <thread>
#include <utility>

namespace lujing::http {

using asio::ip::tcp;

namespace {

constexpr auto as_accept_result = asio::as_tuple(asio::use_awaitable);
constexpr auto goodbye_time = std::chrono::milliseconds(500);
constexpr std::string_view too_many =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nRetry-After: 5\r\n"
    "Connection: close\r\nContent-Length: 50\r\n\r\n"
    "{\"error\": \"too many connections; try again later\"}";

}  // namespace

struct Server::Impl {
  Impl(const Options& options, Handlers handlers) : shared(options, std::move(handlers)) {}

  Result<void> listen() {
    beast::error_code failed;
    const auto address = asio::ip::make_address(shared.options.address, failed);
    const tcp::endpoint endpoint(address, shared.options.port);
    if (failed) {
      return Error(shared.options.setting + ": \"" + shared.options.address +
                   "\" is no IP address; expected that of an interface, as 127.0.0.1");
    }
    acceptor.open(endpoint.protocol(), failed);
    if (!failed) {
      acceptor.set_option(asio::socket_base::reuse_address(true), failed);
    }
    if (!failed) {
      acceptor.bind(endpoint, failed);
    }
    if (!failed) {
      acceptor.listen(asio::socket_base::max_listen_connections, failed);
    }
    if (failed) {
      return Error(shared.options.setting + ": cannot listen on " + shared.options.address + ":" +
                   std::to_string(shared.options.port) + " (" + failed.message() +
                   "); is the port taken by another program, does it need privileges, or has no "
                   "interface this address?");
    }
    bound = acceptor.local_endpoint();
    const auto host = bound.address().to_string();
    shared.authority =
        (bound.address().is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(bound.port());
    return {};
  }

  asio::awaitable<void> accept() {
    asio::steady_timer pause(io);
    while (acceptor.is_open()) {
      auto [failed, socket] = co_await acceptor.async_accept(as_accept_result);
      if (failed) {
        if (failed == asio::error::operation_aborted) {
          break;
        }
        pause.expires_after(std::chrono::milliseconds(100));  // out of descriptors: let some go
        co_await pause.async_wait(as_accept_result);
        continue;
      }
      if (shared.counters.connections >= shared.options.max_connections) {
        ++shared.counters.refused_connections;
        beast::error_code ignored;
        socket.non_blocking(true, ignored);
        socket.write_some(asio::buffer(too_many), ignored);
        continue;
      }
      ++shared.counters.connections;
      asio::co_spawn(io, serve_connection(std::move(socket), shared),
                     [this](const std::exception_ptr&) { --shared.counters.connections; });
    }
  }

  asio::awaitable<void> tell_news() {
    asio::steady_timer timer(io);
    while (acceptor.is_open()) {
      timer.expires_after(shared.options.tick);
      co_await timer.async_wait(as_accept_result);
      for (const Message& message : shared.handlers.news(!shared.clients.empty())) {
        shared.tell_all(message);
      }
    }
  }

  void run() {
    asio::co_spawn(io, accept(), asio::detached);
    if (shared.handlers.news) {
      asio::co_spawn(io, tell_news(), asio::detached);
    }
    thread = std::thread([this] { io.run(); });
  }

  void stop() {
    asio::post(io, [this] {
      beast::error_code ignored;
      acceptor.close(ignored);
      shared.close_all();
      goodbye.expires_after(shared.clients.empty() ? std::chrono::milliseconds(0) : goodbye_time);
      goodbye.async_wait([this](const beast::error_code&) { io.stop(); });
    });
    thread.join();
    shared.clients.clear();  // their sockets belong to `io`, which goes before `shared`
  }

  Shared shared;
  asio::io_context io{1};
  tcp::acceptor acceptor{io};
  asio::steady_timer goodbye{io};
  tcp::endpoint bound;
  std::thread thread;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<Server>> Server::start(const Options& options, Handlers handlers) {
  auto impl = std::make_unique<Impl>(options, std::move(handlers));
  if (auto listening = impl->listen(); !listening) {
    return listening.error();
  }
  impl->run();
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::~Server() {
  impl_->stop();
}

std::uint16_t Server::port() const {
  return impl_->bound.port();
}

const std::string& Server::authority() const {
  return impl_->shared.authority;
}

std::string Server::url() const {
  return "http://" + impl_->shared.authority + "/";
}

Counters Server::counters() const {
  const auto& now = impl_->shared.counters;
  return {now.requests, now.websockets, now.connections, now.refused_connections, now.dropped_slow};
}

}  // namespace lujing::http
