#include "terminal/core/roads/road_noise.h"

#include "base/trig.h"

#include <algorithm>
#include <cmath>

namespace lujing::core {
namespace {

constexpr double least_factor = 1.0 / 64;
constexpr double ln_2 = 0.6931471805599453;
constexpr double prior_ln_sigma = ln_2;  // receivers and beliefs are off by a factor of two
constexpr double witnesses_kept = 100;   // independent witnesses
constexpr double least_reach_m = 30;
constexpr double most_reach_m = 150;
constexpr double reach_sigmas = 5;
constexpr double nowhere_per_m = 0.05 / 200;  // outliers and yards

/// The share of a normal law below `sigmas`.
double share_below(double sigmas) {
  return 1 / (1 + exponential(-1.702 * sigmas));
}

}  // namespace

RoadNoise::RoadNoise() {
  for (std::size_t i = 0; i < levels; ++i) {
    factor_[i] = i == 0 ? least_factor : 2 * factor_[i - 1];
    const double ln_sigma = logarithm(factor_[i]) / 2;
    prior_[i] = -ln_sigma * ln_sigma / (2 * prior_ln_sigma * prior_ln_sigma);
  }
}

void RoadNoise::see(const RoadNetwork& network, const Seen& seen) {
  const double reach = std::clamp(reach_sigmas * std::sqrt(seen.doubted_m2 + seen.known_m2),
                                  least_reach_m, most_reach_m);
  std::array<Candidate, 24> found;
  const std::size_t hits = network.near(seen.place, reach, found);
  if (hits == 0) return;  // beside all roads: nothing to measure by
  std::array<double, levels> density;
  density.fill(nowhere_per_m);
  for (std::size_t k = 0; k < hits; ++k) {
    const Candidate& hit = found[k];
    const double length = network.length_m(hit.link);
    for (std::size_t i = 0; i < levels; ++i) {
      const double variance = factor_[i] * seen.doubted_m2 + seen.known_m2;
      const double squared = hit.distance_m * hit.distance_m / variance;
      if (squared > 40) continue;
      const double sigma = std::sqrt(variance);
      // A link that ends here is not a whole road.
      const double part =
          share_below((length - hit.along_m) / sigma) - share_below(-hit.along_m / sigma);
      density[i] += exponential(-squared / 2) * std::max(part, 0.0) / (2.5066 * sigma);
    }
  }
  const double keep = 1 - seen.weight / witnesses_kept;
  for (std::size_t i = 0; i < levels; ++i) {
    evidence_[i] = keep * evidence_[i] + seen.weight * logarithm(density[i]);
  }
}

double RoadNoise::scale() const {
  double most = prior_[0] + evidence_[0];
  for (std::size_t i = 1; i < levels; ++i) most = std::max(most, prior_[i] + evidence_[i]);
  double sum = 0;
  double mean = 0;
  for (std::size_t i = 0; i < levels; ++i) {
    const double above = most - prior_[i] - evidence_[i];
    if (above > 30) continue;
    const double weight = exponential(-above);
    sum += weight;
    mean += weight * logarithm(factor_[i]);
  }
  return exponential(mean / sum);
}

}  // namespace lujing::core
