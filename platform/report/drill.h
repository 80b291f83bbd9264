// A link's figure opened: each passing with its part in the rate, and where the vehicle's journal
// has it.
#pragma once

#include "base/result.h"
#include "platform/report/collector.h"
#include "platform/report/rates.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lujing::report {

struct DrilledPassing {
  core::Passing passing;
  std::int64_t counts_cm = 0;   ///< of the rate: what no earlier passing had covered
  std::int64_t repeats_cm = 0;  ///< covered again
  // In the journal of that vehicle; 0: the record was not found again.
  std::uint64_t boot_id = 0;
  std::int64_t begin_boot_ms = 0;
  std::int64_t end_boot_ms = 0;
};

struct DrilledKerb {
  core::Kerb kerb = core::Kerb::left;
  core::Account account;
  std::vector<DrilledPassing> passings;  ///< oldest first
};

/// The link's kerbs under the question. What counts on a kerb adds up to what is covered of it.
std::vector<DrilledKerb> drill(const core::RoadNetwork& roads, const core::CoverageLedger& ledger,
                               core::LinkId link, const core::Question& question);
/// Looks each passing's record up in the books. `ids`: of the vehicles that passings count.
Result<void> find_in_journals(const std::string& ledger_path, const std::vector<std::string>& ids,
                              core::TimeWindow window, std::vector<DrilledKerb>& kerbs);

}  // namespace lujing::report
