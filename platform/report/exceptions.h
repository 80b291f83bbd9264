// The dispatcher's own list of kerbs that could not be cleaned: a TOML file, each entry with who,
// when and why. What drivers marked comes with the vehicles' records.
#pragma once

#include "base/result.h"
#include "platform/report/collector.h"
#include "terminal/core/roads/network.h"

#include <string>
#include <vector>

namespace lujing::report {

/// [[exception]] link or way, kerb, from_m, to_m, from, to, who, reason, note.
Result<std::vector<Excuse>> load_exceptions(const std::string& path,
                                            const core::RoadNetwork& roads);

}  // namespace lujing::report
