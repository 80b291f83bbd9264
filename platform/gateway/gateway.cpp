#include "platform/gateway/gateway.h"

#include "platform/gateway/booker.h"
#include "platform/gateway/counters.h"
#include "platform/gateway/ended.h"
#include "platform/gateway/session.h"
#include "platform/gateway/tls_context.h"
#include "protocol/wire.pb.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <algorithm>
#include <future>
#include <mutex>
#include <set>
#include <thread>
#include <unordered_map>
#include <utility>

namespace lujing::gateway {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

/// As many files as we may have: each session is one.
void raise_file_limit(std::size_t wanted) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  if (limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
  }
  if (limit.rlim_cur < wanted + 64)
    spdlog::warn(
        "gateway: {} open files are allowed, {} sessions are configured; raise LimitNOFILE",
        limit.rlim_cur, wanted);
}

/// Often enough for the shortest of the timeouts.
std::chrono::milliseconds sweep_period(const Timeouts& t) {
  const auto shortest = std::min({t.hello, t.silence, t.ping, t.frame, t.write, t.drain});
  return std::clamp(shortest / 4, std::chrono::milliseconds(5), std::chrono::milliseconds(500));
}

}  // namespace

struct Gateway::Impl : Hub {
  GatewayConfig settings;
  Counters counted;
  TlsContext tls;
  wire::Frame frame;
  asio::io_context io{1};
  tcp::acceptor acceptor{io};
  asio::steady_timer caught_up{io};
  asio::steady_timer sweep_timer{io};
  std::uint16_t bound_port = 0;

  // The socket thread's own; by_terminal may also be read under the mutex.
  std::unordered_map<std::uint64_t, std::shared_ptr<Session>> sessions;
  std::set<std::uint64_t> half_open;  ///< the oldest first
  std::mutex terminals_mutex;
  std::unordered_map<std::string, std::uint64_t> by_terminal;
  std::uint64_t next_id = 1;
  bool stopping = false;
  Clock::time_point last_words_until{};

  Booker books;
  std::thread thread;

  Impl(GatewayConfig c, ledger::Ledger& ledger, Events& events)
      : Hub(settings, counted, books, caught_up, frame),
        settings(std::move(c)),
        books(ledger, events, counted, settings.live_ms,
              [this](std::vector<Outcome> outcomes) { deliver(std::move(outcomes)); }) {
    caught_up.expires_at(Clock::time_point::max());
  }

  Result<void> listen();
  asio::awaitable<void> accept();
  asio::awaitable<void> sweep();
  void admit(tcp::socket socket);
  void claim(Session& session) override;
  void forget(Session& session) override;
  void deliver(std::vector<Outcome> outcomes);
  void take_no_more();
  void last_words();
  /// Runs it on the socket thread and waits.
  template <class Do>
  void on_socket_thread(Do what);
  void stop();
};

Result<void> Gateway::Impl::listen() {
  boost::system::error_code error;
  const auto address = asio::ip::make_address(settings.host, error);
  const auto where = settings.host + ":" + std::to_string(settings.port);
  if (error)
    return Error("gateway.listen " + where + ": give an address such as 0.0.0.0:7611 or [::]:7611");
  const tcp::endpoint endpoint(address, settings.port);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
  if (error) return Error("gateway.listen " + where + ": " + error.message());
  bound_port = acceptor.local_endpoint().port();
  return {};
}

asio::awaitable<void> Gateway::Impl::accept() {
  boost::system::error_code error;
  while (!stopping) {
    auto socket = co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (stopping || error == asio::error::operation_aborted) break;
    if (!error) {
      admit(std::move(socket));
      continue;
    }
    // Out of files: those who are here go on, the rest waits in the kernel's queue.
    spdlog::warn("gateway: a connection cannot be taken: {}", error.message());
    asio::steady_timer pause(io, std::chrono::milliseconds(100));
    co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
  }
}

void Gateway::Impl::admit(tcp::socket socket) {
  counted.accepted.add();
  const bool full = sessions.size() >= settings.limits.max_sessions;
  if ((full || half_open.size() >= settings.limits.max_half_open) && !half_open.empty()) {
    const auto oldest = sessions.at(*half_open.begin());
    oldest->drop(Ended::no_room);
  } else if (full) {
    counted.ended[static_cast<std::size_t>(Ended::no_room)].add();
    spdlog::warn("gateway: a connection was refused: {} sessions are the limit", sessions.size());
    return;
  }
  const auto id = next_id++;
  const auto session = std::make_shared<Session>(id, std::move(socket), tls.get(), *this);
  sessions.emplace(id, session);
  half_open.insert(id);
  counted.sessions.set(sessions.size());
  counted.half_open.set(half_open.size());
  asio::co_spawn(io, session->run(), asio::detached);
}

asio::awaitable<void> Gateway::Impl::sweep() {
  boost::system::error_code error;
  const auto period = sweep_period(settings.timeouts);
  std::vector<std::shared_ptr<Session>> all;
  while (true) {
    sweep_timer.expires_after(period);
    co_await sweep_timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
    const auto now = Clock::now();
    all.clear();
    for (const auto& [id, session] : sessions) all.push_back(session);
    for (const auto& session : all) session->check_time(now);
    all.clear();
    if (last_words_until != Clock::time_point{} && now > last_words_until) io.stop();
  }
}

void Gateway::Impl::claim(Session& session) {
  half_open.erase(session.id());
  counted.half_open.set(half_open.size());
  std::shared_ptr<Session> older;
  {
    const std::lock_guard lock(terminals_mutex);
    auto [entry, added] = by_terminal.try_emplace(session.terminal_id(), session.id());
    if (!added) {
      older = sessions.at(entry->second);
      entry->second = session.id();
    }
  }
  if (older) older->end(Ended::replaced);
}

void Gateway::Impl::forget(Session& session) {
  {
    const std::lock_guard lock(terminals_mutex);
    const auto entry = by_terminal.find(session.terminal_id());
    if (entry != by_terminal.end() && entry->second == session.id()) by_terminal.erase(entry);
  }
  half_open.erase(session.id());
  sessions.erase(session.id());
  counted.sessions.set(sessions.size());
  counted.half_open.set(half_open.size());
  if (last_words_until != Clock::time_point{} && sessions.empty()) io.stop();
}

void Gateway::Impl::deliver(std::vector<Outcome> outcomes) {
  asio::post(io, [this, outcomes = std::move(outcomes)] {
    for (const auto& outcome : outcomes) {
      const auto found = sessions.find(outcome.session);
      if (found == sessions.end()) continue;
      const auto session = found->second;  // keeps it while it may end itself
      session->deliver(outcome);
    }
    caught_up.cancel();
  });
}

void Gateway::Impl::take_no_more() {
  stopping = true;
  boost::system::error_code ignored;
  acceptor.close(ignored);
  for (const auto& [id, session] : sessions) session->stop_reading();
}

void Gateway::Impl::last_words() {
  last_words_until = Clock::now() + settings.timeouts.drain;
  std::vector<std::shared_ptr<Session>> all;
  for (const auto& [id, session] : sessions) all.push_back(session);
  for (const auto& session : all) session->end(Ended::going_down);
  caught_up.cancel();
  if (sessions.empty()) io.stop();
}

template <class Do>
void Gateway::Impl::on_socket_thread(Do what) {
  std::promise<void> done;
  asio::post(io, [&] {
    what();
    done.set_value();
  });
  done.get_future().wait();
}

void Gateway::Impl::stop() {
  if (!thread.joinable()) return;
  on_socket_thread([this] { take_no_more(); });
  books.stop();  // what came is committed; the acknowledgements are posted before what follows
  on_socket_thread([this] { last_words(); });
  thread.join();
  sessions.clear();
}

Gateway::Gateway(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Gateway::~Gateway() {
  stop();
}

Result<std::unique_ptr<Gateway>> Gateway::start(const GatewayConfig& config, ledger::Ledger& ledger,
                                                Events& events) {
  auto tls = make_tls_context(config.authority, config.certificate, config.key);
  if (!tls) return tls.error();
  auto impl = std::make_unique<Impl>(config, ledger, events);
  impl->tls = std::move(*tls);
  if (auto listening = impl->listen(); !listening) return listening.error();
  raise_file_limit(config.limits.max_sessions);
  asio::co_spawn(impl->io, impl->accept(), asio::detached);
  asio::co_spawn(impl->io, impl->sweep(), asio::detached);
  impl->thread = std::thread([io = &impl->io] { io->run(); });
  spdlog::info("gateway: listening on {}:{}", config.host, impl->bound_port);
  return std::unique_ptr<Gateway>(new Gateway(std::move(impl)));
}

std::uint16_t Gateway::port() const {
  return impl_->bound_port;
}
void Gateway::stop() {
  impl_->stop();
}
Stats Gateway::stats() const {
  return impl_->counted.read();
}

bool Gateway::send_directive(const std::string& terminal_id,
                             std::shared_ptr<const OutgoingDirective> directive) {
  std::uint64_t id = 0;
  {
    const std::lock_guard lock(impl_->terminals_mutex);
    const auto entry = impl_->by_terminal.find(terminal_id);
    if (entry == impl_->by_terminal.end()) return false;
    id = entry->second;
  }
  asio::post(impl_->io, [impl = impl_.get(), id, directive = std::move(directive)] {
    const auto found = impl->sessions.find(id);
    if (found == impl->sessions.end()) return;
    const auto session = found->second;
    session->send_directive(directive);
  });
  return true;
}

}  // namespace lujing::gateway
