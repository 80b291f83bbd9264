#include "platform/gateway/booker.h"

#include "base/time.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>

namespace lujing::gateway {

namespace {

using Clock = std::chrono::steady_clock;

/// A group is committed when it has this many records or has been gathered for so long.
constexpr std::size_t group_records = 8192;
constexpr std::chrono::milliseconds group_time{20};
/// What a queued work costs besides its bytes.
constexpr std::size_t work_overhead = 256;

struct Online {
  HelloWork hello;
};
struct Offline {};
struct Committed {
  protocol::Batch batch;
};
struct Live {
  protocol::Batch batch;
};
/// To be told to the observer once the group is durable.
struct Notice {
  PeerPtr peer;
  std::variant<Online, Offline, Committed, Live, ResultWork> what;
  std::int64_t received_utc_ms = 0;
};

bool is_late(const protocol::Batch& batch, std::int64_t received_utc_ms, std::int64_t live_ms) {
  std::int64_t newest = INT64_MIN;
  for (const auto& numbered : batch.records)
    if (const auto& utc = numbered.record.stamp.utc_ms; utc) newest = std::max(newest, *utc);
  return newest == INT64_MIN || received_utc_ms - newest > live_ms;
}

}  // namespace

std::size_t Work::bytes() const {
  if (const auto* batch = std::get_if<BatchWork>(&what))
    return work_overhead + batch->packed.size();
  if (const auto* live = std::get_if<LiveWork>(&what)) return work_overhead + live->packed.size();
  return work_overhead;
}

struct Booker::Impl {
  ledger::Ledger& ledger;
  Events& events;
  Counters& counters;
  const std::int64_t live_ms;
  Deliver deliver;

  std::mutex mutex;
  std::condition_variable woken;
  std::deque<Work> queue;
  std::atomic<std::size_t> queued_bytes{0};
  bool stopping = false;

  // Of the group that is being gathered; the ledger thread's own.
  std::vector<Outcome> outcomes;
  std::unordered_map<std::uint64_t, std::size_t> outcome_of;  ///< session to its place
  std::vector<Notice> notices;
  std::size_t records = 0;
  std::size_t batches = 0;
  std::string failure;                                 ///< of the ledger; empty: none
  std::map<std::string, PeerPtr, std::less<>> online;  ///< by terminal
  std::thread thread;

  Impl(ledger::Ledger& l, Events& e, Counters& c, std::int64_t live, Deliver d)
      : ledger(l), events(e), counters(c), live_ms(live), deliver(std::move(d)) {}

  void run();
  void group();
  bool next(Work& work);
  Outcome& outcome(const Work& work);
  void refuse(const Work& work, const std::string& why);
  void fail(const Error& error);
  void act(const Work& work, const HelloWork& hello);
  void act(const Work& work, const BatchWork& batch);
  void act(const Work& work, const LiveWork& live);
  void act(const Work& work, const GoneWork& gone);
  void act(const Work& work, const ResultWork& result);
  void commit();
  void publish(bool durable);
  void tell(const Notice& notice);
  void tell_offline(const Peer& peer);
};

void Booker::Impl::run() {
  while (true) {
    {
      std::unique_lock lock(mutex);
      woken.wait(lock, [&] { return stopping || !queue.empty(); });
      if (queue.empty()) break;
    }
    group();
  }
  while (!online.empty()) tell_offline(*online.begin()->second);
}

bool Booker::Impl::next(Work& work) {
  const std::lock_guard lock(mutex);
  if (queue.empty()) return false;
  work = std::move(queue.front());
  queue.pop_front();
  return true;
}

void Booker::Impl::group() {
  const auto until = Clock::now() + group_time;
  std::size_t bytes = 0;
  Work work;
  while (failure.empty() && records < group_records && Clock::now() < until && next(work)) {
    bytes += work.bytes();
    std::visit([&](const auto& what) { act(work, what); }, work.what);
  }
  commit();
  publish(failure.empty());
  if (!failure.empty()) {
    for (auto& each : outcomes) {
      each.what = Outcome::What::ledger_failed;
      each.reason = failure;
    }
  }
  queued_bytes -= bytes;
  deliver(std::exchange(outcomes, {}));
  outcome_of.clear();
  notices.clear();
  records = batches = 0;
  failure.clear();
}

Outcome& Booker::Impl::outcome(const Work& work) {
  const auto [place, added] = outcome_of.try_emplace(work.peer->session, outcomes.size());
  if (added) {
    outcomes.emplace_back();
    outcomes.back().session = work.peer->session;
  }
  return outcomes[place->second];
}

void Booker::Impl::refuse(const Work& work, const std::string& why) {
  work.peer->failed = true;
  auto& told = outcome(work);
  told.what = Outcome::What::bad_batch;
  told.reason = why;
}

void Booker::Impl::fail(const Error& error) {
  failure = error.what();
  counters.commit_errors.add();
  spdlog::error("gateway: the books cannot be written: {}", failure);
}

void Booker::Impl::act(const Work& work, const HelloWork& hello) {
  auto& told = outcome(work);
  told.what = Outcome::What::welcome;
  const Peer& peer = *work.peer;
  if (auto r = ledger.hello(peer.terminal_id, hello.vehicle_type, hello.plate, hello.software); !r)
    return fail(r.error());
  auto before = ledger.position(peer.terminal_id, peer.epoch);
  if (!before) return fail(before.error());
  auto gap =
      ledger.accept_gap(peer.terminal_id, peer.epoch, hello.oldest_seq, work.received_utc_ms);
  if (!gap) return fail(gap.error());
  told.durable_seq = before->durable_seq;
  if (*gap) {
    told.durable_seq = hello.oldest_seq - 1;
    spdlog::warn("gateway: {} no longer holds records {}..{} of epoch {:016x}: booked as a gap",
                 peer.terminal_id, before->durable_seq + 1, told.durable_seq, peer.epoch);
  }
  notices.push_back({work.peer, Online{hello}, work.received_utc_ms});
}

void Booker::Impl::act(const Work& work, const BatchWork& batch) {
  Peer& peer = *work.peer;
  outcome(work).batches += 1;
  if (peer.failed) return;
  auto decoded = protocol::decode(batch.packed);
  if (!decoded) return refuse(work, decoded.error().what());
  if (decoded->epoch != peer.epoch) return refuse(work, "its epoch is not the hello's");
  auto before = ledger.position(peer.terminal_id, peer.epoch);
  if (!before) return fail(before.error());
  auto taken = ledger.take(peer.terminal_id, *decoded, batch.packed, work.received_utc_ms);
  if (!taken) return fail(taken.error());
  const auto known = before->durable_seq;
  switch (*taken) {
    case ledger::Taken::stored:
      break;
    case ledger::Taken::duplicate:
      counters.duplicate_batches.add();
      outcome(work).durable_seq = known;
      return;
    case ledger::Taken::gap:
      return refuse(work, "gap: it begins at " + std::to_string(decoded->first_seq) +
                              ", the next that is wanted is " + std::to_string(known + 1));
    case ledger::Taken::broken_chain:
      return refuse(work, "broken chain: records " + std::to_string(decoded->first_seq) + ".." +
                              std::to_string(decoded->last_seq) +
                              " are not the ones that belong after " + std::to_string(known) +
                              " in the books; begin a new epoch");
  }
  outcome(work).durable_seq = decoded->last_seq;
  std::erase_if(decoded->records,
                [&](const protocol::Numbered& numbered) { return numbered.seq <= known; });
  records += decoded->records.size();
  batches += 1;
  notices.push_back({work.peer, Committed{std::move(*decoded)}, work.received_utc_ms});
}

void Booker::Impl::act(const Work& work, const LiveWork& live) {
  if (work.peer->failed) return;
  auto decoded = protocol::decode(live.packed);
  if (!decoded) return refuse(work, "live: " + decoded.error().what());
  counters.live_frames.add();
  notices.push_back({work.peer, Live{std::move(*decoded)}, work.received_utc_ms});
}

void Booker::Impl::act(const Work& work, const GoneWork& /*gone*/) {
  notices.push_back({work.peer, Offline{}, work.received_utc_ms});
}

void Booker::Impl::act(const Work& work, const ResultWork& result) {
  notices.push_back({work.peer, result, work.received_utc_ms});
}

void Booker::Impl::commit() {
  if (!failure.empty()) return;  // the ledger has given up the group by itself
  const auto begun = Clock::now();
  if (auto done = ledger.commit(); !done) return fail(done.error());
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begun);
  counters.commits.add();
  counters.max_commit_us.raise_to(static_cast<std::uint64_t>(took.count()));
  counters.records.add(records);
  counters.batches.add(batches);
}

void Booker::Impl::publish(bool durable) {
  for (const auto& notice : notices) {
    const bool needs_books = std::holds_alternative<Committed>(notice.what) ||
                             std::holds_alternative<Online>(notice.what);
    if (!durable && needs_books) {
      notice.peer->failed = true;
    } else {
      tell(notice);
    }
  }
}

void Booker::Impl::tell(const Notice& notice) {
  const Peer& peer = *notice.peer;
  const auto arrived = [&](const protocol::Batch& batch) {
    return Arrival{peer.terminal_id, peer.epoch, batch.records, notice.received_utc_ms,
                   is_late(batch, notice.received_utc_ms, live_ms)};
  };
  if (const auto* committed = std::get_if<Committed>(&notice.what)) {
    events.on_committed(arrived(committed->batch));
  } else if (const auto* live = std::get_if<Live>(&notice.what)) {
    events.on_live(arrived(live->batch));
  } else if (const auto* result = std::get_if<ResultWork>(&notice.what)) {
    events.on_directive_result(peer.terminal_id, result->name, result->version, result->applied,
                               result->reason);
  } else if (const auto* said = std::get_if<Online>(&notice.what)) {
    const bool was_online = online.contains(peer.terminal_id);
    online[peer.terminal_id] = notice.peer;
    if (!was_online) events.on_session(peer.terminal_id, true);
    events.on_hello(
        {peer.terminal_id, said->hello.vehicle_type, said->hello.software, said->hello.active});
  } else {
    tell_offline(peer);
  }
}

void Booker::Impl::tell_offline(const Peer& peer) {
  // Not if a newer session of the terminal has taken over.
  const auto found = online.find(peer.terminal_id);
  if (found == online.end() || found->second->session != peer.session) return;
  const PeerPtr kept = found->second;
  online.erase(found);
  events.on_session(kept->terminal_id, false);
}

Booker::Booker(ledger::Ledger& ledger, Events& events, Counters& counters, std::int64_t live_ms,
               Deliver deliver)
    : impl_(std::make_unique<Impl>(ledger, events, counters, live_ms, std::move(deliver))) {
  impl_->thread = std::thread([impl = impl_.get()] { impl->run(); });
}

Booker::~Booker() {
  stop();
}

void Booker::submit(Work work) {
  impl_->queued_bytes += work.bytes();
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->queue.push_back(std::move(work));
  }
  impl_->woken.notify_one();
}

std::size_t Booker::queued_bytes() const {
  return impl_->queued_bytes.load();
}

void Booker::stop() {
  if (!impl_->thread.joinable()) return;
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->woken.notify_one();
  impl_->thread.join();
}

}  // namespace lujing::gateway
