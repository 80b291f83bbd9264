// How a driver chooses between ways: by time or by length, strictly or not. By which law a drive
// was made, the drive itself tells: under the wrong one either the fixes do not fit the road, or
// the road is a detour, or hidden fixes are foretold badly (foretold.h).
#pragma once

#include "terminal/core/roads/match_config.h"
#include "terminal/core/roads/matching.h"

#include <array>

namespace lujing::core {

inline constexpr double independent_s = 10;  ///< fixes closer than this are not so many witnesses
inline constexpr double lane_m2 = 4;         ///< how far off a road's line one drives

/// The same beliefs for a driver who goes by length.
MatchConfig by_length(const MatchConfig& config);

/// A law of choice that a whole track may have been driven by.
struct Law {
  double by_length = 0;   ///< MatchConfig's
  double per_minute = 0;  ///< nats of what is lost against the best way
  bool turns = true;      ///< whether links and turns have a price as well
  double rare = 0;        ///< nats against it, before anything was seen
};

/// Between time and length, by time, somebody who hardly minds, by length. Chosen on simulated
/// drivers (MATCHING.md).
inline constexpr std::array<Law, 4> laws = {
    {{0.6, 15, true, 1}, {0, 20, true, 0}, {0.6, 5, true, 7}, {1, 25, false, 5.5}}};
MatchConfig obeying(const Law& law, const MatchConfig& config);

/// Factor on the variance of a fix, slow and own part together.
double shown_scale(const MatchConfig& config);

/// How badly a track's answer and a driver's law go together, in nats: what the fixes are off, and
/// what the drive loses against the best way, each kilometre and a half of it. A strict law expects
/// to lose little (an exponential law with `per_minute` as its rate): it is believed the more where
/// little was lost.
double misfit(const RoadNetwork& network, const MatchConfig& config, const Matches& found);

}  // namespace lujing::core
