// Kerbs credited against kerbs cleaned, by road class. All vehicles together: a kerb counts once.
#include "sim/score/intervals.h"
#include "sim/score/score.h"

#include <algorithm>
#include <map>
#include <utility>

namespace lujing::score {
namespace {

using Kerbs = std::map<Kerb, Intervals>;

/// Each kerb of each sweepable link, with its class.
struct Required {
  Intervals places;
  std::string road_class;
};

std::map<Kerb, std::vector<Required>> required(const Ways& ways, Score& score) {
  std::map<Kerb, std::vector<Required>> all;
  for (const WayStretch& link : ways.links()) {
    if (!link.sweepable) continue;
    for (const bool right : {false, true}) {
      if (!(right ? link.right_kerb : link.left_kerb)) continue;
      Required one;
      one.places.add(link.from_m, link.from_m + link.length_m);
      one.road_class = link.road_class;
      score.coverage[link.road_class].required_m += link.length_m;
      all[{link.way, right}].push_back(std::move(one));
    }
  }
  return all;
}

/// Adds what of it was cleaned until then. Where it was at work then, its track says how far it had
/// come.
void add_settled(const TrueKerb& kerb, const std::vector<TruePoint>& track, std::int64_t settled_ms,
                 Intervals& to) {
  if (kerb.end_ms <= settled_ms) return to.add(kerb.from_m, kerb.to_m);
  if (kerb.begin_ms >= settled_ms) return;
  const auto after =
      std::upper_bound(track.begin(), track.end(), settled_ms,
                       [](std::int64_t t, const TruePoint& point) { return t < point.utc_ms; });
  if (after == track.begin() || (after - 1)->way != kerb.way) return;
  const double at_m = std::clamp((after - 1)->way_m, kerb.from_m, kerb.to_m);
  kerb.along_way ? to.add(kerb.from_m, at_m) : to.add(at_m, kerb.to_m);
}

}  // namespace

std::map<Kerb, Intervals> credited_kerbs(const Found& found, const Ways& ways) {
  Kerbs credited;
  for (const auto& [id, vehicle] : found) {
    for (const FoundStretch& stretch : vehicle.covered) {
      const WayStretch* link = ways.find(stretch.link);
      if (link == nullptr) continue;
      const double from_m = link->from_m + stretch.from_m;
      const double to_m = link->from_m + stretch.to_m;
      if (stretch.left) credited[{link->way, false}].add(from_m, to_m);
      if (stretch.right) credited[{link->way, true}].add(from_m, to_m);
    }
  }
  return credited;
}

void score_coverage(const Truth& truth, const Found& found, const Ways& ways, Score& score) {
  const auto kerbs = required(ways, score);
  Kerbs cleaned;
  Kerbs settled;
  const Kerbs credited = credited_kerbs(found, ways);
  for (const auto& [id, vehicle] : truth.vehicles) {
    for (const TrueKerb& kerb : vehicle.kerbs) {
      const Kerb key{kerb.way, kerb.right};
      cleaned[key].add(kerb.from_m, kerb.to_m);
      add_settled(kerb, vehicle.track, truth.settled_ms(), settled[key]);
    }
  }
  static const Intervals none;
  for (const auto& [kerb, stretches] : kerbs) {
    const auto really = cleaned.find(kerb);
    const auto claimed = credited.find(kerb);
    const Intervals& all = really == cleaned.end() ? none : really->second;
    const Intervals& a = really == cleaned.end() ? none : settled[kerb];
    const Intervals& b = claimed == credited.end() ? none : claimed->second;
    const Intervals both = a.common(b);
    const int side = kerb.second ? 1 : -1;
    draw(score, ways, kerb.first, both, Stretch::kerb_right, side);
    draw(score, ways, kerb.first, a.without(b), Stretch::kerb_missed, side);
    const Intervals unsettled = all.without(a);
    const Intervals invented = b.without(all);
    draw(score, ways, kerb.first, invented, Stretch::kerb_invented, side);
    for (const Required& one : stretches) {
      CoverageScore& of_class = score.coverage[one.road_class];
      of_class.true_m += one.places.overlap_m(a);
      of_class.right_m += one.places.overlap_m(both);
      of_class.wrong_m += one.places.overlap_m(invented);
      of_class.unsettled_m += one.places.overlap_m(unsettled);
    }
  }
}

}  // namespace lujing::score
