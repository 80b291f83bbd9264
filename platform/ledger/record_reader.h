// What is in a ledger's file, for those that only read it beside the platform that owns it:
// reports, audits, scores. Opened by open_books_to_read (schema.h), it takes no lock and moves
// nothing.
#pragma once

#include "base/result.h"
#include "platform/ledger/schema.h"

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace lujing::protocol {
struct Numbered;
}

namespace lujing::ledger {

/// A terminal that has records in the books.
struct Booked {
  std::int64_t row = 0;
  std::string id;
  std::string type;  ///< of its vehicle
};
/// In the order of their ids.
Result<std::vector<Booked>> booked(Database& db);

/// [from, to) in UTC milliseconds.
struct Span {
  std::int64_t from_ms = std::numeric_limits<std::int64_t>::min();
  std::int64_t to_ms = std::numeric_limits<std::int64_t>::max();
};
using EachRecord = std::function<void(std::uint64_t epoch, const protocol::Numbered&)>;
/// A terminal's records, epoch by epoch, in their order. Batches whose track points lie a quarter
/// of a day and more outside of `when` are passed over; of the others each record is told. An error
/// where a batch is damaged, or does not follow the one before it in the chain; what is not there
/// at all missing_records tells (missing.h).
Result<void> each_record(Database& db, const Booked& terminal, Span when, const EachRecord& each);

}  // namespace lujing::ledger
