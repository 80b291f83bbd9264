// Why so many fixes have no answer, and what to do: said where a likely cause can be seen.
#pragma once

#include "ctl/fixes_csv.h"
#include "terminal/core/roads/network.h"

#include <cstddef>
#include <string>
#include <vector>

namespace lujing::ctl {

/// Sentences for whoever asked; none where less than half of the fixes are `unknown`.
std::vector<std::string> match_advice(const core::RoadNetwork& roads, const FixesFile& file,
                                      std::size_t unknown);

}  // namespace lujing::ctl
