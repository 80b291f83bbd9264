// The life of the file: opened, found damaged, moved aside, begun again.
#include "terminal/outbox/impl.h"
#include "terminal/outbox/salvage.h"
#include "terminal/outbox/slice.h"

#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>

namespace lujing::outbox {
namespace {

constexpr std::uint64_t most_log_bytes = 2u << 20;
constexpr std::uint64_t least_max_bytes = 32u << 10;
/// A file this small is checked whole at the start; a larger one as it is read.
constexpr std::uint64_t checked_whole_bytes = 8u << 20;

std::uint64_t capped(std::uint64_t max_bytes) {
  return std::max(max_bytes, least_max_bytes);
}

}  // namespace

Outbox::Impl::Impl(const Options& o)
    : options(o),
      log_bytes(std::min(most_log_bytes, capped(o.max_bytes) / 8)),
      spare_bytes(log_bytes / 2),
      body_bytes(capped(o.max_bytes) - log_bytes - spare_bytes),
      reserve(o.path, o.vfs, o.reserve_bytes),
      pending(o.max_memory_bytes) {}

std::uint64_t Outbox::Impl::draw_epoch() {
  if (options.new_epoch != 0) {
    const std::uint64_t fresh = options.new_epoch + moved_aside(options.path, options.vfs);
    return epoch >= fresh ? epoch + 1 : fresh;
  }
  std::uint64_t drawn = 0;
  while (drawn == 0) {
    if (getrandom(&drawn, sizeof drawn, 0) != sizeof drawn) drawn = 0;
    drawn >>= 1;  // fits a signed column too
  }
  return drawn;
}

Result<void> Outbox::Impl::open_file() {
  Trouble why = Trouble::none;
  auto opened = Tables::open(options.path, options.vfs, draw_epoch(), body_bytes, why);
  if (!opened && why == Trouble::full && reserve.held()) {
    reserve.give_back();
    opened = Tables::open(options.path, options.vfs, draw_epoch(), body_bytes, why);
  }
  if (!opened) {
    if (why == Trouble::damaged) return begin_again(opened.error().what());
    return opened.error();
  }
  tables = std::move(*opened);
  const std::uint64_t known_epoch = epoch;
  protocol::Batch known = tail;
  auto loaded = load();
  if (loaded && known_epoch != 0 && epoch == known_epoch)
    loaded = forget_what_landed(known.last_seq);
  if (loaded) return {};
  epoch = known_epoch;
  tail = std::move(known);
  const Trouble trouble = tables->trouble();
  tables.reset();
  if (trouble == Trouble::none || trouble == Trouble::damaged)
    return begin_again(loaded.error().what());
  return loaded;
}

Result<void> Outbox::Impl::load() {
  auto bytes = tables->file_bytes();
  if (!bytes) return bytes.error();
  if (*bytes <= checked_whole_bytes) {
    Statement check(tables->database(), "PRAGMA quick_check(1)");
    if (auto started = check.start(); !started) return started;
    auto row = check.step();
    if (!row) return row.error();
    if (!*row || check.blob(0) != "ok") return Error("damaged: " + check.blob(0));
  }
  auto stored_epoch = tables->epoch();
  if (!stored_epoch) return stored_epoch.error();
  auto stored_acknowledged = tables->acknowledged();
  if (!stored_acknowledged) return stored_acknowledged.error();
  auto last = decoded(tables->last());
  if (!last) return last.error();
  auto first = tables->from(0);
  if (!first) return first.error();
  auto settled = tables->old_book(true);
  if (!settled) return settled.error();
  epoch = *stored_epoch;
  draining = settled->has_value();
  acknowledged = *stored_acknowledged;
  if (*last) {
    tail = std::move(**last);
    first_row = (*first)->first_seq;
  } else {
    tail = begin_after(epoch, 0, {});
    first_row = 1;
  }
  if (tail.epoch != epoch || acknowledged > tail.last_seq)
    return Error("the book and its last batch do not agree");
  thin_state = {};
  oldest_time_known = false;
  stats.moved_aside = moved_aside(options.path, options.vfs);
  refresh_stats();
  return {};
}

Result<void> Outbox::Impl::forget_what_landed(std::uint64_t known_seq) {
  // A log whose sync failed may be in the cache only and count as written: into the file with it.
  if (auto copied = tables->database().checkpoint(); !copied) return copied;
  for (std::uint64_t at = known_seq + 1; at <= tail.last_seq;) {
    auto batch = decoded(tables->covering(at));
    if (!batch) return batch.error();
    if (!*batch || (*batch)->last_seq < at) return Error("a record is missing");
    for (const auto& numbered : (*batch)->records)
      if (numbered.seq >= at) pending.remove(numbered.record);
    at = (*batch)->last_seq + 1;
  }
  return {};
}

void Outbox::Impl::close_file() {
  if (!tables) return;
  if (tables->begin()) {
    const bool done = drop_acknowledged(1, options.kept_records) &&
                      tables->set_acknowledged(acknowledged) && tables->commit();
    if (!done) tables->rollback();
  }
  tables.reset();
}

Result<void> Outbox::Impl::begin_again(const std::string& reason) {
  tables.reset();
  auto aside = move_aside(options.path, options.vfs);
  if (!aside) return aside.error();
  Trouble why = Trouble::none;
  auto opened = Tables::open(options.path, options.vfs, draw_epoch(), body_bytes, why);
  if (!opened && reserve.held()) {
    reserve.give_back();
    opened = Tables::open(options.path, options.vfs, draw_epoch(), body_bytes, why);
  }
  if (!opened) return opened.error();
  tables = std::move(*opened);
  auto saved = salvage(*aside, options.vfs, *tables, body_bytes / 2);
  if (saved) {
    stats.salvaged_records += saved->records;
    stats.unreadable_batches += saved->refused;
  }
  stats.last_damage = fmt::format(
      "{}; moved to {}, a new epoch was begun; {} records were saved from it, {} batches were "
      "not{}",
      reason, *aside, saved ? saved->records : 0, saved ? saved->refused : 0,
      saved ? "" : " (" + saved.error().what() + ")");
  if (auto loaded = load(); !loaded) {
    tables.reset();
    return loaded;
  }
  return {};
}

Result<void> Outbox::Impl::renumber(const std::string& reason) {
  if (!tables) return Error(options.path + ": cannot be opened now");
  const std::uint64_t old_epoch = epoch;
  const std::uint64_t fresh = draw_epoch();
  auto done = tables->begin();
  if (done) done = tables->retire_rows(old_epoch, acknowledged);
  if (done) done = tables->settle_old(old_epoch, acknowledged);
  if (done) done = tables->set_epoch(fresh);
  if (done) done = tables->commit();
  if (!done) {
    tables->rollback();
    return done.error().in("beginning a new epoch");
  }
  epoch = fresh;
  tail = begin_after(epoch, 0, {});
  acknowledged = 0;
  first_row = 1;
  thin_state = {};
  draining = true;
  oldest_time_known = false;
  refresh_stats();
  stats.last_damage = fmt::format("epoch {:016x} ended: {}; what was held of it is written anew",
                                  old_epoch, reason);
  return {};
}

}  // namespace lujing::outbox
