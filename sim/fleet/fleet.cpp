#include "sim/fleet/fleet.h"

#include "base/time.h"
#include "sim/fleet/terminal.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <queue>
#include <utility>
#include <vector>

namespace lujing::sim {
namespace {

using Clock = FleetTerminal::Clock;
using State = FleetTerminal::State;

constexpr std::uint32_t most_terminals = 60'000;
constexpr rlim_t other_files = 64;

double seconds_between(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

Result<void> check(const FleetConfig& config) {
  if (config.terminals < 1 || config.terminals > most_terminals)
    return Error(fmt::format("{} terminals: 1 to {} can be had", config.terminals, most_terminals));
  if (config.records_a_batch < 1 || config.records_a_batch > protocol::max_batch_records)
    return Error(fmt::format("{} records a batch: 1 to {} can be had", config.records_a_batch,
                             protocol::max_batch_records));
  if (config.connecting < 1) return Error("at least one terminal must be let connect at a time");
  if (config.prefix.empty() || config.prefix.size() > 20)
    return Error("the prefix of the ids has 1 to 20 letters");
  return {};
}

/// Each terminal is an open file.
Result<void> allow_files(std::uint32_t terminals) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const rlim_t needed = terminals + other_files;
  if (limit.rlim_cur >= needed) return {};
  if (limit.rlim_max < needed)
    return Error(
        fmt::format("{} terminals need {} open files, the limit is {}: raise it with "
                    "`ulimit -Hn {}` as root, or ask for fewer terminals",
                    terminals, needed, limit.rlim_max, needed));
  limit.rlim_cur = needed;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0)
    return Error(fmt::format("the limit of open files cannot be raised: {}", std::strerror(errno)));
  return {};
}

class Run {
 public:
  Run(const FleetConfig& config, ClientTls tls, const sockaddr_in& platform)
      : config_(config), tls_(std::move(tls)), platform_(platform) {
    report_.asked = config.terminals;
  }
  ~Run() {
    if (epoll_ >= 0) ::close(epoll_);
  }
  Run(const Run&) = delete;

  Result<FleetReport> go(const std::function<void(const FleetProgress&)>& progress);

 private:
  struct Slot {
    std::unique_ptr<FleetTerminal> terminal;
    std::uint32_t watched = 0;  ///< epoll events; 0: not watched
    State seen = State::waiting;
    Clock::time_point due;  ///< already in the queue for this moment
  };
  using Due = std::pair<Clock::time_point, std::uint32_t>;

  void start_some(Clock::time_point now);
  void wait(Clock::time_point now);
  void send_due(Clock::time_point now);
  void look_after(std::uint32_t number, Clock::time_point now);
  void note(Slot& slot, Clock::time_point now);
  void tell(const std::function<void(const FleetProgress&)>& progress, Clock::time_point now);
  void give_up();

  const FleetConfig& config_;
  ClientTls tls_;
  sockaddr_in platform_;
  int epoll_ = -1;
  std::vector<Slot> slots_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  std::uint32_t started_ = 0;
  std::uint32_t under_way_ = 0;
  std::uint32_t over_ = 0;
  FleetReport report_;
  Clock::time_point begun_;
  std::optional<Clock::time_point> first_batch_;
  Clock::time_point told_;
};

void Run::start_some(Clock::time_point now) {
  while (started_ < config_.terminals && under_way_ < config_.connecting) {
    Slot& slot = slots_[started_];
    slot.terminal = std::make_unique<FleetTerminal>(config_, started_, utc_now().ms);
    slot.terminal->start(tls_, platform_, now);
    ++under_way_;
    look_after(started_++, now);
  }
}

/// Watches for what the terminal waits for now, and counts what has become of it.
void Run::look_after(std::uint32_t number, Clock::time_point now) {
  Slot& slot = slots_[number];
  FleetTerminal& terminal = *slot.terminal;
  if (terminal.socket() < 0) {
    slot.watched = 0;  // closing it took it out of the set
  } else {
    const std::uint32_t wanted = EPOLLIN | (terminal.wants_to_write() ? EPOLLOUT : 0U);
    if (wanted != slot.watched) {
      epoll_event event{};
      event.events = wanted;
      event.data.u32 = number;
      ::epoll_ctl(epoll_, slot.watched == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, terminal.socket(),
                  &event);
      slot.watched = wanted;
    }
  }
  if (const auto due = terminal.due(); due && *due != slot.due) {
    slot.due = *due;
    due_.emplace(*due, number);
  }
  note(slot, now);
}

void Run::note(Slot& slot, Clock::time_point now) {
  const State state = slot.terminal->state();
  if (state == slot.seen) return;
  const bool was_connecting = slot.seen < State::streaming;
  const bool is_connecting = state < State::streaming;
  slot.seen = state;
  if (was_connecting && !is_connecting) {
    --under_way_;
    if (state != State::failed) {
      report_.setup_s = seconds_between(begun_, now);
      if (!first_batch_) first_batch_ = now;
    }
  }
  if (!slot.terminal->over()) return;
  ++over_;
  if (state == State::failed) {
    ++report_.failed[slot.terminal->trouble()];
    return;
  }
  ++report_.finished;
  report_.records += config_.records_each;
  if (first_batch_) report_.streaming_s = seconds_between(*first_batch_, now);
}

void Run::wait(Clock::time_point now) {
  std::array<epoll_event, 512> events{};
  int timeout_ms = 200;
  if (!due_.empty()) {
    const double until = seconds_between(now, due_.top().first) * 1000;
    timeout_ms = static_cast<int>(std::clamp(until + 1, 0.0, 200.0));
  }
  const int count =
      ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), timeout_ms);
  now = Clock::now();
  for (int n = 0; n < count; ++n) {
    const std::uint32_t number = events[static_cast<std::size_t>(n)].data.u32;
    FleetTerminal& terminal = *slots_[number].terminal;
    if (terminal.socket() < 0) continue;
    terminal.go_on(now, report_);
    look_after(number, now);
  }
}

void Run::send_due(Clock::time_point now) {
  while (!due_.empty() && due_.top().first <= now) {
    const std::uint32_t number = due_.top().second;
    due_.pop();
    slots_[number].terminal->pace(now, report_);
    look_after(number, now);
  }
}

void Run::tell(const std::function<void(const FleetProgress&)>& progress, Clock::time_point now) {
  if (!progress || seconds_between(told_, now) < 0.2) return;
  told_ = now;
  std::uint32_t failed = 0;
  for (const auto& [reason, count] : report_.failed) failed += count;
  progress({report_.welcomed, failed, report_.finished, report_.batches * config_.records_a_batch});
}

void Run::give_up() {
  for (const Slot& slot : slots_) {
    if (!slot.terminal) {
      ++report_.failed["not begun in the time"];
    } else if (!slot.terminal->over()) {
      ++report_.failed["not finished in the time"];
    }
  }
}

Result<FleetReport> Run::go(const std::function<void(const FleetProgress&)>& progress) {
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  if (epoll_ < 0) return Error(fmt::format("epoll: {}", std::strerror(errno)));
  slots_.resize(config_.terminals);
  begun_ = told_ = Clock::now();
  std::optional<Clock::time_point> done;
  while (true) {
    const auto now = Clock::now();
    start_some(now);
    if (!done && over_ == config_.terminals) done = now;
    if (done && seconds_between(*done, now) >= config_.hold_s) break;
    if (seconds_between(begun_, now) > config_.timeout_s) {
      give_up();
      break;
    }
    wait(now);
    send_due(Clock::now());
    tell(progress, Clock::now());
  }
  return std::move(report_);
}

}  // namespace

Result<FleetReport> run_fleet(const FleetConfig& config,
                              const std::function<void(const FleetProgress&)>& progress) {
  if (auto good = check(config); !good) return good.error();
  sockaddr_in platform{};
  platform.sin_family = AF_INET;
  platform.sin_port = htons(config.port);
  if (::inet_pton(AF_INET, config.host.c_str(), &platform.sin_addr) != 1)
    return Error("'" + config.host + "' is no IPv4 address: give one like 127.0.0.1");
  if (auto allowed = allow_files(config.terminals); !allowed) return allowed.error();
  auto tls = ClientTls::make(config.authority);
  if (!tls) return tls.error().in("--authority");
  return Run(config, std::move(*tls), platform).go(progress);
}

}  // namespace lujing::sim
