// A whole recorded track at once: for reports, appeals and maps. Everything that was seen speaks
// for every place (Viterbi over the whole track), and more than once: the first pass finds out how
// large the track's error is, the second believes it. Where fixes are sparse the driver decides,
// and further ones ask by which law this one chose the way (driver.h, foretold.h).
#pragma once

#include "terminal/core/roads/matching.h"

#include <span>

namespace lujing::core {

/// `config.lag_s` is taken as infinite.
Matches match_track(const RoadNetwork& network, std::span<const RawFix> fixes,
                    const MatchConfig& config = {});

}  // namespace lujing::core
