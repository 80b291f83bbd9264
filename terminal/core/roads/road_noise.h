// How large the fixes' error is, by how they lie to all the roads nearby, before anything is
// decided: fixes that lie on some road each time cannot be ten metres off, whichever road it was.
//
// A fix is a place on one of the roads plus an error, so that its density is that of the roads,
// blurred by the error. On a grid of factors on the believed variances this adds up the logarithm
// of that density. Where the roads are closer than the error is large, it says nothing, and what
// was believed stands. Since no road is chosen, a wrong choice cannot confirm itself.
#pragma once

#include "terminal/core/roads/network.h"

#include <array>
#include <cstddef>

namespace lujing::core {

class RoadNoise {
 public:
  RoadNoise();

  struct Seen {
    GeoPoint place;
    double doubted_m2 = 0;  ///< variance per axis that the factor is asked for
    double known_m2 = 0;    ///< of what is known: the map, lanes, what the motion has measured
    double weight = 1;      ///< 0..1: neighbours that share most of their error are one witness
  };
  void see(const RoadNetwork& network, const Seen& seen);
  /// The factor on the doubted variance that is to be believed.
  double scale() const;

 private:
  static constexpr std::size_t levels = 11;
  std::array<double, levels> factor_;
  std::array<double, levels> prior_;
  std::array<double, levels> evidence_{};  ///< logarithms of the density, summed
};

}  // namespace lujing::core
