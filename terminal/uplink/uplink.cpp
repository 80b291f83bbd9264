#include "terminal/uplink/uplink.h"

#include "protocol/framing.h"
#include "terminal/uplink/backoff.h"
#include "terminal/uplink/connection.h"
#include "terminal/uplink/conversation.h"
#include "terminal/uplink/resolve.h"
#include "terminal/uplink/tls.h"
#include "terminal/uplink/wake.h"

#include <signal.h>

#include <algorithm>
#include <mutex>
#include <random>
#include <thread>
#include <utility>

namespace lujing::uplink {
namespace {

using Clock = std::chrono::steady_clock;

/// Frames are gathered up to this before they are sent together.
constexpr std::size_t write_together_bytes = 16u << 10;
/// So many ends in order without progress, and the next try waits like after an error.
constexpr int at_once_in_a_row = 4;
constexpr std::chrono::milliseconds last_words{500};

std::uint64_t seed_of(const UplinkConfig& config) {
  return config.seed != 0 ? config.seed : std::random_device{}();
}

}  // namespace

const char* to_string(Stage stage) {
  switch (stage) {
    case Stage::waits_for_outbox:
      return "waits for the outbox to be opened";
    case Stage::reads_certificates:
      return "reads its certificates";
    case Stage::resolves:
      return "asks for the address of [platform] host";
    case Stage::connects:
      return "connects, no answer yet";
    case Stage::shakes_hands:
      return "connected, shakes hands (TLS)";
    case Stage::waits_for_welcome:
      return "waits for the platform's welcome";
    case Stage::online:
      return "on line";
    case Stage::pauses:
      break;
  }
  return "pauses before the next try";
}

struct Uplink::Impl {
  Impl(UplinkConfig c, outbox::BatchSource& s, DirectiveInbox* i)
      : config(std::move(c)),
        source(s),
        inbox(i),
        backoff(config.backoff_min, config.backoff_max, seed_of(config)) {}

  void run();
  bool wait_for_books();
  End session();
  End connect(Connection& connection);
  End talk(Connection& connection);
  void say_last(Connection& connection, const std::string& out);
  void publish();
  void enter(Stage stage);
  void note(const End& end);

  UplinkConfig config;
  outbox::BatchSource& source;
  DirectiveInbox* inbox;
  Wake wake;
  Backoff backoff;
  Memory memory;
  std::unique_ptr<Tls> tls;
  bool progressed = false;
  int at_once = 0;

  UplinkStats mine;  ///< of this thread; copied by publish()
  mutable std::mutex mutex;
  UplinkStats published;
  std::thread thread;
};

void Uplink::Impl::publish() {
  const std::lock_guard held(mutex);
  published = mine;
}

void Uplink::Impl::enter(Stage stage) {
  mine.stage = stage;
  publish();
}

void Uplink::Impl::note(const End& end) {
  mine.online = false;
  if (!end.in_order) ++mine.errors;
  mine.last_error = end.in_order ? std::string() : end.reason;
  enter(Stage::pauses);
  if (!end.in_order && config.on_trouble) config.on_trouble(end.reason);
}

/// Until the store has opened its file there is nothing to say hello with.
bool Uplink::Impl::wait_for_books() {
  constexpr std::chrono::milliseconds look_again{1'000};
  while (!wake.stopping() && source.shelf().epoch == 0) wake.wait(-1, false, false, look_again);
  return !wake.stopping();
}

void Uplink::Impl::run() {
  // OpenSSL writes to the socket with write(): a broken one must be an error, not a signal.
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  while (wait_for_books()) {
    progressed = false;
    const End end = session();
    if (wake.stopping()) break;
    note(end);
    if (progressed) {
      backoff.reset();
      at_once = 0;
    }
    if (end.in_order && ++at_once <= at_once_in_a_row) continue;
    const auto pause =
        end.retry_after.count() > 0 ? backoff.after(end.retry_after) : backoff.next();
    if (!wake.sleep(pause)) break;
  }
  mine.online = false;
  publish();
}

End Uplink::Impl::session() {
  ++mine.connects;
  enter(Stage::reads_certificates);
  if (!tls) {  // read again each time until it is good: a fitter may be putting it right
    auto made = Tls::create({config.authority, config.certificate, config.key}, config.data_dir,
                            config.host + ":" + std::to_string(config.port));
    if (!made) return {false, made.error().what(), {}};
    tls = std::move(*made);
  }
  Connection connection;
  End end = connect(connection);
  if (!end.reason.empty()) return end;
  end = talk(connection);
  connection.close();
  return end;
}

/// An empty reason: connected.
End Uplink::Impl::connect(Connection& connection) {
  enter(Stage::resolves);
  auto addresses = resolve(config.host, config.port, config.timeouts.resolve, wake);
  if (!addresses) return {false, addresses.error().what(), {}};
  Result<void> done = Error("");
  enter(Stage::connects);
  for (const auto& address : *addresses) {
    done = connection.connect(address, config.timeouts.connect, wake);
    if (done || wake.stopping()) break;
  }
  if (!done) return {false, done.error().what(), {}};
  enter(Stage::shakes_hands);
  done = connection.handshake(*tls, config.host, config.timeouts.handshake, wake);
  if (done) return {};
  tls->forget_session();
  tls.reset();  // certificates may have been renewed
  return {false, done.error().what(), {}};
}

End Uplink::Impl::talk(Connection& connection) {
  auto now = Clock::now();
  Conversation conversation(config, source, inbox, memory, mine, now);
  protocol::FrameReader reader;
  std::string in;
  std::string out;
  std::size_t sent = 0;
  auto last_write = now;
  bool counted = false;
  enter(Stage::waits_for_welcome);
  while (!wake.stopping()) {
    now = Clock::now();
    in.clear();
    auto got = connection.read(in);
    if (!got) {
      if (!conversation.welcomed()) tls->forget_session();
      return {false, got.error().what(), {}};
    }
    if (*got == Connection::Io::closed) return {false, "the platform closed the connection", {}};
    mine.bytes_received += in.size();
    if (!in.empty()) {
      conversation.heard(now);
      reader.feed(in);
    }
    for (;;) {
      auto body = reader.next();
      if (!body) return {false, "from the platform: " + body.error().what(), {}};
      if (!*body) break;
      auto end = conversation.take(**body, now);
      progressed = conversation.progressed();
      if (!end) continue;
      std::string words(out, sent);
      conversation.next(words, now);
      say_last(connection, words);
      return *end;
    }
    if (conversation.welcomed() && !std::exchange(counted, true) && connection.resumed())
      ++mine.sessions_resumed;
    if (auto end = conversation.overdue(now)) return *end;
    if (sent == out.size()) {
      out.clear();
      sent = 0;
      last_write = now;
    }
    for (std::size_t before = out.size() + 1;
         sent == 0 && out.size() < write_together_bytes && before != out.size();) {
      before = out.size();
      if (auto end = conversation.next(out, now)) return *end;
    }
    mine.max_buffered_bytes =
        std::max(mine.max_buffered_bytes, out.size() + reader.buffered() + in.size());
    std::size_t part = 0;
    auto wrote = connection.write(std::string_view(out).substr(sent), part);
    if (!wrote) return {false, wrote.error().what(), {}};
    sent += part;
    mine.bytes_sent += part;
    if (part != 0) last_write = now;
    const bool sending = sent < out.size();
    if (conversation.welcomed()) mine.stage = Stage::online;
    if (sending && now - last_write >= config.timeouts.write)
      return {false, "nothing can be sent: the connection is dead", {}};
    publish();
    if (*got == Connection::Io::some || part != 0) continue;
    auto deadline = conversation.deadline(now, sending);
    if (sending) deadline = std::min(deadline, last_write + config.timeouts.write);
    connection.wait(wake, std::chrono::ceil<std::chrono::milliseconds>(deadline - now));
  }
  return {true, "stopped", {}};
}

/// What is still to be said when a session ends, for a moment only.
void Uplink::Impl::say_last(Connection& connection, const std::string& out) {
  const auto end = Clock::now() + last_words;
  std::size_t sent = 0;
  while (sent < out.size() && Clock::now() < end && !wake.stopping()) {
    std::size_t part = 0;
    auto wrote = connection.write(std::string_view(out).substr(sent), part);
    if (!wrote) return;
    sent += part;
    if (part == 0) connection.wait(wake, std::chrono::milliseconds(10));
  }
}

Uplink::Uplink(UplinkConfig config, outbox::BatchSource& source, DirectiveInbox* inbox)
    : impl_(std::make_unique<Impl>(std::move(config), source, inbox)) {
  if (inbox != nullptr) inbox->when_answered([wake = &impl_->wake] { wake->more(); });
  source.when_more([wake = &impl_->wake] { wake->more(); });
  impl_->thread = std::thread([impl = impl_.get()] { impl->run(); });
}

Uplink::~Uplink() {
  stop();
}

void Uplink::stop() {
  if (!impl_->thread.joinable()) return;
  impl_->source.when_more({});
  if (impl_->inbox != nullptr) impl_->inbox->when_answered({});
  impl_->wake.stop();
  impl_->thread.join();
}

UplinkStats Uplink::stats() const {
  const std::lock_guard held(impl_->mutex);
  return impl_->published;
}

}  // namespace lujing::uplink
