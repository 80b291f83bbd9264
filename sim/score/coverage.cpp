// Kerbs credited against kerbs cleaned, by road class. All vehicles together: a kerb counts once.
#include "sim/score/intervals.h"
#include "sim/score/score.h"

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
  const Kerbs credited = credited_kerbs(found, ways);
  for (const auto& [id, vehicle] : truth.vehicles) {
    for (const TrueKerb& kerb : vehicle.kerbs)
      cleaned[{kerb.way, kerb.right}].add(kerb.from_m, kerb.to_m);
  }
  static const Intervals none;
  for (const auto& [kerb, stretches] : kerbs) {
    const auto really = cleaned.find(kerb);
    const auto claimed = credited.find(kerb);
    const Intervals& a = really == cleaned.end() ? none : really->second;
    const Intervals& b = claimed == credited.end() ? none : claimed->second;
    const Intervals both = a.common(b);
    const int side = kerb.second ? 1 : -1;
    draw(score, ways, kerb.first, both, Stretch::kerb_right, side);
    draw(score, ways, kerb.first, a.without(b), Stretch::kerb_missed, side);
    draw(score, ways, kerb.first, b.without(a), Stretch::kerb_invented, side);
    for (const Required& one : stretches) {
      CoverageScore& of_class = score.coverage[one.road_class];
      const double right_m = one.places.overlap_m(both);
      of_class.true_m += one.places.overlap_m(a);
      of_class.right_m += right_m;
      of_class.wrong_m += one.places.overlap_m(b) - right_m;
    }
  }
}

}  // namespace lujing::score
