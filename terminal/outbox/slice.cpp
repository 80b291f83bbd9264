#include "terminal/outbox/slice.h"

#include <iterator>
#include <utility>

namespace lujing::outbox {

using protocol::Batch;
using protocol::Hash;

std::optional<Batch> cut(const Batch& batch, std::uint64_t from_seq, std::size_t max_items) {
  if (max_items == 0 || from_seq > batch.last_seq) return std::nullopt;
  Batch part;
  part.epoch = batch.epoch;
  Hash chain = batch.chain_before;
  auto record = batch.records.begin();
  auto hole = batch.holes.begin();
  std::size_t items = 0;
  while (items < max_items && (record != batch.records.end() || hole != batch.holes.end())) {
    const bool is_hole = hole != batch.holes.end() &&
                         (record == batch.records.end() || hole->first_seq < record->seq);
    const std::uint64_t first = is_hole ? hole->first_seq : record->seq;
    const std::uint64_t last = is_hole ? hole->last_seq : record->seq;
    const bool wanted = last >= from_seq;
    if (wanted && items++ == 0) {
      part.first_seq = first;
      part.chain_before = chain;
    }
    chain =
        is_hole ? hole->chain_after : protocol::chain_next(chain, protocol::digest(record->record));
    if (wanted) {
      part.last_seq = last;
      if (is_hole) {
        part.holes.push_back(*hole);
      } else {
        part.records.push_back(*record);
      }
    }
    is_hole ? static_cast<void>(++hole) : static_cast<void>(++record);
  }
  part.chain_after = chain;
  return part;
}

void extend(Batch& batch, std::span<const protocol::Record> records) {
  for (const auto& record : records) {
    batch.chain_after = protocol::chain_next(batch.chain_after, protocol::digest(record));
    batch.records.push_back({++batch.last_seq, record});
  }
}

Batch begin_after(std::uint64_t epoch, std::uint64_t last_seq, const Hash& chain) {
  Batch batch;
  batch.epoch = epoch;
  batch.first_seq = last_seq + 1;
  batch.last_seq = last_seq;
  batch.chain_before = chain;
  batch.chain_after = chain;
  return batch;
}

void join(Batch& batch, Batch&& next) {
  batch.records.insert(batch.records.end(), std::make_move_iterator(next.records.begin()),
                       std::make_move_iterator(next.records.end()));
  auto hole = next.holes.begin();
  if (!batch.holes.empty() && hole != next.holes.end() &&
      batch.holes.back().last_seq == batch.last_seq && hole->first_seq == next.first_seq) {
    batch.holes.back().last_seq = hole->last_seq;
    batch.holes.back().chain_after = hole->chain_after;
    ++hole;
  }
  batch.holes.insert(batch.holes.end(), hole, next.holes.end());
  batch.last_seq = next.last_seq;
  batch.chain_after = next.chain_after;
}

}  // namespace lujing::outbox
