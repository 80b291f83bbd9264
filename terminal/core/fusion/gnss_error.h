// The receiver's error: how much of it is new at each fix, how much of it lasts, and for how long.
// Nobody reports that; it is learnt from what the fixes say beside the vehicle's own way. The idea
// and its reasons: FUSION.md, "An error that lasts".
#pragma once

#include "terminal/core/fusion/estimate.h"

namespace lujing::core {

/// Of the variance that the receiver reports, along an axis, m^2.
struct ErrorShares {
  double fresh_var = 0;  ///< new at each fix
  double drift_var = 0;  ///< of the part that lasts
};
ErrorShares error_shares(const Estimate& e, double reported_sigma_m);

/// What a fix is off by, and the covariance that was expected of that.
struct FixInnovation {
  double east_m = 0;
  double north_m = 0;
  double east_var = 1;
  double north_var = 1;
  double covariance = 0;
  /// The product with another one, counted in what was expected of this; with itself it is
  /// chi-squared of two degrees of freedom.
  double times(double other_east_m, double other_north_m) const;
};

/// From one more fix, accepted or not: the fresh share, and for how long the rest lasts.
void learn_how_it_lasts(Estimate& e, const FixInnovation& off);
/// From one more accepted fix, when it has been taken: how large the lasting error really is.
void learn_how_large(Estimate& e);

}  // namespace lujing::core
