#include "terminal/core/roads/driver.h"

#include "terminal/core/roads/emission.h"
#include "terminal/core/roads/losses.h"
#include "terminal/core/roads/route_search.h"

#include <algorithm>
#include <cmath>

namespace lujing::core {
namespace {

double off(const MatchConfig& config, const Matches& found) {
  const double scale = shown_scale(config);
  double sum = 0;
  const Matched* before = nullptr;
  for (const Matched& point : found.points) {
    if (point.state == MatchState::unknown) continue;
    const double lapse =
        before != nullptr ? static_cast<double>(point.at.ns - before->at.ns) * 1e-9 : independent_s;
    before = &point;
    const double weight = std::clamp(lapse / independent_s, 0.0, 1.0);
    const Covariance& told = point.pose.covariance;
    const double variance = (told.east_m2 + told.north_m2) / 2 * scale + lane_m2;
    const bool on_road = point.state == MatchState::on_road;
    sum += weight * (on_road ? tail_cost(point.offset_m * point.offset_m / variance)
                             : -logarithm(outlier_share));
  }
  return sum;
}

}  // namespace

MatchConfig by_length(const MatchConfig& config) {
  MatchConfig other = config;
  other.by_length = 1;
  other.per_minute = 2 * config.per_minute;
  other.per_link = config.per_link / 2;
  other.right_angle = config.right_angle / 2;
  return other;
}

MatchConfig obeying(const Law& law, const MatchConfig& config) {
  MatchConfig one = config;
  one.by_length = law.by_length;
  one.per_minute = law.per_minute;
  if (!law.turns) one.per_link = one.right_angle = 0;
  return one;
}

double shown_scale(const MatchConfig& config) {
  const double slow_m2 = config.drift_sigma_m * config.drift_sigma_m;
  const double own_m2 = config.white_sigma_m * config.white_sigma_m;
  return (config.error_scale.slow * slow_m2 + config.error_scale.own * own_m2) / (slow_m2 + own_m2);
}

double misfit(const RoadNetwork& network, const MatchConfig& config, const Matches& found) {
  RouteSearch search(network, config);
  Losses losses(config, search);
  for (const Driven& one : found.driven) losses.add(one.edge, one.joined);
  const double lost = losses.finish();
  return off(config, found) + lost - losses.stretches() * logarithm(config.per_minute / 60);
}

}  // namespace lujing::core
