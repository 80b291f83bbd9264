#include "ctl/path_steps.h"

#include <algorithm>
#include <cmath>

namespace lujing::ctl {
namespace {

/// More of a step than noise makes of nothing: whoever has driven that has been on it.
constexpr double been_on_m = 50;

void add_stretch(const core::RoadNetwork& roads, const core::Driven& driven,
                 std::vector<PathStep>& steps) {
  const core::LinkId link = driven.edge.link();
  const auto points = roads.points(link);
  const bool backward = driven.edge.backward();
  const double low = std::min(driven.from_m, driven.to_m);
  const double high = std::max(driven.from_m, driven.to_m);
  std::vector<PathStep> added;
  double along = 0;
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    const double length = distance_m(points[i], points[i + 1]);
    const double from = std::max(low, along);
    const double to = std::min(high, along + length);
    if (to > from) {
      const auto when = [&](double at_m) {
        const double share = (at_m - driven.from_m) / (driven.to_m - driven.from_m);
        const auto ns = static_cast<double>(driven.left.ns - driven.entered.ns);
        return BootTime{driven.entered.ns + static_cast<std::int64_t>(share * ns)};
      };
      PathStep step;
      step.edge = driven.edge;
      step.segment = i;
      step.from_node = roads.osm_node(link, backward ? i + 1 : i);
      step.to_node = roads.osm_node(link, backward ? i : i + 1);
      step.way = roads.link(link).way;
      step.covered_m = to - from;
      step.length_m = length;
      step.enter = when(backward ? to : from);
      step.leave = when(backward ? from : to);
      step.joined = true;
      added.push_back(step);
    }
    along += length;
  }
  if (backward) std::reverse(added.begin(), added.end());
  if (!added.empty()) added.front().joined = driven.joined;
  for (const PathStep& step : added) {
    const bool goes_on = step.joined && !steps.empty() && steps.back().edge == step.edge &&
                         steps.back().segment == step.segment;
    if (goes_on) {
      steps.back().covered_m += step.covered_m;
      steps.back().leave = step.leave;
    } else {
      steps.push_back(step);
    }
  }
}

/// Into a step and back again, and neither time as far as its middle: told in whole steps, the
/// vehicle did not leave the node.
bool there_and_back(const PathStep& there, const PathStep& back) {
  const bool same = back.edge == there.edge.reversed() && back.segment == there.segment;
  return same && back.joined && there.covered_m < there.length_m / 2 &&
         back.covered_m < back.length_m / 2;
}

}  // namespace

std::vector<PathStep> path_steps(const core::RoadNetwork& roads,
                                 const std::vector<core::Driven>& driven) {
  std::vector<PathStep> all;
  for (const core::Driven& stretch : driven) add_stretch(roads, stretch, all);
  std::vector<PathStep> kept;
  bool cut = false;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool first = !all[i].joined;
    const bool last = i + 1 == all.size() || !all[i + 1].joined;
    const bool touched = all[i].covered_m < std::min(all[i].length_m / 2, been_on_m);
    if ((first || last) && touched) {
      cut = cut || first;
      continue;
    }
    if (!cut && !kept.empty() && there_and_back(kept.back(), all[i])) {
      cut = !kept.back().joined;
      kept.pop_back();
      continue;
    }
    kept.push_back(all[i]);
    if (cut) kept.back().joined = false;
    cut = false;
  }
  return kept;
}

}  // namespace lujing::ctl
