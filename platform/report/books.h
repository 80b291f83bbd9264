// All vehicles' records out of a ledger's file, read beside the platform that owns it.
#pragma once

#include "base/result.h"
#include "platform/ledger/record_reader.h"
#include "platform/report/collector.h"

#include <optional>
#include <string>
#include <vector>

namespace lujing::report {

/// In the order of the vehicles' ids, whatever the number of threads. Batches whose track points
/// lie a quarter of a day and more outside of the window are passed over. `window` is what totals
/// are of; hours of a plan that end after it want their records, too: up to `read_to_ms`.
Result<std::vector<Collected>> read_books(const std::string& ledger_path,
                                          std::uint64_t roads_version, core::TimeWindow window,
                                          unsigned threads, std::int64_t read_to_ms = 0);

/// The same, one day after another: what a day needs of the days before it is remembered, not read
/// again. Holds no records but those that tell of documents.
class DayBooks {
 public:
  static Result<DayBooks> open(const std::string& ledger_path, std::uint64_t roads_version,
                               unsigned threads);
  /// What read_books gives of this window. Windows come in the order of time.
  Result<std::vector<Collected>> read(core::TimeWindow window, std::int64_t read_to_ms = 0);
  /// When the platform last took a record of any vehicle, by its clock.
  Result<std::int64_t> last_received_ms();

 private:
  DayBooks(std::vector<ledger::Database> connections, std::vector<ledger::Booked> terminals,
           std::uint64_t roads_version);
  Result<Collected> read_one(ledger::Database& db, std::size_t index, core::TimeWindow window,
                             std::int64_t read_to_ms);
  Result<void> add_told_before(ledger::Database& db, std::size_t index, core::TimeWindow window,
                               std::vector<Told>& told);

  std::vector<ledger::Database> connections_;
  std::vector<ledger::Booked> terminals_;
  /// Of each vehicle what it was told, as of the window before.
  std::vector<std::optional<std::vector<Told>>> told_;
  std::uint64_t roads_version_;
};

}  // namespace lujing::report
