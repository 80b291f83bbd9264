// On which stretches of which ways the records say that the vehicle drove, against where it did.
#include "sim/score/intervals.h"
#include "sim/score/score.h"

#include <cmath>
#include <limits>
#include <map>

namespace lujing::score {
namespace {

/// The truth is written once a second; what lies in a longer hole is not known.
constexpr std::int64_t longest_hole_ms = 5'000;

/// How far one drives on roads between two places of a track: round a corner it is more than
/// straight on, and across a wide crossing the line of the road is longer than the turn.
double most_between_m(const TruePoint& a, const TruePoint& b) {
  return 1.5 * distance_m(a.at, b.at) + 10;
}

/// The stretches of ways that a track covers until then. Between two seconds on two ways it drove
/// the rest of the one, the begin of the other, and whatever short links lie between.
std::map<std::int64_t, Intervals> driven(const std::vector<TruePoint>& track, const Ways& ways,
                                         std::int64_t until_ms) {
  std::map<std::int64_t, Intervals> stretches;
  for (std::size_t i = 1; i < track.size(); ++i) {
    const TruePoint& a = track[i - 1];
    const TruePoint& b = track[i];
    if (b.utc_ms > until_ms) break;
    if (b.utc_ms - a.utc_ms > longest_hole_ms) continue;
    if (a.way == b.way) {
      stretches[a.way].add(a.way_m, b.way_m);
      continue;
    }
    for (const WayPart& part : ways.between({a.way, a.way_m, a.along_way},
                                            {b.way, b.way_m, b.along_way}, most_between_m(a, b))) {
      stretches[part.way].add(part.from_m, part.to_m);
    }
  }
  return stretches;
}

}  // namespace

void score_path(const TruthOfVehicle& truth, const FoundOfVehicle& found, const Ways& ways,
                std::int64_t settled_ms, Score& score) {
  const auto true_ways = driven(truth.track, ways, std::numeric_limits<std::int64_t>::max());
  auto asked_ways = driven(truth.track, ways, settled_ms);
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
    const Intervals& asked = asked_ways[way];
    if (ways.links_of(way).empty()) {
      score.path.off_map_m += asked.length_m();
      continue;
    }
    score.path.true_m += asked.length_m();
    score.path.unsettled_m += stretches.without(asked).length_m();
    const auto same = found_ways.find(way);
    const Intervals missed = asked.without(same == found_ways.end() ? none : same->second);
    score.path.found_m += asked.length_m() - missed.length_m();
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
