// The way out: what is read for the platform, and what it has acknowledged.
#include "terminal/outbox/outbox.h"

#include "terminal/outbox/impl.h"
#include "terminal/outbox/slice.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lujing::outbox {

using protocol::Batch;

/// A row's batch. One that does not check is damage of the file.
Result<std::optional<Batch>> Outbox::Impl::decoded(Result<std::optional<Row>> row) {
  if (!row) return row.error();
  if (!*row) return std::optional<Batch>();
  auto batch = protocol::decode((*row)->packed);
  if (!batch) {
    tables->note_damage();
    return batch.error().in(fmt::format("the batch of record {}", (*row)->first_seq));
  }
  if (batch->first_seq != (*row)->first_seq || batch->last_seq != (*row)->last_seq) {
    tables->note_damage();
    return Error(fmt::format("the row of record {} holds another batch", (*row)->first_seq));
  }
  return std::optional<Batch>(std::move(*batch));
}

Result<std::optional<std::string>> Outbox::Impl::read(std::uint64_t from_seq,
                                                      std::size_t max_records) {
  const std::uint64_t from = std::max(from_seq, acknowledged + 1);
  if (from >= next_seq() || max_records == 0) return std::optional<std::string>();
  if (from >= tail.first_seq) {
    auto part = cut(tail, from, max_records);
    return part ? std::optional(protocol::encode(*part)) : std::nullopt;
  }
  auto row = tables->covering(from);
  if (!row) return row.error();
  if (!*row || (*row)->last_seq < from) {
    tables->note_damage();
    return Error(fmt::format("record {} is missing in the outbox", from));
  }
  // As it stands, if it is what was asked for: encoded once in its life.
  const bool as_it_is = (*row)->first_seq == from && (*row)->last_seq - from < max_records &&
                        protocol::peek((*row)->packed);
  auto batch = decoded(row);
  if (!batch) return batch.error();
  if (as_it_is) return std::optional(std::move((*row)->packed));
  auto part = cut(**batch, from, max_records);
  return part ? std::optional(protocol::encode(*part)) : std::nullopt;
}

Result<std::optional<std::string>> Outbox::Impl::read_newest(std::size_t max_records) {
  if (max_records == 0 || tail.last_seq < tail.first_seq) return std::optional<std::string>();
  const std::uint64_t wanted = std::min<std::uint64_t>(max_records, tail.last_seq);
  const std::uint64_t from = tail.last_seq - wanted + 1;
  Batch newest = tail;
  if (from < tail.first_seq && tables) {
    auto before = decoded(tables->covering(tail.first_seq - 1));
    if (!before) return before.error();
    if (*before && (*before)->last_seq + 1 == tail.first_seq) {
      newest = std::move(**before);
      join(newest, Batch(tail));
    }
  }
  const std::uint64_t skip = std::max(from, newest.first_seq);
  auto part = cut(newest, skip, max_records);
  return part ? std::optional(protocol::encode(*part)) : std::nullopt;
}

void Outbox::Impl::refresh_stats() {
  stats.epoch = epoch;
  stats.next_seq = next_seq();
  stats.oldest_seq = acknowledged + 1;
  stats.depth_records = tail.last_seq - acknowledged;
  if (!tables) return;
  if (auto bytes = tables->file_bytes()) stats.file_bytes = *bytes;
}

void Outbox::Impl::find_oldest_time() {
  oldest_time_known = true;
  stats.oldest_utc_ms.reset();
  if (acknowledged >= tail.last_seq || !tables) return;
  const Batch* batch = &tail;
  Result<std::optional<Batch>> row = std::optional<Batch>();
  if (acknowledged + 1 < tail.first_seq) {
    row = decoded(tables->covering(acknowledged + 1));
    if (!row || !*row) return;
    batch = &**row;
  }
  for (const auto& numbered : batch->records) {
    if (numbered.seq <= acknowledged || !numbered.record.stamp.utc_ms) continue;
    stats.oldest_utc_ms = numbered.record.stamp.utc_ms;
    return;
  }
}

Result<std::unique_ptr<Outbox>> Outbox::open(const Options& options) {
  auto impl = std::make_unique<Impl>(options);
  const bool reserved = impl->reserve.hold();
  if (auto opened = impl->open_file(); !opened) return opened.error();
  if (!reserved && options.reserve_bytes != 0)
    impl->stats.last_error = "no room for the reserve file: the disk is nearly full";
  return std::unique_ptr<Outbox>(new Outbox(std::move(impl)));
}

Outbox::Outbox(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Outbox::~Outbox() {
  auto last = impl_->commit();
  (void)last;  // nobody is left to be told
  impl_->close_file();
}

void Outbox::append(std::span<const protocol::Record> records) {
  impl_->pending.add(records);
}

Result<void> Outbox::commit() {
  return impl_->commit();
}

Result<std::optional<std::string>> Outbox::read(std::uint64_t from_seq, std::size_t max_records) {
  if (!impl_->tables) return Error(impl_->options.path + ": cannot be opened now");
  auto packed = impl_->read(from_seq, max_records);
  if (packed || impl_->tables->trouble() != Trouble::damaged) return packed;
  if (auto again = impl_->begin_again(packed.error().what()); !again) return again.error();
  return std::optional<std::string>();
}

Result<std::optional<std::string>> Outbox::read_newest(std::size_t max_records) {
  return impl_->read_newest(max_records);
}

Result<void> Outbox::acknowledge(std::uint64_t epoch, std::uint64_t seq) {
  if (epoch != impl_->epoch)
    return Error(
        fmt::format("acknowledged epoch {:016x}, but this is epoch {:016x}", epoch, impl_->epoch));
  if (seq >= impl_->next_seq())
    return Error(fmt::format("acknowledged record {}, but the next to be written is {}", seq,
                             impl_->next_seq()));
  if (seq > impl_->acknowledged) {
    impl_->acknowledged = seq;
    impl_->oldest_time_known = false;
    impl_->stats.oldest_seq = seq + 1;
    impl_->stats.depth_records = impl_->tail.last_seq - seq;
  }
  return {};
}

std::optional<OldBook> Outbox::unsettled() {
  if (!impl_->tables) return std::nullopt;
  auto book = impl_->tables->old_book(false);
  return book ? *book : std::nullopt;
}

Result<void> Outbox::settle(std::uint64_t epoch, std::uint64_t durable_seq) {
  if (!impl_->tables) return Error(impl_->options.path + ": cannot be opened now");
  if (auto settled = impl_->tables->settle_old(epoch, durable_seq); !settled) return settled;
  impl_->draining = true;
  return {};
}

Result<void> Outbox::begin_new_epoch(const std::string& reason) {
  return impl_->renumber(reason);
}

const Stats& Outbox::stats() const {
  if (!impl_->oldest_time_known) impl_->find_oldest_time();
  return impl_->stats;
}

}  // namespace lujing::outbox
