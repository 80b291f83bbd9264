// Trips against the truth's: the same load is the one whose loading was nearest in time.
#include "sim/score/score.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace lujing::score {
namespace {

/// Loading takes minutes, and is noticed when it is over.
constexpr std::int64_t same_load_ms = 20LL * 60'000;

double sealed_pp(double sealed_m, double laden_m) {
  return laden_m > 0 ? sealed_m / laden_m * 100 : 100;
}

}  // namespace

void score_trips(const std::string& id, const TruthOfVehicle& truth, const FoundOfVehicle& found,
                 Score& score) {
  std::vector<bool> used(found.trips.size(), false);
  for (const TrueTrip& trip : truth.trips) {
    ++score.trips.truths;
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
      ++score.trips.missed;
      score.differences.push_back({id, "missed trip", trip.load_ms, {}});
      continue;
    }
    used[best] = true;
    const FoundTrip& match = found.trips[best];
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
    score.trips.sealed_error_pp =
        std::max(score.trips.sealed_error_pp, std::abs(sealed_pp(match.sealed_m, match.laden_m) -
                                                       sealed_pp(trip.sealed_m, trip.laden_m)));
  }
  score.trips.invented += static_cast<std::uint32_t>(std::count(used.begin(), used.end(), false));
}

}  // namespace lujing::score
