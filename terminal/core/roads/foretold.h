// How well a law of choice foretells a track: every second fix is hidden, the road is found from
// the others, and the hidden ones say how far off it was. Nothing else about the drivers has to be
// known, so that laws of any kind can be compared.
#pragma once

#include "terminal/core/roads/match_config.h"
#include "terminal/core/roads/network.h"
#include "terminal/core/roads/raw_fix.h"

#include <span>

namespace lujing::core {

/// Nats, less is better: of each fix but the first and the last one, hidden once.
double foretold(const RoadNetwork& network, std::span<const RawFix> fixes,
                const MatchConfig& config);

}  // namespace lujing::core
