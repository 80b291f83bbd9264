#include "terminal/core/roads/match_track.h"

#include "terminal/core/roads/driver.h"

#include <algorithm>
#include <limits>

namespace lujing::core {
namespace {

constexpr double second_weight = 20;  // the first pass saw the whole track
constexpr double rare_nats = 3;       // one driver in twenty goes by length
constexpr double sparse_s = 4;
constexpr std::size_t window = 512;  // undecided sightings: minutes, far beyond any agreement

bool as_believed(double a, double b) {
  return a < 1.33 * b && b < 1.33 * a;
}

Matches once(const RoadNetwork& network, std::span<const RawFix> fixes, const MatchConfig& config,
             ErrorScale& scale) {
  Matcher matcher(network, config);
  Matches found;
  found.points.reserve(fixes.size());
  for (const RawFix& fix : fixes) matcher.take(fix, found);
  matcher.finish(found);
  scale = matcher.error_scale();
  return found;
}

/// Fixes so far apart that the law of choice decides between parallel roads.
bool sparse(std::span<const RawFix> fixes) {
  if (fixes.size() < 2) return false;
  const double seconds = static_cast<double>(fixes.back().at.ns - fixes.front().at.ns) * 1e-9;
  return seconds / static_cast<double>(fixes.size() - 1) > sparse_s;
}

}  // namespace

Matches match_track(const RoadNetwork& network, std::span<const RawFix> fixes,
                    const MatchConfig& config) {
  MatchConfig whole = config;
  whole.lag_s = std::numeric_limits<double>::infinity();
  whole.epochs = std::max(config.epochs, window);
  ErrorScale scale;
  Matches found = once(network, fixes, whole, scale);
  // Where the first pass found what was believed, its answer stands.
  if (!as_believed(scale.slow, whole.error_scale.slow) ||
      !as_believed(scale.own, whole.error_scale.own)) {
    whole.error_scale = scale;
    whole.error_weight = second_weight;
    found = once(network, fixes, whole, scale);
  }
  if (sparse(fixes)) {
    // Each of the two laws is tried for itself: nobody needs to go a little by both.
    whole.by_length = 0;
    whole.error_scale = scale;
    whole.error_weight = second_weight;
    found = once(network, fixes, whole, scale);
  }
  const MatchConfig other = by_length(whole);
  Matches shorter = once(network, fixes, other, scale);
  const bool goes_by_length =
      misfit(network, other, shorter) + rare_nats < misfit(network, whole, found);
  return goes_by_length ? shorter : found;
}

}  // namespace lujing::core
