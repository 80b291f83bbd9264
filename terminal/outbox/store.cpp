#include "terminal/outbox/store.h"

#include "terminal/outbox/pending.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace lujing::outbox {
namespace {

using Clock = std::chrono::steady_clock;

Error closed(const std::string& path) {
  return Error(path + ": is not open now");
}

}  // namespace

struct Store::Impl {
  explicit Impl(StoreOptions o) : options(std::move(o)), inbox(options.outbox.max_memory_bytes) {
    stats.last_error = "not opened yet";
    thread = std::thread([this] { run(); });
  }

  void run();
  bool wait_for_work(std::unique_lock<std::mutex>& lock);
  void commit(std::vector<protocol::Record> records);
  void publish();

  StoreOptions options;

  // What comes in. Held for moments only.
  mutable std::mutex inbox_mutex;
  std::condition_variable inbox_changed;
  Pending inbox;
  std::vector<Told> waiting;
  bool urgent = false;
  bool stopping = false;
  std::atomic<std::uint64_t> dropped_outside{0};
  Clock::time_point next_commit = Clock::now();
  Clock::time_point not_before = Clock::now();

  // The outbox. Held during a commit.
  mutable std::mutex outbox_mutex;
  std::unique_ptr<Outbox> outbox;

  mutable std::mutex stats_mutex;
  Stats stats;
  Shelf shelf;

  std::mutex listener_mutex;
  std::function<void()> listener;

  std::chrono::milliseconds backoff{0};
  bool last_commit_good = false;
  std::thread thread;
};

/// False: stop. Urgent work does not wait for the second, but it does wait for a failing disk.
bool Store::Impl::wait_for_work(std::unique_lock<std::mutex>& lock) {
  for (;;) {
    const auto now = Clock::now();
    if (stopping) return false;
    if (now >= not_before && (urgent || now >= next_commit)) return true;
    if (now < not_before && !waiting.empty() && !last_commit_good) {
      // Nobody is kept waiting for a disk that fails.
      auto told = std::exchange(waiting, {});
      lock.unlock();
      for (auto& tell : told) tell(false);
      lock.lock();
      continue;
    }
    inbox_changed.wait_until(lock, urgent ? not_before : std::max(next_commit, not_before));
  }
}

void Store::Impl::run() {
  std::unique_lock lock(inbox_mutex);
  bool go_on = true;
  while (go_on) {
    go_on = wait_for_work(lock);
    auto records = inbox.take();
    auto told = std::exchange(waiting, {});
    urgent = false;
    lock.unlock();
    commit(std::move(records));
    for (auto& tell : told) tell(last_commit_good);
    lock.lock();
    const auto now = Clock::now();
    next_commit = now + (last_commit_good ? options.commit_every : backoff);
    not_before = now + backoff;
  }
}

void Store::Impl::commit(std::vector<protocol::Record> records) {
  bool good = false;
  {
    std::lock_guard held(outbox_mutex);
    std::string why;
    if (!outbox) {
      auto opened = Outbox::open(options.outbox);
      if (opened) {
        outbox = std::move(*opened);
      } else {
        why = opened.error().what();
      }
    }
    if (outbox) {
      outbox->append(records);
      good = static_cast<bool>(outbox->commit());
    } else {
      std::lock_guard inbox_held(inbox_mutex);  // back into the queue, in front of what came since
      auto since = inbox.take();
      inbox.add(records);
      inbox.add(since);
      std::lock_guard stats_held(stats_mutex);
      stats.last_error = why;
      ++stats.commit_errors;
    }
    publish();
  }
  last_commit_good = good;
  backoff = good ? std::chrono::milliseconds(0)
                 : std::clamp(backoff * 2, options.retry, options.retry_max);
  if (!good) return;
  std::lock_guard held(listener_mutex);
  if (listener) listener();
}

/// With outbox_mutex held.
void Store::Impl::publish() {
  if (!outbox) return;
  Shelf now;
  now.unsettled = outbox->unsettled();
  std::lock_guard held(stats_mutex);
  stats = outbox->stats();
  stats.dropped_in_memory += dropped_outside;
  now.epoch = stats.epoch;
  now.next_seq = stats.next_seq;
  now.oldest_seq = stats.oldest_seq;
  shelf = now;
}

Store::Store(StoreOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

Store::~Store() {
  {
    std::lock_guard held(impl_->inbox_mutex);
    impl_->stopping = true;
    impl_->inbox_changed.notify_all();
  }
  impl_->thread.join();
}

void Store::append(std::span<const protocol::Record> records, Told told) {
  const bool now = static_cast<bool>(told) ||
                   std::any_of(records.begin(), records.end(), [](const protocol::Record& r) {
                     return std::holds_alternative<protocol::AlarmRecord>(r.payload);
                   });
  std::lock_guard held(impl_->inbox_mutex);
  impl_->inbox.add(records);
  impl_->dropped_outside = impl_->inbox.dropped();
  if (told) impl_->waiting.push_back(std::move(told));
  if (!now) return;
  impl_->urgent = true;
  impl_->inbox_changed.notify_all();
}

bool Store::commit_now() {
  auto done = std::make_shared<std::promise<bool>>();
  auto durable = done->get_future();
  append({}, [done](bool good) { done->set_value(good); });
  return durable.get();
}

Stats Store::stats() const {
  std::lock_guard held(impl_->stats_mutex);
  return impl_->stats;
}

Shelf Store::shelf() const {
  std::lock_guard held(impl_->stats_mutex);
  return impl_->shelf;
}

Result<std::optional<std::string>> Store::read(std::uint64_t from_seq, std::size_t max_records) {
  std::lock_guard held(impl_->outbox_mutex);
  if (!impl_->outbox) return closed(impl_->options.outbox.path);
  auto packed = impl_->outbox->read(from_seq, max_records);
  if (packed && !*packed) impl_->publish();  // damage may have begun a new epoch
  return packed;
}

Result<std::optional<std::string>> Store::read_newest(std::size_t max_records) {
  std::lock_guard held(impl_->outbox_mutex);
  if (!impl_->outbox) return closed(impl_->options.outbox.path);
  return impl_->outbox->read_newest(max_records);
}

Result<std::vector<std::string>> Store::look_back(std::uint64_t boot_id, std::int64_t boot_ms) {
  std::lock_guard held(impl_->outbox_mutex);
  if (!impl_->outbox) return closed(impl_->options.outbox.path);
  return impl_->outbox->look_back(boot_id, boot_ms);
}

Result<void> Store::acknowledge(std::uint64_t epoch, std::uint64_t seq) {
  std::lock_guard held(impl_->outbox_mutex);
  if (!impl_->outbox) return closed(impl_->options.outbox.path);
  auto done = impl_->outbox->acknowledge(epoch, seq);
  if (done) impl_->publish();
  return done;
}

Result<void> Store::settle(std::uint64_t epoch, std::uint64_t durable_seq) {
  std::lock_guard held(impl_->outbox_mutex);
  if (!impl_->outbox) return closed(impl_->options.outbox.path);
  auto done = impl_->outbox->settle(epoch, durable_seq);
  if (done) impl_->publish();
  return done;
}

Result<void> Store::begin_new_epoch(const std::string& reason) {
  std::lock_guard held(impl_->outbox_mutex);
  if (!impl_->outbox) return closed(impl_->options.outbox.path);
  auto done = impl_->outbox->begin_new_epoch(reason);
  if (done) impl_->publish();
  return done;
}

void Store::when_more(std::function<void()> told) {
  std::lock_guard held(impl_->listener_mutex);
  impl_->listener = std::move(told);
}

}  // namespace lujing::outbox
