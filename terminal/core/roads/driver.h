// How a driver chooses between ways: most by time, some by length. Which of the two a drive was
// made by, the drive itself tells: under the wrong law either the fixes do not fit the road, or the
// road is a detour.
#pragma once

#include "terminal/core/roads/match_config.h"
#include "terminal/core/roads/matching.h"

namespace lujing::core {

inline constexpr double independent_s = 10;  ///< fixes closer than this are not so many witnesses
inline constexpr double lane_m2 = 4;         ///< how far off a road's line one drives

/// The same beliefs for a driver who goes by length.
MatchConfig by_length(const MatchConfig& config);

/// How badly a track's answer and a driver's law go together, in nats: what the fixes are off, and
/// what the drive loses against the best way, each kilometre and a half of it.
double misfit(const RoadNetwork& network, const MatchConfig& config, const Matches& found);

}  // namespace lujing::core
