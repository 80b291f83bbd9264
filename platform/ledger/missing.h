// What the books ought to hold of a terminal and do not, for those that only read them.
#pragma once

#include "base/result.h"
#include "platform/ledger/record_reader.h"

#include <cstdint>
#include <vector>

namespace lujing::ledger {

/// Numbers of records that are not there.
struct Missing {
  std::uint64_t epoch = 0;
  std::uint64_t first_seq = 0;
  std::uint64_t last_seq = 0;
  bool noticed = false;  ///< the terminal no longer had them, and the books say so
  Span between;          ///< the track points before and after, as far as there are any
};

/// In the order of the records; only what may be of `when`. Looks at the batches' numbers, not
/// into them: each_record tells what is wrong inside.
Result<std::vector<Missing>> missing_records(Database& db, const Booked& terminal, Span when);

}  // namespace lujing::ledger
