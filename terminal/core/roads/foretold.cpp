#include "terminal/core/roads/foretold.h"

#include "terminal/core/roads/driver.h"
#include "terminal/core/roads/emission.h"
#include "terminal/core/roads/matching.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace lujing::core {
namespace {

constexpr double farthest_sigmas = 4;  // an outlier's price is reached before
constexpr double foot_at_end_m = 1;    // a foot at a link's end belongs to both links

bool covers(const Driven& driven, const Candidate& foot) {
  const auto [low, high] = std::minmax(driven.from_m, driven.to_m);
  return driven.edge.link() == foot.link && foot.along_m >= low - foot_at_end_m &&
         foot.along_m <= high + foot_at_end_m;
}

/// Squared distance from a place to what was driven between two moments; -1: far.
double off_path_m2(const RoadNetwork& network, std::span<const Driven> driven, GeoPoint place,
                   double reach_m) {
  std::array<Candidate, 24> near;
  const std::size_t count = network.near(place, reach_m, near);
  for (std::size_t i = 0; i < count; ++i) {  // the nearest first
    const auto on = [&](const Driven& one) { return covers(one, near[i]); };
    if (std::any_of(driven.begin(), driven.end(), on))
      return near[i].distance_m * near[i].distance_m;
  }
  return -1;
}

/// Variance per axis of a fix's error, as the track has shown it.
double error_m2(const MatchConfig& config, const RawFix& fix) {
  const double usual_m2 =
      config.drift_sigma_m * config.drift_sigma_m + config.white_sigma_m * config.white_sigma_m;
  return shown_scale(config) * (fix.sigma_m ? *fix.sigma_m * *fix.sigma_m : usual_m2);
}

/// What was driven from one moment to another, in a list that is in order of time.
std::span<const Driven> between(const std::vector<Driven>& driven, BootTime from, BootTime to) {
  const auto first = std::lower_bound(driven.begin(), driven.end(), from,
                                      [](const Driven& one, BootTime at) { return one.left < at; });
  const auto last = std::upper_bound(
      first, driven.end(), to, [](BootTime at, const Driven& one) { return at < one.entered; });
  return {first, last};
}

}  // namespace

double foretold(const RoadNetwork& network, std::span<const RawFix> fixes,
                const MatchConfig& config) {
  double sum = 0;
  for (std::size_t hidden = 1; hidden <= 2; ++hidden) {
    const auto hides = [&](std::size_t i) {
      return i > 0 && i + 1 < fixes.size() && i % 2 == hidden % 2;
    };
    Matcher matcher(network, config);
    Matches found;
    for (std::size_t i = 0; i < fixes.size(); ++i) {
      if (!hides(i)) matcher.take(fixes[i], found);
    }
    matcher.finish(found);
    for (std::size_t i = 1; i + 1 < fixes.size(); ++i) {
      if (!hides(i) || !fixes[i].position.valid()) continue;
      const double variance = error_m2(config, fixes[i]) + lane_m2;
      const double off_m2 =
          off_path_m2(network, between(found.driven, fixes[i - 1].at, fixes[i + 1].at),
                      fixes[i].position, farthest_sigmas * std::sqrt(variance));
      sum += off_m2 < 0 ? -logarithm(outlier_share) : tail_cost(off_m2 / variance);
    }
  }
  return sum;
}

}  // namespace lujing::core
