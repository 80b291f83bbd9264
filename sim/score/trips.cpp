// Trips against the truth's: the same load is the one whose loading was nearest in time.
#include "sim/score/score.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace lujing::score {
namespace {

/// Loading takes minutes, and is noticed when it is over.
constexpr std::int64_t same_load_ms = 20LL * 60'000;

double sealed_pp(double sealed_m, double laden_m) {
  return laden_m > 0 ? sealed_m / laden_m * 100 : 100;
}

/// What the records can have told by the end of one that has not tipped long before it.
bool right_so_far(const FoundTrip& match, const TrueTrip& trip) {
  return match.site == trip.site && !match.tip_ms;
}

}  // namespace

void score_trips(const std::string& id, const TruthOfVehicle& truth, const FoundOfVehicle& found,
                 std::int64_t settled_ms, Score& score) {
  std::vector<bool> used(found.trips.size(), false);
  for (const TrueTrip& trip : truth.trips) {
    const bool at_end = settled_ms != std::numeric_limits<std::int64_t>::max() &&
                        (!trip.tip_ms || *trip.tip_ms > settled_ms);
    std::size_t best = found.trips.size();
    std::int64_t best_ms = same_load_ms;
    for (std::size_t i = 0; i < found.trips.size(); ++i) {
      const std::int64_t apart = std::abs(found.trips[i].load_ms - trip.load_ms);
      if (!used[i] && apart <= best_ms) {
        best = i;
        best_ms = apart;
      }
    }
    if (best == found.trips.size()) {
      if (at_end && std::max(trip.load_ms, trip.loaded_ms) > settled_ms) {
        ++score.trips.under_way;
        continue;
      }
      ++score.trips.truths;
      ++score.trips.missed;
      score.differences.push_back({id, "missed trip", trip.load_ms, {}});
      continue;
    }
    used[best] = true;
    const FoundTrip& match = found.trips[best];
    if (at_end && right_so_far(match, trip)) {
      ++score.trips.under_way;
      continue;
    }
    ++score.trips.truths;
    const bool right = match.site == trip.site && match.disposal == trip.disposal &&
                       match.tip_ms.has_value() == trip.tip_ms.has_value();
    right ? ++score.trips.right : ++score.trips.wrong_site;
    if (!right) {
      score.differences.push_back({id,
                                   "trip from '" + match.site + "' to '" + match.disposal +
                                       "', really from '" + trip.site + "' to '" + trip.disposal +
                                       "'",
                                   trip.load_ms,
                                   {}});
    }
    if (!trip.tip_ms || !match.tip_ms) continue;
    score.trips.sealed_error_pp =
        std::max(score.trips.sealed_error_pp, std::abs(sealed_pp(match.sealed_m, match.laden_m) -
                                                       sealed_pp(trip.sealed_m, trip.laden_m)));
  }
  score.trips.invented += static_cast<std::uint32_t>(std::count(used.begin(), used.end(), false));
}

}  // namespace lujing::score
