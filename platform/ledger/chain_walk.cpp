#include "platform/ledger/chain_walk.h"

#include <algorithm>

namespace lujing::ledger {

std::optional<protocol::Hash> chain_at(const protocol::Batch& batch, std::uint64_t seq) {
  if (seq == batch.last_seq) return batch.chain_after;
  if (seq + 1 < batch.first_seq || seq > batch.last_seq) return std::nullopt;
  protocol::Hash hash = batch.chain_before;
  std::uint64_t done = batch.first_seq - 1;
  auto hole = batch.holes.begin();
  auto record = batch.records.begin();
  while (done < seq) {
    if (hole != batch.holes.end() && hole->first_seq == done + 1) {
      hash = hole->chain_after;
      done = hole->last_seq;
      ++hole;
    } else if (record != batch.records.end()) {
      hash = protocol::chain_next(hash, protocol::digest(record->record));
      done = record->seq;
      ++record;
    } else {
      return std::nullopt;
    }
  }
  if (done != seq) return std::nullopt;
  return hash;
}

protocol::Batch tail(const protocol::Batch& batch, std::uint64_t after_seq,
                     const protocol::Hash& before) {
  protocol::Batch rest;
  rest.epoch = batch.epoch;
  rest.first_seq = after_seq + 1;
  rest.last_seq = batch.last_seq;
  rest.chain_before = before;
  rest.chain_after = batch.chain_after;
  for (const auto& record : batch.records)
    if (record.seq > after_seq) rest.records.push_back(record);
  for (auto hole : batch.holes) {
    if (hole.last_seq <= after_seq) continue;
    hole.first_seq = std::max(hole.first_seq, after_seq + 1);
    rest.holes.push_back(hole);
  }
  return rest;
}

}  // namespace lujing::ledger
