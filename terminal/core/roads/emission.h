// How well a fix fits a place on a road, in nats: less is better.
//
// The error of a fix is a slow part that its neighbours share (a random walk that forgets within
// `drift_time_s`) and a part of its own. Each hypothesis carries its own estimate of the slow part,
// a Kalman filter of two numbers: a road that fits with a constant offset is believed, one that
// needs the offset to jump is not. What is far out may be an outlier: a reflection off a tower must
// not outweigh a minute of good fixes, and teaches nothing about the slow part.
#pragma once

#include "base/geo.h"
#include "base/trig.h"
#include "terminal/core/fusion/pose.h"

namespace lujing::core {

/// Share of fixes that lie anywhere (5 %), times how thinly those are spread over 200 m against how
/// close a good one lies: what a fix far out is worth at most is its logarithm.
inline constexpr double outlier_share = 0.003;

/// Cost of being sqrt(squared) standard deviations away: Gauss's, up to an outlier's.
inline double tail_cost(double squared) {
  if (squared > 60) return -logarithm(outlier_share);
  return -logarithm(exponential(-squared / 2) + outlier_share);
}

/// How likely such a one is no outlier.
inline double trusted(double squared) {
  if (squared > 60) return 0;
  const double good = exponential(-squared / 2);
  return good / (good + outlier_share);
}

/// The slow part of the error, as one hypothesis sees it.
struct Drift {
  Offset mean;
  Covariance variance;
};

/// `before`, as it stands after the share `keep` of it has survived.
inline Drift faded(const Drift& before, double keep, const Covariance& stationary) {
  const double kept = keep * keep;
  const double fresh = 1 - kept;
  return {{before.mean.east_m * keep, before.mean.north_m * keep},
          {before.variance.east_m2 * kept + stationary.east_m2 * fresh,
           before.variance.north_m2 * kept + stationary.north_m2 * fresh,
           before.variance.east_north_m2 * kept + stationary.east_north_m2 * fresh}};
}

/// A fix as seen from the place on the road: only what lies across the road tells anything.
struct Residual {
  Offset across;          ///< unit vector
  double distance_m = 0;  ///< along it
  double white_m2 = 0;    ///< variance of what is not drift: the fix's own, the map's, the lane's
};

struct Innovation {
  double value_m = 0;
  double variance_m2 = 1;
  double squared_sigmas() const { return value_m * value_m / variance_m2; }
};

inline Innovation innovation(const Drift& drift, const Residual& seen) {
  const double e = seen.across.east_m;
  const double n = seen.across.north_m;
  const double spread = e * e * drift.variance.east_m2 + n * n * drift.variance.north_m2 +
                        2 * e * n * drift.variance.east_north_m2;
  return {seen.distance_m - (e * drift.mean.east_m + n * drift.mean.north_m),
          spread + seen.white_m2};
}

/// The drift after this fix: what is far out in the tail teaches little.
inline Drift learned(const Drift& drift, const Residual& seen, const Innovation& found) {
  const double e = seen.across.east_m;
  const double n = seen.across.north_m;
  const double weight = trusted(found.squared_sigmas()) / found.variance_m2;
  const double pe = drift.variance.east_m2 * e + drift.variance.east_north_m2 * n;
  const double pn = drift.variance.east_north_m2 * e + drift.variance.north_m2 * n;
  Drift after = drift;
  after.mean.east_m += pe * weight * found.value_m;
  after.mean.north_m += pn * weight * found.value_m;
  after.variance.east_m2 -= pe * pe * weight;
  after.variance.north_m2 -= pn * pn * weight;
  after.variance.east_north_m2 -= pe * pn * weight;
  return after;
}

/// Cost of driving a road whose direction is `difference_rad` off the heading.
inline double heading_cost(double difference_rad, double heading_sigma, double bearing_sigma) {
  const double folded = wrap_pi(difference_rad);
  return tail_cost(folded * folded /
                   (heading_sigma * heading_sigma + bearing_sigma * bearing_sigma));
}

}  // namespace lujing::core
