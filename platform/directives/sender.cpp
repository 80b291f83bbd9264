#include "platform/directives/sender.h"

#include "base/time.h"
#include "platform/directives/store.h"
#include "platform/directives/target.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace lujing::directives {
namespace {

constexpr std::chrono::milliseconds look_every{500};

struct Greeted {
  Addressee who;
  std::string software;
  std::map<std::string, std::uint64_t> active;
};
struct Gone {
  std::string terminal_id;
};
using Told = std::variant<Greeted, Gone, Verdict>;
using Key = std::tuple<std::string, std::uint64_t>;  ///< name, version
using OfTerminal =
    std::tuple<std::string, std::string, std::uint64_t>;  ///< terminal, name, version

/// A terminal that is on line.
struct Present {
  Addressee who;
  std::string software;
  std::map<std::string, std::uint64_t> active;
  std::set<Key> sent;  ///< in this session
};

}  // namespace

struct Sender::Impl {
  explicit Impl(Store opened) : store(std::move(opened)) {}

  void run();
  void act(Greeted& greeted);
  void act(const Gone& gone);
  void act(Verdict& verdict);
  Result<bool> refresh();
  void send_to(Present& terminal);
  std::shared_ptr<const gateway::OutgoingDirective> outgoing(const Entry& entry);
  void trouble(const Error& error);

  // The thread's own.
  Store store;
  std::int64_t seen_version = -1;
  std::vector<Entry> entries;
  std::map<std::string, std::set<std::string>> groups_of;  ///< by terminal
  std::map<OfTerminal, std::string> refused;               ///< by which software
  std::set<OfTerminal> applied;                            ///< as the store says
  std::map<std::string, Present> present;
  std::map<Key, std::weak_ptr<const gateway::OutgoingDirective>> bodies;
  std::string last_trouble;

  std::mutex mutex;
  std::condition_variable woken;
  bool stopping = false;
  bool begun = false;
  std::deque<Told> told;
  Send send;
  std::thread thread;
};

void Sender::Impl::run() {
  std::deque<Told> news;
  for (;;) {
    {
      std::unique_lock lock(mutex);
      woken.wait_for(lock, look_every, [this] { return stopping || begun || !told.empty(); });
      if (stopping && told.empty()) return;
      news.swap(told);
      if (std::exchange(begun, false)) seen_version = -1;
    }
    std::set<std::string> touched;
    for (Told& each : news) {
      if (const auto* greeted = std::get_if<Greeted>(&each))
        touched.insert(greeted->who.terminal_id);
      std::visit([this](auto& what) { act(what); }, each);
    }
    news.clear();
    const auto changed = refresh();
    if (!changed) {
      trouble(changed.error());
      seen_version = -1;  // whoever was to be sent to now is looked at the next time
      continue;
    }
    for (auto& [id, terminal] : present) {
      if (*changed || touched.contains(id)) send_to(terminal);
    }
  }
}

void Sender::Impl::act(Greeted& greeted) {
  const std::string id = greeted.who.terminal_id;
  present[id] = {
      std::move(greeted.who), std::move(greeted.software), std::move(greeted.active), {}};
}

void Sender::Impl::act(const Gone& gone) {
  present.erase(gone.terminal_id);
}

void Sender::Impl::act(Verdict& verdict) {
  const auto found = present.find(verdict.terminal_id);
  if (found != present.end()) {
    verdict.software = found->second.software;
    if (verdict.applied) found->second.active[verdict.name] = verdict.version;
  }
  const OfTerminal it{verdict.terminal_id, verdict.name, verdict.version};
  if (verdict.applied) {
    applied.insert(it);
  } else {
    refused[it] = verdict.software;
  }
  spdlog::info("directives: {} says {} {} {}{}", verdict.terminal_id, verdict.name, verdict.version,
               verdict.applied ? "is in force" : "is refused: ", verdict.reason);
  if (auto noted = store.note(verdict); !noted) trouble(noted.error());
}

/// True: what the store says has changed since the last time.
Result<bool> Sender::Impl::refresh() {
  const auto version = store.data_version();
  if (!version) return version.error();
  if (*version == seen_version) return false;
  auto all = store.entries();
  if (!all) return all.error();
  const auto members = store.groups();
  if (!members) return members.error();
  const auto verdicts = store.verdicts();
  if (!verdicts) return verdicts.error();
  entries = std::move(*all);
  groups_of.clear();
  for (const auto& [group, terminal] : *members) groups_of[terminal].insert(group);
  refused.clear();
  applied.clear();
  for (const Verdict& each : *verdicts) {
    const OfTerminal it{each.terminal_id, each.name, each.version};
    if (each.applied) {
      applied.insert(it);
    } else {
      refused[it] = each.software;
    }
  }
  seen_version = *version;
  return true;
}

void Sender::Impl::send_to(Present& terminal) {
  const auto groups = groups_of.find(terminal.who.terminal_id);
  terminal.who.groups = groups == groups_of.end() ? std::set<std::string>() : groups->second;
  std::string name;
  for (const Entry& entry : entries) {  // by name, the newest first
    if (entry.head.name == name || !is_meant_for(entry.targets, terminal.who)) continue;
    name = entry.head.name;
    const Key key{entry.head.name, entry.head.version};
    const auto active = terminal.active.find(name);
    if (active != terminal.active.end() && active->second >= entry.head.version) {
      // In force, but the answer was lost with a session.
      const OfTerminal it{terminal.who.terminal_id, name, entry.head.version};
      if (active->second == entry.head.version && !applied.contains(it)) {
        Verdict said{
            terminal.who.terminal_id, name, entry.head.version, true, {}, {}, utc_now().ms};
        act(said);
      }
      continue;
    }
    const auto no = refused.find({terminal.who.terminal_id, name, entry.head.version});
    if (no != refused.end() && no->second == terminal.software) continue;
    if (terminal.sent.contains(key)) continue;
    Send to;
    {
      const std::lock_guard lock(mutex);
      to = send;
    }
    const auto directive = to ? outgoing(entry) : nullptr;
    if (directive != nullptr && to(terminal.who.terminal_id, directive)) terminal.sent.insert(key);
  }
}

std::shared_ptr<const gateway::OutgoingDirective> Sender::Impl::outgoing(const Entry& entry) {
  auto& kept = bodies[{entry.head.name, entry.head.version}];
  if (auto there = kept.lock()) return there;
  auto body = store.body(entry.head.name, entry.head.version);
  if (!body) {
    trouble(body.error());
    return nullptr;
  }
  auto made = std::make_shared<gateway::OutgoingDirective>();
  made->name = entry.head.name;
  made->version = entry.head.version;
  made->body = std::move(*body);
  made->body_sha256.assign(entry.head.sha256.begin(), entry.head.sha256.end());
  made->signature = entry.head.signature;
  kept = made;
  return made;
}

/// Each trouble once, until there is another.
void Sender::Impl::trouble(const Error& error) {
  if (error.what() != last_trouble) spdlog::error("directives: {}", error.what());
  last_trouble = error.what();
}

Sender::Sender(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Sender::~Sender() {
  stop();
}

Result<std::unique_ptr<Sender>> Sender::start(const std::string& store_path) {
  auto store = Store::open(store_path);
  if (!store) return store.error();
  std::unique_ptr<Sender> sender(new Sender(std::make_unique<Impl>(std::move(*store))));
  sender->impl_->thread = std::thread([impl = sender->impl_.get()] { impl->run(); });
  return sender;
}

void Sender::begin(Send send) {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->send = std::move(send);
    impl_->begun = true;
  }
  impl_->woken.notify_one();
}

void Sender::stop() {
  if (!impl_->thread.joinable()) return;
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
    impl_->send = {};
  }
  impl_->woken.notify_one();
  impl_->thread.join();
}

void Sender::greeted(const gateway::Greeting& greeting) {
  Greeted greeted{{greeting.terminal_id, greeting.vehicle_type, {}},
                  greeting.software,
                  {greeting.active.begin(), greeting.active.end()}};
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->told.emplace_back(std::move(greeted));
  }
  impl_->woken.notify_one();
}

void Sender::gone(const std::string& terminal_id) {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->told.emplace_back(Gone{terminal_id});
  }
  impl_->woken.notify_one();
}

void Sender::answered(const std::string& terminal_id, const std::string& name,
                      std::uint64_t version, bool applied, const std::string& reason) {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->told.emplace_back(
        Verdict{terminal_id, name, version, applied, reason, {}, utc_now().ms});
  }
  impl_->woken.notify_one();
}

}  // namespace lujing::directives
