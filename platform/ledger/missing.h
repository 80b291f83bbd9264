// What the books ought to hold of a terminal and do not, for those that only read them.
#pragma once

#include "base/result.h"
#include "platform/ledger/record_reader.h"

#include <cstdint>
#include <string>
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

struct MissingOf {
  std::string terminal;
  std::vector<Missing> missing;
};

/// Numbers of one of a terminal's stores, both included.
struct Range {
  std::uint64_t epoch = 0;
  std::uint64_t first_seq = 0;
  std::uint64_t last_seq = 0;
};

/// In the order of the records; only what may be of `when`. Looks at the batches' numbers, not
/// into them: each_record tells what is wrong inside. Reads the batches of `when`, and of each
/// epoch up to the next ones with a time before and after them. Where an epoch has none of `when`
/// its times are taken to go forward: of a clock that went back over the whole of `when`, only one
/// such place is looked at. Without bounds all of it is read.
Result<std::vector<Missing>> missing_records(Database& db, const Booked& terminal, Span when);
/// Those that hold any of these numbers, whole. What the books have not reached yet is not missing.
Result<std::vector<Missing>> missing_numbers(Database& db, const Booked& terminal,
                                             const Range& range);

}  // namespace lujing::ledger
