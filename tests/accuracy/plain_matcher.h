// A plain hidden Markov matcher, after Newson and Krumm, "Hidden Markov map matching through noise
// and sparseness" (2009): distance to the road under one normal law, route length against straight
// distance under one exponential law, nothing else. What ours is compared with on the same routes,
// fixes and network.
#pragma once

#include "terminal/core/roads/matched.h"
#include "terminal/core/roads/raw_fix.h"

#include <span>
#include <vector>

namespace lujing::accuracy {

struct PlainConfig {
  double sigma_m = 25;
  double radius_m = 200;
  double beta_m = 100;
  double thin_m = 0;  ///< fixes closer than this to the one before are left out
};

/// The road driven, whole track at once; where nothing joins two fixes it breaks and begins anew.
std::vector<core::Driven> plain_match(const core::RoadNetwork& roads,
                                      std::span<const core::RawFix> fixes,
                                      const PlainConfig& config);

}  // namespace lujing::accuracy
