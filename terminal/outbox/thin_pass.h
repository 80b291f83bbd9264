// Walks the rows from the oldest on and gives up records until there is room.
#pragma once

#include "protocol/batch.h"
#include "protocol/record.h"
#include "terminal/outbox/tables.h"
#include "terminal/outbox/thinning.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace lujing::outbox {

/// Where the walk of each level stands between passes: new rows are thinned to level 1 before old
/// ones to level 2.
struct ThinState {
  std::array<std::uint64_t, max_thin_level + 1> from_seq{};  ///< by level; [0] is not used
};

class ThinPass {
 public:
  /// Rows from `end_seq` on (the tail, which still grows) are left alone. `state` is moved on.
  ThinPass(Tables& tables, std::uint64_t acknowledged, std::uint64_t end_seq,
           std::size_t batch_records, ThinState& state)
      : tables_(tables),
        acknowledged_(acknowledged),
        end_seq_(end_seq),
        batch_records_(batch_records),
        state_(state) {}

  /// Inside the caller's transaction: until used_bytes() <= goal_bytes, at most `max_rows` rows.
  /// The next level is begun only for what is over `must_bytes`.
  Result<protocol::ThinnedRecord> run(int max_rows, std::uint64_t goal_bytes,
                                      std::uint64_t must_bytes);

 private:
  Result<bool> one_row(int level);
  Result<void> flush(int level);

  Tables& tables_;
  std::uint64_t acknowledged_;
  std::uint64_t end_seq_;
  std::size_t batch_records_;
  ThinState& state_;
  protocol::ThinnedRecord done_;
  std::optional<protocol::Batch> gathered_;  ///< thinned neighbours become one row
};

}  // namespace lujing::outbox
