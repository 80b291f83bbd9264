// All vehicles' records out of a ledger's file, read beside the platform that owns it.
#pragma once

#include "base/result.h"
#include "platform/report/collector.h"

#include <string>
#include <vector>

namespace lujing::report {

/// In the order of the vehicles' ids, whatever the number of threads. Batches whose track points
/// lie a quarter of a day and more outside of the window are passed over. `window` is what totals
/// are of; hours of a plan that end after it want their records, too: up to `read_to_ms`.
Result<std::vector<Collected>> read_books(const std::string& ledger_path,
                                          std::uint64_t roads_version, core::TimeWindow window,
                                          unsigned threads, std::int64_t read_to_ms = 0);

}  // namespace lujing::report
