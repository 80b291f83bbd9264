// A whole recorded track at once: for reports, appeals and maps. Everything that was seen speaks
// for every place (Viterbi over the whole track), and more than once: the first pass finds out how
// large the track's error is, the second believes it, and another one asks whether this driver goes
// by length instead of time (driver.h).
#pragma once

#include "terminal/core/roads/matching.h"

#include <span>

namespace lujing::core {

/// `config.lag_s` is taken as infinite.
Matches match_track(const RoadNetwork& network, std::span<const RawFix> fixes,
                    const MatchConfig& config = {});

}  // namespace lujing::core
