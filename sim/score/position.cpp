// Where the records say that the vehicle was, against where it was at that moment.
#include "sim/score/score.h"

#include <algorithm>
#include <string>

namespace lujing::score {
namespace {

constexpr std::size_t most_position_differences = 1000;
constexpr double remarkable_m = 50;
/// The truth is written once a second; a longer hole in it is no truth.
constexpr std::int64_t longest_step_ms = 5'000;

/// The true place at a moment, on the straight line between two seconds; invalid: none is known.
GeoPoint true_place(const std::vector<TruePoint>& track, std::int64_t utc_ms) {
  const auto after =
      std::lower_bound(track.begin(), track.end(), utc_ms,
                       [](const TruePoint& point, std::int64_t t) { return point.utc_ms < t; });
  if (after == track.end()) return {};
  if (after->utc_ms == utc_ms) return after->at;
  if (after == track.begin()) return {};
  const TruePoint& before = *(after - 1);
  const std::int64_t step_ms = after->utc_ms - before.utc_ms;
  if (step_ms > longest_step_ms) return {};
  const double share = static_cast<double>(utc_ms - before.utc_ms) / static_cast<double>(step_ms);
  const Offset way = offset(before.at, after->at);
  return moved(before.at, {way.east_m * share, way.north_m * share});
}

}  // namespace

void score_position(const std::string& id, const TruthOfVehicle& truth, const FoundOfVehicle& found,
                    std::vector<double>& errors_m, Score& score) {
  for (const FoundPoint& point : found.points) {
    const GeoPoint place = true_place(truth.track, point.utc_ms);
    if (!place.valid()) {
      ++score.position.without_truth;
      continue;
    }
    const double error_m = distance_m(place, point.at);
    errors_m.push_back(error_m);
    if (error_m >= remarkable_m && score.differences.size() < most_position_differences) {
      score.differences.push_back(
          {id, "position " + std::to_string(static_cast<int>(error_m)) + " m off", point.utc_ms,
           point.at});
    }
  }
}

}  // namespace lujing::score
