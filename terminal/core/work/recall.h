// The vehicle's own coverage ledger over a power cut: as records for Core::recall(), and back.
// Their clock is UTC (boot time and UTC of the stamp are the same), since the boot that they came
// from is over.
#pragma once

#include "protocol/record.h"
#include "terminal/core/work/coverage.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace lujing::core {

/// Passings on the road file `roads`, joined where one follows the other, and exceptions; the
/// newest first, at most `most` of them.
std::vector<protocol::Record> remembered(const CoverageLedger& ledger, std::uint64_t roads,
                                         std::size_t most);

/// A coverage or exception record's payload with its times moved by `offset_ms`; from boot time to
/// UTC (`boot_id`: of the boot that did not tell it any more; not 0), and back. Others: nothing.
std::optional<protocol::Record> in_utc(const protocol::Payload& payload, std::int64_t offset_ms,
                                       std::uint64_t boot_id);

}  // namespace lujing::core
