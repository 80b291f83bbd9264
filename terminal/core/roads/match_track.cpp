#include "terminal/core/roads/match_track.h"

#include "terminal/core/roads/driver.h"
#include "terminal/core/roads/foretold.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace lujing::core {
namespace {

constexpr double second_weight = 20;  // the first pass saw the whole track
constexpr double misfit_share = 0.5;  // it says in part what hidden fixes have said already
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

/// What all fixes say of their error, by the roads around them.
ErrorScale looked_around(const RoadNetwork& network, std::span<const RawFix> fixes,
                         const MatchConfig& config) {
  MatchConfig brief = config;
  brief.epochs = 1;
  RouteSearch search(network, brief);
  Lattice lattice(network, brief, search);
  Smoother smoother(brief);
  Sighting seen;
  bool first = true;  // of a dense track, it is no sparse one
  const auto look = [&](bool all) {
    while (smoother.next(seen, all)) {
      if (!seen.usable) continue;
      if (seen.told || (!seen.white_seen && !first)) lattice.look_around(seen);
      first = false;
    }
  };
  const RawFix* before = nullptr;
  for (const RawFix& fix : fixes) {
    if (!fix.position.valid() || (before != nullptr && fix.at < before->at)) continue;
    before = &fix;
    smoother.take(fix);
    look(false);
  }
  look(true);
  return lattice.error_scale();
}

/// Fixes so far apart that the law of choice decides between parallel roads.
bool sparse(std::span<const RawFix> fixes) {
  if (fixes.size() < 2) return false;
  const double seconds = static_cast<double>(fixes.back().at.ns - fixes.front().at.ns) * 1e-9;
  return seconds / static_cast<double>(fixes.size() - 1) > sparse_s;
}

/// The answer under that law which the track speaks for.
Matches under_its_law(const RoadNetwork& network, std::span<const RawFix> fixes,
                      const MatchConfig& config) {
  Matches best;
  double least = std::numeric_limits<double>::infinity();
  for (const Law& law : laws) {
    const MatchConfig one = obeying(law, config);
    ErrorScale ignored;
    Matches found = once(network, fixes, one, ignored);
    const double against =
        law.rare + foretold(network, fixes, one) + misfit_share * misfit(network, one, found);
    if (!(against < least)) continue;
    least = against;
    best = std::move(found);
  }
  return best;
}

}  // namespace

Matches match_track(const RoadNetwork& network, std::span<const RawFix> fixes,
                    const MatchConfig& config) {
  const bool choice_decides = sparse(fixes);
  MatchConfig whole = choice_decides ? obeying(laws.front(), config) : config;
  whole.lag_s = std::numeric_limits<double>::infinity();
  whole.epochs = std::max(config.epochs, window);
  whole.error_scale = looked_around(network, fixes, whole);
  whole.look_around = false;
  ErrorScale scale;
  Matches found = once(network, fixes, whole, scale);
  // Where the first pass found what was believed, its answer stands.
  if (!as_believed(scale.slow, whole.error_scale.slow) ||
      !as_believed(scale.own, whole.error_scale.own)) {
    whole.error_scale = scale;
    whole.error_weight = second_weight;
    found = once(network, fixes, whole, scale);
  }
  if (!choice_decides) return found;
  whole.error_scale = scale;
  whole.error_weight = second_weight;
  return under_its_law(network, fixes, whole);
}

}  // namespace lujing::core
