#include "platform/dispatch/dispatch.h"

#include "base/time.h"
#include "platform/directives/store.h"
#include "platform/dispatch/json.h"
#include "platform/dispatch/live_state.h"
#include "platform/dispatch/server.h"

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

namespace lujing::dispatch {

using asio::ip::tcp;

namespace {

constexpr auto as_accept_result = asio::as_tuple(asio::use_awaitable);
constexpr auto goodbye_time = std::chrono::milliseconds(500);
constexpr std::string_view too_many =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nRetry-After: 5\r\n"
    "Connection: close\r\nContent-Length: 50\r\n\r\n"
    "{\"error\": \"too many connections; try again later\"}";

}  // namespace

struct Dispatch::Impl {
  Impl(const Options& options, const ledger::Ledger& books, LiveState& state, Api api)
      : shared(options, std::move(api)), ledger(books), live(state) {}

  Result<void> listen() {
    beast::error_code failed;
    const auto address = asio::ip::make_address(shared.options.address, failed);
    const tcp::endpoint endpoint(address, shared.options.port);
    if (failed) {
      return Error("dispatch.listen: '" + shared.options.address + "' is no IP address");
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
      return Error("dispatch.listen: cannot listen on " + shared.options.address + ":" +
                   std::to_string(shared.options.port) + " (" + failed.message() +
                   "); is another platform running, or does the port need privileges?");
    }
    bound = acceptor.local_endpoint();
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

  asio::awaitable<void> tell_changes() {
    asio::steady_timer timer(io);
    while (acceptor.is_open()) {
      timer.expires_after(shared.options.tick);
      co_await timer.async_wait(as_accept_result);
      const auto changes = live.take_changes(ledger, utc_now().ms);
      if (shared.clients.empty()) {
        continue;
      }
      for (const auto& alarm : changes.alarms) {
        shared.tell_all(std::make_shared<const std::string>(alarm_message(alarm)));
      }
      for (const auto& vehicle : changes.vehicles) {
        shared.tell_all(std::make_shared<const std::string>(vehicle_message(vehicle)));
      }
    }
  }

  void run() {
    asio::co_spawn(io, accept(), asio::detached);
    asio::co_spawn(io, tell_changes(), asio::detached);
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
  const ledger::Ledger& ledger;
  LiveState& live;
  asio::io_context io{1};
  tcp::acceptor acceptor{io};
  asio::steady_timer goodbye{io};
  tcp::endpoint bound;
  std::thread thread;
};

Dispatch::Dispatch(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<Dispatch>> Dispatch::start(const Options& options,
                                                  const ledger::Ledger& ledger, LiveState& live) {
  PageFiles page;
  if (!options.web_root.empty()) {
    auto read = PageFiles::read(options.web_root);
    if (!read) {
      return read.error().in("dispatch.web_root");
    }
    page = std::move(*read);
  }
  auto basemap = Basemap::read(options.basemap);
  if (!basemap) {
    return basemap.error().in("dispatch.basemap");
  }
  std::shared_ptr<directives::Store> told;
  if (!options.directives.empty()) {
    auto store = directives::Store::open(options.directives);
    if (!store) {
      return store.error();
    }
    told = std::make_shared<directives::Store>(std::move(*store));
  }
  Api api(ledger, live, std::move(page), std::move(*basemap), options.software, std::move(told));
  auto impl = std::make_unique<Impl>(options, ledger, live, std::move(api));
  if (auto listening = impl->listen(); !listening) {
    return listening.error();
  }
  impl->run();
  return std::unique_ptr<Dispatch>(new Dispatch(std::move(impl)));
}

Dispatch::~Dispatch() {
  impl_->stop();
}

std::uint16_t Dispatch::port() const {
  return impl_->bound.port();
}

std::string Dispatch::url() const {
  const auto& address = impl_->bound.address();
  const auto host = address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
  return "http://" + host + ":" + std::to_string(port()) + "/";
}

Counters Dispatch::counters() const {
  const auto& now = impl_->shared.counters;
  return {now.requests, now.websockets, now.connections, now.refused_connections, now.dropped_slow};
}

}  // namespace lujing::dispatch
