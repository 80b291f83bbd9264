#include "terminal/directives/desk.h"

#include "protocol/chain.h"
#include "protocol/directive.h"
#include "terminal/directives/folder.h"
#include "terminal/directives/shelf.h"
#include "terminal/directives/whole_file.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <variant>

namespace lujing::directives {
namespace {

using protocol::DirectiveHead;
using uplink::DirectiveAnswer;

constexpr std::uint64_t max_certificate_bytes = 64u << 10;
constexpr std::chrono::milliseconds core_is_full{50};

struct Arrival {
  DirectiveHead head;
  std::string body;
};
using Job = std::variant<Arrival, protocol::DirectiveRecord>;

DirectiveAnswer refusal(const DirectiveHead& head, std::string reason) {
  return {head.name, head.version, false, std::move(reason)};
}

hal::DirectiveInForce observation_of(const DirectiveHead& head) {
  return {*directive_kind(std::string_view(head.name)), head.version, head.sha256};
}

bool is_of(const protocol::DirectiveRecord& verdict, const DirectiveHead& head) {
  return verdict.name == head.name && verdict.version == head.version &&
         verdict.sha256 == protocol::to_hex(head.sha256);
}

Result<protocol::DirectiveAuthority> read_authority(const std::string& path) {
  const auto pem = read_whole(path, max_certificate_bytes);
  if (!pem) return pem.error();
  auto authority = protocol::DirectiveAuthority::from_pem(*pem);
  if (!authority) return Error(path + " " + authority.error().what());
  return authority;
}

}  // namespace

struct Desk::Impl {
  explicit Impl(DeskOptions from)
      : options(std::move(from)), folder(options.folder, options.max_bytes) {}

  void open();
  void run();
  void act(Arrival& arrival);
  void act(const protocol::DirectiveRecord& verdict);
  bool tell_core(const DirectiveHead& head);
  void settle(const DirectiveHead& head);
  void answer(DirectiveAnswer answer);
  void trouble(const Error& error, const DirectiveHead& head);
  std::vector<DirectiveHead> heads() const;
  void note_rule_set(const DirectiveHead& head, std::string_view body);

  const DeskOptions options;
  Folder folder;
  std::shared_ptr<Shelf> shelf = std::make_shared<Shelf>();
  std::map<std::string, DirectiveHead> core_has;  ///< the thread's: what the core took in this run

  mutable std::mutex mutex;
  std::condition_variable woken;
  bool stopping = false;
  std::deque<Job> jobs;
  std::vector<DirectiveHead> waiting;             ///< told to the core, no verdict yet
  std::map<std::string, DirectiveHead> standing;  ///< in force, durable
  std::string rule_set;
  std::deque<DirectiveAnswer> answers;
  std::function<void()> wake;
  DeskStats stats;
  std::thread thread;
};

void Desk::Impl::open() {
  const auto authority = read_authority(options.authority);
  Folder::Found found = folder.open(authority ? &*authority : nullptr);
  rule_set = options.own_rule_set;
  for (DirectiveHead& head : found.in_force) {
    auto body = folder.body(head);
    if (!body) continue;  // it was good a moment ago: the disk is failing
    note_rule_set(head, *body);
    if (!head.withdraws()) {
      shelf->put(head.sha256, std::make_shared<const std::string>(std::move(*body)));
    }
    standing[head.name] = std::move(head);
  }
  stats.damaged = found.moved_aside;
  for (const auto& line : found.troubles) options.log("directives: " + line);
}

void Desk::Impl::note_rule_set(const DirectiveHead& head, std::string_view body) {
  if (head.name != to_string(DirectiveKind::rule_set)) return;
  std::string name = options.own_rule_set;
  if (!head.withdraws()) name = options.name_of_rule_set(body);
  const std::lock_guard lock(mutex);
  rule_set = std::move(name);
}

void Desk::Impl::run() {
  for (;;) {
    std::unique_lock lock(mutex);
    woken.wait(lock, [this] { return stopping || !jobs.empty(); });
    if (stopping) return;
    Job job = std::move(jobs.front());
    jobs.pop_front();
    lock.unlock();
    std::visit([this](auto& what) { act(what); }, job);
  }
}

void Desk::Impl::act(Arrival& arrival) {
  const DirectiveHead& head = arrival.head;
  if (protocol::sha256_of(arrival.body) != head.sha256 || arrival.body.size() != head.bytes) {
    return answer(refusal(head, "the body that came is not the one that was signed"));
  }
  if (auto kept = folder.keep_body(head.sha256, arrival.body); !kept) {
    return trouble(kept.error(), head);
  }
  // A head that could not be written the last time: the core has it already and would say nothing.
  if (const auto known = core_has.find(head.name); known != core_has.end() &&
                                                   known->second.version == head.version &&
                                                   known->second.sha256 == head.sha256) {
    return settle(head);
  }
  if (!head.withdraws()) {
    shelf->put(head.sha256, std::make_shared<const std::string>(std::move(arrival.body)));
  }
  {
    const std::lock_guard lock(mutex);
    const bool told = std::find(waiting.begin(), waiting.end(), head) != waiting.end();
    if (told) return;  // sent twice: one answer
    waiting.push_back(head);
  }
  if (!tell_core(head)) shelf->drop(head.sha256);
}

/// False: the terminal is being stopped.
bool Desk::Impl::tell_core(const DirectiveHead& head) {
  while (!options.tell_core(observation_of(head))) {
    std::unique_lock lock(mutex);
    if (woken.wait_for(lock, core_is_full, [this] { return stopping; })) return false;
  }
  return true;
}

void Desk::Impl::act(const protocol::DirectiveRecord& verdict) {
  const bool refused = verdict.outcome == protocol::DirectiveOutcome::refused;
  DirectiveHead head;
  {
    const std::lock_guard lock(mutex);
    const auto of_it = [&](const DirectiveHead& each) { return is_of(verdict, each); };
    const auto found = std::find_if(waiting.begin(), waiting.end(), of_it);
    if (found == waiting.end()) {
      // Told after a boot. What the core refuses of that is not in force, whatever the folder says.
      const auto stood = standing.find(verdict.name);
      if (stood == standing.end() || !of_it(stood->second)) return;
      shelf->drop(stood->second.sha256);
      if (!refused) {
        core_has[verdict.name] = stood->second;
        return;
      }
      options.log("directives: " + verdict.name + " " + std::to_string(verdict.version) +
                  " was in force, but this version of the terminal refuses it: " + verdict.reason);
      standing.erase(stood);
      return;
    }
    head = std::move(*found);
    waiting.erase(found);
  }
  if (refused) {
    shelf->drop(head.sha256);
    return answer(refusal(head, verdict.reason));
  }
  core_has[head.name] = head;
  settle(head);
}

/// The core has it: now the folder says so, and then the platform hears of it.
void Desk::Impl::settle(const DirectiveHead& head) {
  if (auto put = folder.put_in_force(head); !put) return trouble(put.error(), head);
  if (const auto body = shelf->find(head.sha256)) {
    note_rule_set(head, *body);
  } else if (const auto kept = folder.body(head)) {
    note_rule_set(head, *kept);
  }
  shelf->drop(head.sha256);
  {
    const std::lock_guard lock(mutex);
    standing[head.name] = head;
  }
  folder.make_room(heads());
  options.log("directives: " + head.name + " " + std::to_string(head.version) +
              (head.withdraws() ? " withdraws that kind" : " is in force"));
  answer({head.name, head.version, true, {}});
}

std::vector<DirectiveHead> Desk::Impl::heads() const {
  const std::lock_guard lock(mutex);
  std::vector<DirectiveHead> all = waiting;
  for (const auto& [name, head] : standing) all.push_back(head);
  return all;
}

void Desk::Impl::answer(DirectiveAnswer told) {
  if (!told.applied) {
    options.log("directives: " + told.name + " " + std::to_string(told.version) +
                " is refused: " + told.reason);
  }
  const std::lock_guard lock(mutex);
  ++(told.applied ? stats.applied : stats.refused);
  answers.push_back(std::move(told));
  if (wake) wake();
}

void Desk::Impl::trouble(const Error& error, const DirectiveHead& head) {
  options.log("directives: " + head.name + " " + std::to_string(head.version) +
              " cannot be kept: " + error.what() + "; it comes again with the next session");
  shelf->drop(head.sha256);
  const std::lock_guard lock(mutex);
  ++stats.errors;
}

Desk::Desk(DeskOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {
  impl_->open();
  impl_->thread = std::thread([impl = impl_.get()] { impl->run(); });
}

Desk::~Desk() {
  stop();
}

void Desk::stop() {
  if (!impl_->thread.joinable()) return;
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->woken.notify_all();
  impl_->thread.join();
}

std::shared_ptr<const core::DirectiveLibrary> Desk::library() const {
  return impl_->shelf;
}

std::vector<hal::DirectiveInForce> Desk::in_force() const {
  const std::lock_guard lock(impl_->mutex);
  std::vector<hal::DirectiveInForce> all;
  for (const auto& [name, head] : impl_->standing) all.push_back(observation_of(head));
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.kind < b.kind; });
  return all;
}

void Desk::judged(const protocol::DirectiveRecord& verdict) {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->jobs.emplace_back(verdict);
  }
  impl_->woken.notify_all();
}

std::optional<std::string> Desk::text_for_driver(const protocol::DirectiveRecord& verdict) const {
  if (verdict.name != to_string(DirectiveKind::driver_text) ||
      verdict.outcome != protocol::DirectiveOutcome::applied) {
    return std::nullopt;
  }
  const std::lock_guard lock(impl_->mutex);
  for (const DirectiveHead& head : impl_->waiting) {
    if (!is_of(verdict, head)) continue;
    if (const auto body = impl_->shelf->find(head.sha256)) return *body;
  }
  return std::nullopt;
}

DeskStats Desk::stats() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->stats;
}

Desk::Standing Desk::standing() const {
  const std::lock_guard lock(impl_->mutex);
  Standing now{impl_->rule_set, {}};
  for (const auto& [name, head] : impl_->standing) now.versions.emplace_back(name, head.version);
  return now;
}

std::optional<DirectiveAnswer> Desk::offer(const DirectiveHead& head) {
  {
    const std::lock_guard lock(impl_->mutex);
    ++impl_->stats.received;
  }
  const auto refuse = [&](const std::string& reason) {
    const std::lock_guard lock(impl_->mutex);
    ++impl_->stats.refused;
    impl_->options.log("directives: " + head.name + " " + std::to_string(head.version) +
                       " is refused: " + reason);
    return refusal(head, reason);
  };
  const auto authority = read_authority(impl_->options.authority);
  if (!authority)
    return refuse("the vehicle cannot read its authority: " + authority.error().what());
  if (!authority->signed_this(head)) return refuse("its signature is not the authority's");
  if (head.withdraws() != (head.sha256 == sha256_of_nothing)) {
    return refuse("its body_size and its body_sha256 contradict each other");
  }
  std::optional<DirectiveHead> stands;
  {
    const std::lock_guard lock(impl_->mutex);
    if (const auto found = impl_->standing.find(head.name); found != impl_->standing.end()) {
      stands = found->second;
    }
  }
  if (!stands || head.version > stands->version) return std::nullopt;
  if (head.version == stands->version && head.sha256 == stands->sha256) {
    return DirectiveAnswer{head.name, head.version, true, {}};
  }
  if (head.version == stands->version) {
    return refuse("version " + std::to_string(head.version) +
                  " is in force with another body; give the new one a new version");
  }
  return refuse("version " + std::to_string(head.version) + " is older than version " +
                std::to_string(stands->version) + ", which is in force");
}

void Desk::take(const DirectiveHead& head, std::string body) {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->jobs.emplace_back(Arrival{head, std::move(body)});
  }
  impl_->woken.notify_all();
}

std::optional<DirectiveAnswer> Desk::next_answer() {
  const std::lock_guard lock(impl_->mutex);
  if (impl_->answers.empty()) return std::nullopt;
  DirectiveAnswer told = std::move(impl_->answers.front());
  impl_->answers.pop_front();
  return told;
}

void Desk::when_answered(std::function<void()> wake) {
  const std::lock_guard lock(impl_->mutex);
  impl_->wake = std::move(wake);
}

}  // namespace lujing::directives
