// Where the records say that the vehicle was, against where it was at that moment.
#include "sim/score/intervals.h"
#include "sim/score/score.h"

#include <algorithm>
#include <map>

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

/// The stretches of ways that a track covers. Between two seconds on one way all of it; over a
/// junction what lies between is less than a second's drive and belongs to neither.
std::map<std::int64_t, Intervals> driven(const std::vector<TruePoint>& track) {
  std::map<std::int64_t, Intervals> ways;
  for (std::size_t i = 1; i < track.size(); ++i) {
    const TruePoint& a = track[i - 1];
    const TruePoint& b = track[i];
    if (a.way == b.way && b.utc_ms - a.utc_ms <= longest_step_ms) ways[a.way].add(a.way_m, b.way_m);
  }
  return ways;
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

void score_path(const TruthOfVehicle& truth, const FoundOfVehicle& found, const Ways& ways,
                Score& score) {
  const auto true_ways = driven(truth.track);
  std::map<std::int64_t, Intervals> found_ways;
  for (const FoundStretch& stretch : found.driven) {
    if (const WayStretch* link = ways.find(stretch.link)) {
      found_ways[link->way].add(link->from_m + stretch.from_m, link->from_m + stretch.to_m);
    } else {
      score.path.wrong_m += std::abs(stretch.to_m - stretch.from_m);
    }
  }
  static const Intervals none;
  for (const auto& [way, stretches] : true_ways) {
    if (ways.links_of(way).empty()) {
      score.path.off_map_m += stretches.length_m();
      continue;
    }
    score.path.true_m += stretches.length_m();
    const auto same = found_ways.find(way);
    const Intervals missed = stretches.without(same == found_ways.end() ? none : same->second);
    score.path.found_m += stretches.length_m() - missed.length_m();
    draw(score, ways, way, missed, Stretch::road_missed, 0);
  }
  for (const auto& [way, stretches] : found_ways) {
    const auto same = true_ways.find(way);
    const Intervals wrong = stretches.without(same == true_ways.end() ? none : same->second);
    score.path.wrong_m += wrong.length_m();
    draw(score, ways, way, wrong, Stretch::road_wrong, 0);
  }
}

}  // namespace lujing::score
