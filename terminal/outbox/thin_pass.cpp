#include "terminal/outbox/thin_pass.h"

#include "terminal/outbox/slice.h"

#include <algorithm>

namespace lujing::outbox {
namespace {

/// The level from which on what was saved from damaged files goes first.
constexpr int old_batches_go_at = 3;
/// A row of holes only would grow for ever.
constexpr std::uint64_t most_row_span = 1'000'000;

std::size_t items_of(const protocol::Batch& batch) {
  return batch.records.size() + batch.holes.size();
}

}  // namespace

Result<protocol::ThinnedRecord> ThinPass::run(int max_rows, std::uint64_t goal_bytes,
                                              std::uint64_t must_bytes) {
  int level = 1;
  for (int n = 0; n < max_rows; ++n) {
    auto used = tables_.used_bytes();
    if (!used) return used.error();
    if (*used <= goal_bytes) break;
    if (level >= old_batches_go_at) {
      auto dropped = tables_.drop_oldest_old();
      if (!dropped) return dropped.error();
      if (*dropped) continue;
    }
    auto more = one_row(level);
    if (!more) return more.error();
    if (*more) continue;
    if (auto flushed = flush(level); !flushed) return flushed.error();
    if (level == max_thin_level || *used <= must_bytes) return done_;
    ++level;
  }
  if (auto flushed = flush(level); !flushed) return flushed.error();
  return done_;
}

/// False: every row is thinned to this level.
Result<bool> ThinPass::one_row(int level) {
  auto& from = state_.from_seq[static_cast<std::size_t>(level)];
  auto row = tables_.thinned_less(level, from);
  if (!row) return row.error();
  if (!*row || (*row)->first_seq >= end_seq_) return false;
  auto batch = protocol::decode((*row)->packed);
  if (!batch) {
    tables_.note_damage();
    return batch.error().in("a batch in the outbox does not check");
  }
  const std::uint64_t gone = thin(*batch, level);
  if (gone != 0) {
    if (done_.dropped == 0) done_.first_seq = batch->first_seq;
    done_.last_seq = std::max(done_.last_seq, batch->last_seq);
    done_.dropped += gone;
  }
  from = batch->last_seq + 1;
  const bool joins = gathered_ && gathered_->last_seq + 1 == batch->first_seq &&
                     items_of(*gathered_) + items_of(*batch) <= batch_records_ &&
                     batch->last_seq - gathered_->first_seq < most_row_span;
  if (joins) {
    if (auto erased = tables_.erase(batch->first_seq); !erased) return erased.error();
    join(*gathered_, std::move(*batch));
    return true;
  }
  if (auto flushed = flush(level); !flushed) return flushed.error();
  gathered_ = std::move(*batch);
  return true;
}

Result<void> ThinPass::flush(int level) {
  if (!gathered_) return {};
  const Row row{gathered_->first_seq, gathered_->last_seq, level, protocol::encode(*gathered_)};
  gathered_.reset();
  return tables_.put(row, acknowledged_);
}

}  // namespace lujing::outbox
