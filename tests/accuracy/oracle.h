// What the matcher's own model says of the true road: a mistake is one of the search if the truth
// would have cost less than what was found, one of the model if it would have cost more.
#pragma once

#include "terminal/core/roads/match_config.h"
#include "terminal/core/roads/matching.h"
#include "terminal/core/roads/raw_fix.h"
#include "tests/accuracy/routes.h"

#include <array>
#include <cstddef>
#include <span>

namespace lujing::accuracy {

/// A whole track as matched by somebody who knows the noise.
struct Known {
  core::Matches found;
  double nats = 0;  ///< what its road costs
};
Known match_knowing(const core::RoadNetwork& roads, const NoiseModel& noise,
                    std::span<const core::RawFix> fixes);

/// The same where there is no road but the one that was driven.
double true_nats(const core::RoadNetwork& roads, const NoiseModel& noise, const DrivenRoute& route,
                 std::span<const core::RawFix> fixes);

/// Mistaken drives by what the truth would have cost more than what was found.
class OracleTally {
 public:
  void add(double wrong_m, double wrong_knowing_m, double true_above_found_nats);
  void print(double true_m) const;

 private:
  struct Bin {
    std::size_t drives = 0;
    double wrong_m = 0;
  };
  std::array<Bin, 5> bins_{};
  double wrong_m_ = 0;
  double wrong_knowing_m_ = 0;
};

}  // namespace lujing::accuracy
