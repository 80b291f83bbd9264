#include "terminal/outbox/thin_pass.h"

#include "terminal/outbox/slice.h"
#include "terminal/outbox/thinning.h"

#include <algorithm>

namespace lujing::outbox {
namespace {

/// The level from which on what was saved from damaged files goes first.
constexpr int old_batches_go_at = 3;
/// A row of holes only would grow for ever.
constexpr std::uint64_t most_row_span = 1'000'000;

std::size_t items(const protocol::Batch& batch) {
  return batch.records.size() + batch.holes.size();
}

}  // namespace

Result<protocol::ThinnedRecord> ThinPass::run(int max_rows, std::uint64_t goal_bytes) {
  for (int n = 0; n < max_rows; ++n) {
    auto used = tables_.used_bytes();
    if (!used) return used.error();
    if (*used <= goal_bytes) break;
    if (state_.level >= old_batches_go_at) {
      auto dropped = tables_.drop_oldest_old();
      if (!dropped) return dropped.error();
      if (*dropped) continue;
    }
    auto more = one_row();
    if (!more) return more.error();
    if (!*more) break;
  }
  if (auto flushed = flush(); !flushed) return flushed.error();
  return done_;
}

/// False: every row is thinned to the last level.
Result<bool> ThinPass::one_row() {
  auto row = tables_.thinned_less(state_.level, state_.from_seq);
  if (!row) return row.error();
  if (!*row || (*row)->first_seq >= end_seq_) {
    if (auto flushed = flush(); !flushed) return flushed.error();
    if (state_.level >= max_thin_level) {
      state_ = {};
      return false;
    }
    state_ = {state_.level + 1, 0};
    return true;
  }
  auto batch = protocol::decode((*row)->packed);
  if (!batch) {
    tables_.note_damage();
    return batch.error().in("a batch in the outbox does not check");
  }
  const std::uint64_t gone = thin(*batch, state_.level);
  if (gone != 0) {
    if (done_.dropped == 0) done_.first_seq = batch->first_seq;
    done_.last_seq = std::max(done_.last_seq, batch->last_seq);
    done_.dropped += gone;
  }
  state_.from_seq = batch->last_seq + 1;
  const bool joins = gathered_ && gathered_->last_seq + 1 == batch->first_seq &&
                     items(*gathered_) + items(*batch) <= batch_records_ &&
                     batch->last_seq - gathered_->first_seq < most_row_span;
  if (joins) {
    if (auto erased = tables_.erase(batch->first_seq); !erased) return erased.error();
    join(*gathered_, std::move(*batch));
    return true;
  }
  if (auto flushed = flush(); !flushed) return flushed.error();
  gathered_ = std::move(*batch);
  return true;
}

Result<void> ThinPass::flush() {
  if (!gathered_) return {};
  const Row row{gathered_->first_seq, gathered_->last_seq, state_.level,
                protocol::encode(*gathered_)};
  gathered_.reset();
  return tables_.put(row, acknowledged_);
}

}  // namespace lujing::outbox
