#include "terminal/core/roads/match_track.h"

#include <algorithm>
#include <limits>

namespace lujing::core {
namespace {

constexpr std::size_t window = 512;  // undecided sightings: minutes, far beyond any agreement

Matches once(const RoadNetwork& network, std::span<const RawFix> fixes, const MatchConfig& config,
             double& scale) {
  Matcher matcher(network, config);
  Matches found;
  found.points.reserve(fixes.size());
  for (const RawFix& fix : fixes) matcher.take(fix, found);
  matcher.finish(found);
  scale = matcher.error_scale();
  return found;
}

}  // namespace

Matches match_track(const RoadNetwork& network, std::span<const RawFix> fixes,
                    const MatchConfig& config) {
  MatchConfig whole = config;
  whole.lag_s = std::numeric_limits<double>::infinity();
  whole.epochs = std::max(config.epochs, window);
  double scale = 1;
  Matches found = once(network, fixes, whole, scale);
  // Within a third of what was believed the first answer stands.
  if (scale > 0.75 * whole.error_scale && scale < 1.33 * whole.error_scale) return found;
  whole.error_scale = std::clamp(scale, 0.3, 5.0);
  return once(network, fixes, whole, scale);
}

}  // namespace lujing::core
