// The way in: what was appended becomes durable in one transaction, and room is made for it.
#include "terminal/outbox/impl.h"
#include "terminal/outbox/slice.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

namespace lujing::outbox {
namespace {

using protocol::Batch;
using protocol::Record;

/// Acknowledged rows are erased so many at a time: erasing one costs about as much flash.
constexpr std::uint64_t rows_erased_together = 32;
constexpr int old_batches_a_commit = 16;
constexpr int rows_thinned_a_commit = 64;
constexpr int rows_thinned_urgently = 1024;
constexpr int rows_thinned_on_a_full_disk = 16;
/// More wait for the next transaction: after a long failure the log stays small.
constexpr std::size_t records_a_transaction = 1200;
constexpr int most_attempts = 6;
/// Percent of the room that may stay in use, by how many tries have failed for want of it.
constexpr std::uint64_t goal_percent[] = {80, 80, 50, 20};
/// After so many commits in a row that the disk refused, the file is closed and opened again.
constexpr int failures_until_reopen = 3;
constexpr std::uint64_t commits_until_reserve = 64;
constexpr std::size_t most_row_bytes = 64u << 10;  ///< about; of a batch's records in memory

std::size_t items(const Batch& batch) {
  return batch.records.size() + batch.holes.size();
}

/// A thinning record's time is that of the newest record there is.
protocol::Stamp newest_stamp(const Batch& tail, const std::vector<Record>& records) {
  if (!records.empty()) return records.back().stamp;
  if (!tail.records.empty()) return tail.records.back().record.stamp;
  return {};
}

}  // namespace

bool Outbox::Impl::nothing_to_do() const {
  return tables && pending.empty() && !draining &&
         acknowledged <
             first_row + options.kept_records + rows_erased_together * options.batch_records;
}

Result<void> Outbox::Impl::commit() {
  const auto start = std::chrono::steady_clock::now();
  Result<void> done;
  if (!tables) done = open_file();
  if (done && nothing_to_do()) return {};
  for (int attempt = 0; done && attempt < most_attempts; ++attempt) {
    auto written = write_some();
    if (written) {
      if (pending.empty()) break;
      attempt = -1;  // the next part
      continue;
    }
    const Trouble trouble = tables->trouble();
    tables->rollback();
    thin_state = {};
    if (attempt + 1 == most_attempts || !recover(trouble, written.error()))
      done = written.error().in(options.path);
  }
  stats.dropped_in_memory = pending.dropped();
  if (!done) {
    urgency = std::min(urgency, 1);  // next time from there on
    ++stats.commit_errors;
    stats.last_error = done.error().what();
    return done;
  }
  stats.last_commit_us =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(
                                     std::chrono::steady_clock::now() - start)
                                     .count());
  stats.max_commit_us = std::max(stats.max_commit_us, stats.last_commit_us);
  after_commit();
  return {};
}

/// True: worth another try at once.
bool Outbox::Impl::recover(Trouble trouble, const Error& error) {
  switch (trouble) {
    case Trouble::damaged: {
      auto again = begin_again(error.what());
      if (!again) stats.last_error = again.error().what();
      return tables != nullptr;
    }
    case Trouble::full:
      return find_room();
    default:
      if (++failures >= failures_until_reopen) {
        failures = 0;
        tables.reset();
      }
      return false;
  }
}

/// True: worth another try. First the reserve, then the log's own room, then thinning.
bool Outbox::Impl::find_room() {
  auto used = tables->used_bytes();
  const bool own_cap = used && *used >= body_bytes / 20 * 19;
  if (!own_cap && reserve.held()) {
    reserve.give_back();
    commits_without_reserve = 0;
    pressed_bytes = std::min(body_bytes, (used ? *used : 0) + options.reserve_bytes / 2);
    return true;
  }
  if (!own_cap && used && pressed_bytes == 0) pressed_bytes = *used;
  // An empty log is written from its beginning again, which needs no more room.
  const bool log_was_used = tables->database().log_frames() > 0;
  const bool log_is_empty = static_cast<bool>(tables->database().checkpoint());
  if (log_was_used && log_is_empty && urgency == 0) return true;
  return ++urgency < static_cast<int>(std::size(goal_percent)) && (own_cap || log_is_empty);
}

/// One transaction: as many records as it takes well.
Result<void> Outbox::Impl::write_some() {
  if (urgency > 0)
    if (auto raised = tables->limit(body_bytes + spare_bytes); !raised) return raised;
  if (auto begun = tables->begin(); !begun) return begun;
  thinned_now = 0;
  auto dropped = urgency > 0 ? drop_acknowledged(1, 0)  // none is kept where room is wanted
                             : drop_acknowledged(rows_erased_together, options.kept_records);
  if (!dropped) return dropped;
  Batch grown = tail;
  std::vector<Record> extra;
  if (auto drained = drain_old(extra); !drained) return drained;
  if (auto room = make_room(grown, extra); !room) return room;
  if (auto written = write_records(grown, extra); !written) return written;
  const std::size_t count = std::min(pending.records().size(), records_a_transaction);
  if (auto written = write_records(grown, std::span(pending.records()).first(count)); !written)
    return written;
  if (auto committed = tables->commit(); !committed) return committed;
  tail = std::move(grown);
  pending.drop_front(count);
  failures = 0;
  if (std::exchange(urgency, 0) > 0)
    if (auto lowered = tables->limit(body_bytes); !lowered)
      stats.last_error = lowered.error().what();
  stats.thinned_records += thinned_now;
  if (draining && extra.empty()) {
    auto more = tables->old_book(true);
    draining = !more || more->has_value();
  }
  return {};
}

Result<void> Outbox::Impl::write_records(Batch& grown, std::span<const Record> records) {
  while (!records.empty()) {
    if (items(grown) >= options.batch_records)
      grown = begin_after(epoch, grown.last_seq, grown.chain_after);
    const std::size_t room = options.batch_records - items(grown);
    std::size_t count = 0;
    for (std::size_t bytes = 0; count < std::min(room, records.size()); ++count) {
      bytes += memory_bytes(records[count]);
      if (count > 0 && bytes > most_row_bytes) break;
    }
    extend(grown, records.first(count));
    records = records.subspan(count);
    const Row row{grown.first_seq, grown.last_seq, 0, protocol::encode(grown)};
    if (auto put = tables->put(row, acknowledged); !put) return put;
  }
  return {};
}

Result<void> Outbox::Impl::drop_acknowledged(std::uint64_t rows_together, std::uint64_t kept) {
  if (acknowledged < first_row + kept + rows_together * options.batch_records) return {};
  auto keep = tables->covering(acknowledged + 1 - kept);
  if (!keep) return keep.error();
  if (!*keep || (*keep)->first_seq <= first_row) return {};
  if (auto erased = tables->erase_before((*keep)->first_seq); !erased) return erased;
  if (auto noted = tables->set_acknowledged(acknowledged); !noted) return noted;
  first_row = (*keep)->first_seq;
  return {};
}

Result<void> Outbox::Impl::drain_old(std::vector<Record>& into) {
  if (!draining) return {};
  auto book = tables->old_book(true);
  if (!book) return book.error();
  if (!*book) return {};
  for (int n = 0; n < old_batches_a_commit; ++n) {
    auto row = tables->first_old((*book)->epoch);
    if (!row) return row.error();
    if (!*row) return tables->close_old_book((*book)->epoch);
    auto batch = protocol::decode((*row)->packed);
    if (!batch) ++stats.unreadable_batches;
    for (auto& numbered : batch ? batch->records : std::vector<protocol::Numbered>())
      if (numbered.seq > *(*book)->settled_seq) into.push_back(std::move(numbered.record));
    if (auto erased = tables->erase_old((*row)->id); !erased) return erased;
  }
  return {};
}

Result<void> Outbox::Impl::make_room(const Batch& grown, std::vector<Record>& into) {
  const std::uint64_t cap = pressed_bytes != 0 ? pressed_bytes : body_bytes;
  auto used = tables->used_bytes();
  if (!used) return used.error();
  if (urgency == 0 && *used <= cap / 10 * 9) return {};
  const int step = std::min<int>(urgency, static_cast<int>(std::size(goal_percent)) - 1);
  const std::uint64_t goal = std::min(cap, *used) / 100 * goal_percent[step];
  ThinPass pass(*tables, acknowledged, grown.first_seq, options.batch_records, thin_state);
  // What is thinned goes through the log first: little at a time on a disk that is full.
  const int most = pressed_bytes != 0 ? rows_thinned_on_a_full_disk
                   : urgency > 0      ? rows_thinned_urgently
                                      : rows_thinned_a_commit;
  auto thinned = pass.run(most, goal, urgency > 0 ? 0 : cap / 10 * 9);
  if (!thinned) return thinned.error();
  if (thinned->dropped == 0) return {};
  thinned_now = thinned->dropped;
  oldest_time_known = false;
  into.push_back(Record{newest_stamp(grown, pending.records()), *thinned, {}});
  return {};
}

void Outbox::Impl::after_commit() {
  ++stats.commits;
  stats.last_error.clear();
  auto& database = tables->database();
  const std::uint64_t most_log = pressed_bytes != 0 ? options.reserve_bytes / 8 : log_bytes;
  if (static_cast<std::uint64_t>(database.log_frames()) * database.page_bytes() >= most_log) {
    if (auto copied = database.checkpoint(); !copied) stats.last_error = copied.error().what();
  }
  if (!reserve.held() && ++commits_without_reserve >= commits_until_reserve) {
    commits_without_reserve = 0;
    if (reserve.hold()) pressed_bytes = 0;
  }
  refresh_stats();
}

}  // namespace lujing::outbox
