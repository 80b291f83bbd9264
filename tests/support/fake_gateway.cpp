#include "tests/support/fake_gateway.h"

#include "protocol/framing.h"
#include "protocol/wire.pb.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <random>
#include <stdexcept>
#include <thread>
#include <utility>

namespace lujing::test {
namespace {

constexpr int patience_ms = 20'000;
constexpr std::uint32_t retry_after_ms = 150;

std::string frame_bytes(const wire::Frame& frame) {
  std::string out;
  protocol::append_frame(frame.SerializeAsString(), out);
  return out;
}

}  // namespace

std::size_t FakeGateway::Seen::records() const {
  std::size_t count = 0;
  for (const auto& [epoch, records] : books) count += records.size();
  return count;
}

struct FakeGateway::Impl {
  Impl(const Files& files, std::uint16_t wanted_port);
  ~Impl();

  void serve();
  void session(SSL* ssl);
  bool take(SSL* ssl, const wire::Frame& frame);
  bool welcome(SSL* ssl, const wire::Hello& hello);
  bool book(SSL* ssl, const std::string& packed);
  bool acknowledge(SSL* ssl, std::uint64_t seq);
  bool send(SSL* ssl, const wire::Frame& frame) { return send_bytes(ssl, frame_bytes(frame)); }
  bool send_bytes(SSL* ssl, const std::string& bytes);
  bool wait(int fd, bool write) const;
  template <class Change>
  void note(Change change) {
    const std::lock_guard held(mutex);
    change(seen);
    changed.notify_all();
  }

  SSL_CTX* context = nullptr;
  int listener = -1;
  int stop_event = -1;
  std::uint16_t port = 0;
  std::atomic<std::uint32_t> window{8};

  mutable std::mutex mutex;
  mutable std::condition_variable changed;
  Seen seen;
  Prank prank = Prank::none;
  int prank_sessions = 0;
  std::map<std::uint64_t, std::uint64_t> durable;
  std::map<std::uint64_t, protocol::Hash> chain;

  // Of the session that runs, on the server's thread.
  Prank now = Prank::none;
  std::uint64_t epoch = 0;
  std::atomic<bool> stopping{false};
  std::thread thread;
};

FakeGateway::Impl::Impl(const Files& files, std::uint16_t wanted_port) {
  context = SSL_CTX_new(TLS_server_method());
  SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  const unsigned char id[] = "fake";
  SSL_CTX_set_session_id_context(context, id, sizeof id);
  if (SSL_CTX_load_verify_locations(context, files.authority.c_str(), nullptr) != 1 ||
      SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) != 1)
    throw std::runtime_error("the fake gateway's certificate cannot be read");
  listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(wanted_port);
  socklen_t size = sizeof address;
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener, 16) != 0)
    throw std::runtime_error("the fake gateway cannot listen");
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  port = ntohs(address.sin_port);
  stop_event = eventfd(0, EFD_CLOEXEC);
  thread = std::thread([this] { serve(); });
}

FakeGateway::Impl::~Impl() {
  stopping = true;
  const std::uint64_t one = 1;
  const auto written = write(stop_event, &one, sizeof one);
  (void)written;
  thread.join();
  close(listener);
  close(stop_event);
  SSL_CTX_free(context);
}

/// False: stop, or nothing came for too long.
bool FakeGateway::Impl::wait(int fd, bool for_write) const {
  std::array<pollfd, 2> set{};
  set[0] = {stop_event, POLLIN, 0};
  set[1] = {fd, static_cast<short>(for_write ? POLLOUT : POLLIN), 0};
  return poll(set.data(), 2, patience_ms) > 0 && set[0].revents == 0;
}

void FakeGateway::Impl::serve() {
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  while (!stopping) {
    if (!wait(listener, false)) continue;
    const int fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    SSL* ssl = SSL_new(context);
    SSL_set_fd(ssl, fd);
    ERR_clear_error();
    if (SSL_accept(ssl) == 1) {
      note([&](Seen& s) {
        ++s.connections;
        if (SSL_session_reused(ssl) == 1) ++s.resumed;
        now = prank_sessions > 0 ? prank : Prank::none;
        if (prank_sessions > 0) --prank_sessions;
      });
      session(ssl);
      SSL_shutdown(ssl);
    } else {
      note([](Seen& s) { ++s.refused; });
    }
    SSL_free(ssl);
    close(fd);
  }
}

void FakeGateway::Impl::session(SSL* ssl) {
  protocol::FrameReader reader;
  epoch = 0;
  int in_flight = 0;
  for (;;) {
    auto body = reader.next();
    if (!body) {
      note([&](Seen& s) { s.wrong.push_back(body.error().what()); });
      return;
    }
    if (*body) {
      wire::Frame frame;
      if (!frame.ParseFromString(**body)) {
        note([](Seen& s) { s.wrong.emplace_back("not a Frame"); });
        return;
      }
      if (frame.has_batch()) ++in_flight;
      note([&](Seen& s) { s.max_in_flight = std::max(s.max_in_flight, in_flight); });
      if (!take(ssl, frame)) return;
      if (frame.has_batch() && now != Prank::silent_after_welcome) --in_flight;
      continue;
    }
    if (SSL_pending(ssl) == 0 && !wait(SSL_get_fd(ssl), false)) return;
    std::array<char, 16384> bytes{};
    const int got = SSL_read(ssl, bytes.data(), static_cast<int>(bytes.size()));
    if (got <= 0) return;
    reader.feed({bytes.data(), static_cast<std::size_t>(got)});
  }
}

bool FakeGateway::Impl::send_bytes(SSL* ssl, const std::string& bytes) {
  const std::size_t step = now == Prank::trickle ? 1 : bytes.size();
  for (std::size_t at = 0; at < bytes.size(); at += step)
    if (SSL_write(ssl, bytes.data() + at, static_cast<int>(step)) <= 0) return false;
  return true;
}

bool FakeGateway::Impl::take(SSL* ssl, const wire::Frame& frame) {
  switch (frame.kind_case()) {
    case wire::Frame::kHello:
      return welcome(ssl, frame.hello());
    case wire::Frame::kBatch:
      return book(ssl, frame.batch().packed());
    case wire::Frame::kLive: {
      auto batch = protocol::decode(frame.live().packed());
      note([&](Seen& s) {
        ++s.live;
        if (!batch) s.wrong.push_back("live: " + batch.error().what());
      });
      return true;
    }
    case wire::Frame::kDirectiveResult:
      note([&](Seen& s) { s.results.push_back(frame.directive_result().reason()); });
      return true;
    case wire::Frame::kError:
      note([&](Seen& s) { s.errors.push_back(frame.error().code()); });
      return true;
    case wire::Frame::kPing: {
      wire::Frame pong;
      pong.mutable_pong()->set_token(frame.ping().token());
      return send(ssl, pong);
    }
    case wire::Frame::kPong:
      note([&](Seen& s) { s.pongs.push_back(frame.pong().token()); });
      return true;
    default:
      note([](Seen& s) { s.wrong.emplace_back("a frame of another kind"); });
      return true;
  }
}

bool FakeGateway::Impl::welcome(SSL* ssl, const wire::Hello& hello) {
  std::uint64_t ends_at = 0;
  note([&](Seen& s) {
    ++s.hellos;
    s.epochs.push_back(hello.epoch());
    ends_at = durable[hello.epoch()];
  });
  epoch = hello.epoch();
  wire::Frame frame;
  if (now == Prank::garbage) {
    std::mt19937 random(7);
    std::string bytes(600, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    bytes[0] = bytes[1] = 0;  // a length that may be
    send_bytes(ssl, bytes);
    return false;
  }
  if (now == Prank::huge_frame) {
    send_bytes(ssl, std::string("\x7f\xff\xff\xff", 4));
    return true;
  }
  if (now == Prank::silent) return true;
  if (now == Prank::overloaded) {
    frame.mutable_error()->set_code(wire::Error::OVERLOADED);
    frame.mutable_error()->set_reason("a storm");
    frame.mutable_error()->set_retry_after_ms(retry_after_ms);
    send(ssl, frame);
    return false;
  }
  frame.mutable_welcome()->set_protocol(1);
  frame.mutable_welcome()->set_epoch(now == Prank::other_epoch ? epoch + 1 : epoch);
  frame.mutable_welcome()->set_durable_seq(ends_at);
  frame.mutable_welcome()->set_window(window);
  if (now == Prank::cut_in_frame) {
    const std::string bytes = frame_bytes(frame);
    send_bytes(ssl, bytes.substr(0, bytes.size() / 2));
    return false;
  }
  if (!send(ssl, frame)) return false;
  if (now == Prank::unknown_kind) {
    // Field 4001, a length-delimited message: a kind that this protocol does not have.
    std::string out;
    protocol::append_frame(std::string("\x8a\xfa\x01\x02\x08\x01", 6), out);
    send_bytes(ssl, out);
  }
  if (now == Prank::directive) {
    wire::Frame directive;
    directive.mutable_directive()->set_name("fences");
    directive.mutable_directive()->set_version(3);
    send(ssl, directive);
    wire::Frame ping;
    ping.mutable_ping()->set_token(77);
    send(ssl, ping);
  }
  return now != Prank::cut_after_welcome;
}

/// As the ledger takes a batch: in order, each record once, chained.
bool FakeGateway::Impl::book(SSL* ssl, const std::string& packed) {
  auto batch = protocol::decode(packed);
  if (now == Prank::bad_batch) {
    wire::Frame frame;
    frame.mutable_error()->set_code(wire::Error::BAD_BATCH);
    frame.mutable_error()->set_reason("broken chain");
    send(ssl, frame);
    return false;
  }
  std::uint64_t ends_at = 0;
  bool good = true;
  note([&](Seen& s) {
    ++s.batches;
    auto wrong = [&](const std::string& what) {
      s.wrong.push_back(what);
      good = false;
    };
    if (!batch) return wrong(batch.error().what());
    if (batch->epoch != epoch) return wrong("a batch of another epoch");
    auto& end = durable[epoch];
    if (batch->first_seq > end + 1) return wrong("a gap");
    if (batch->first_seq == end + 1 && end != 0 && chain.contains(epoch) &&
        chain[epoch] != batch->chain_before)
      return wrong("a broken chain");
    for (auto& numbered : batch->records) {
      if (numbered.seq > end) {
        s.books[epoch].push_back(numbered);
      } else {
        ++s.duplicates;
      }
    }
    if (batch->last_seq > end) {
      end = batch->last_seq;
      chain[epoch] = batch->chain_after;
    }
    ends_at = end;
  });
  return good && now != Prank::lost_ack && acknowledge(ssl, ends_at);
}

bool FakeGateway::Impl::acknowledge(SSL* ssl, std::uint64_t seq) {
  if (now == Prank::silent_after_welcome) return true;
  wire::Frame frame;
  frame.mutable_ack()->set_epoch(epoch);
  frame.mutable_ack()->set_durable_seq(now == Prank::wrong_ack ? seq + 1000 : seq);
  if (!send(ssl, frame)) return false;
  if (now != Prank::acknowledge_twice) return true;
  send(ssl, frame);
  frame.mutable_ack()->set_durable_seq(seq / 2);
  return send(ssl, frame);
}

FakeGateway::FakeGateway(const Files& files, std::uint16_t port)
    : impl_(std::make_unique<Impl>(files, port)) {}

FakeGateway::~FakeGateway() = default;

std::uint16_t FakeGateway::port() const {
  return impl_->port;
}

void FakeGateway::play(Prank prank, int sessions) {
  const std::lock_guard held(impl_->mutex);
  impl_->prank = prank;
  impl_->prank_sessions = sessions;
}

void FakeGateway::set_window(std::uint32_t window) {
  impl_->window = window;
}

void FakeGateway::pretend(std::uint64_t epoch, std::uint64_t seq) {
  const std::lock_guard held(impl_->mutex);
  impl_->durable[epoch] = seq;
  impl_->chain.erase(epoch);
}

FakeGateway::Seen FakeGateway::seen() const {
  const std::lock_guard held(impl_->mutex);
  return impl_->seen;
}

bool FakeGateway::wait_until(const std::function<bool(const Seen&)>& ready) const {
  std::unique_lock held(impl_->mutex);
  return impl_->changed.wait_for(held, std::chrono::milliseconds(patience_ms),
                                 [&] { return ready(impl_->seen); });
}

}  // namespace lujing::test
