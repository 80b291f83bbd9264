#include "terminal/core/fusion/gnss_error.h"

#include "terminal/core/fusion/noise.h"

#include <algorithm>

namespace lujing::core {
namespace {

using namespace state;

constexpr double least_drift_share = 0.15;
constexpr double most_alike = 3;
constexpr double most_shown = 10;

}  // namespace

ErrorShares error_shares(const Estimate& e, double reported_sigma_m) {
  const double w = e.noise_share;
  const double all = reported_sigma_m * reported_sigma_m;
  const double lasts = std::max(1 - w, least_drift_share * std::max(1.0, w));
  return {all * w, all * lasts * e.drift_scale};
}

double FixInnovation::times(double other_east_m, double other_north_m) const {
  const double det = east_var * north_var - covariance * covariance;
  return (north_var * east_m * other_east_m -
          covariance * (east_m * other_north_m + north_m * other_east_m) +
          east_var * north_m * other_north_m) /
         det;
}

void learn_how_it_lasts(Estimate& e, const FixInnovation& off) {
  const double surprise = std::min(off.times(off.east_m, off.north_m), noise::gate_2) / 2 - 1;
  const double alike =
      std::clamp(off.times(e.fix_off_east_m, e.fix_off_north_m) / 2, -most_alike, most_alike);
  e.noise_share = std::clamp(e.noise_share * (1 + noise::share_gain * (surprise - alike)),
                             noise::share_least, noise::share_most);
  double& lasts_s = e.standing ? e.drift_standing_s : e.drift_s;
  lasts_s = std::clamp(lasts_s * (1 - noise::drift_gain * (surprise + alike)),
                       noise::drift_shortest_s, noise::drift_longest_s);
  e.fix_off_east_m = off.east_m;
  e.fix_off_north_m = off.north_m;
}

void learn_how_large(Estimate& e) {
  if (!(e.gnss_drift_var > 0)) return;
  const double seen_var =
      0.5 * (e.x[gnss_east] * e.x[gnss_east] + e.x[gnss_north] * e.x[gnss_north] +
             e.variance(gnss_east) + e.variance(gnss_north));
  const double shown = std::min(seen_var / e.gnss_drift_var, most_shown);
  e.drift_scale = std::clamp(e.drift_scale * (1 + noise::scale_gain * (shown - 1)),
                             noise::scale_least, noise::scale_most);
}

}  // namespace lujing::core
