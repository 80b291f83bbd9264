#include "terminal/core/roads/driver.h"

#include "terminal/core/roads/emission.h"
#include "terminal/core/roads/route_search.h"
#include "terminal/core/roads/transition.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

namespace lujing::core {
namespace {

constexpr double stretch_m = 1500;
constexpr double least_stretch_m = 400;
constexpr double independent_s = 10;  // fixes closer than this are not so many witnesses
constexpr double lane_m2 = 4;

/// Time or length lost against the best way between the ends of each stretch.
class Losses {
 public:
  Losses(const RoadNetwork& network, const MatchConfig& config)
      : config_(without_turns(config)), search_(network, config_) {}

  void add(EdgeId edge, bool joined) {
    if (edges_.empty() || !joined || edge == edges_.back().reversed()) {
      close();
      begin(edge);
      return;
    }
    if (edge == edges_.back()) return;
    if (edges_.size() > 1) {  // the one before lies whole between the ends
      between_m_ += search_.length_m(edges_.back());
      seconds_ += search_.seconds(edges_.back());
    }
    edges_.push_back(edge);
    if (between_m_ < stretch_m) return;
    close();
    begin(edge);
  }
  double finish() {
    close();
    return lost_;
  }

 private:
  static MatchConfig without_turns(MatchConfig config) {
    config.per_link = 0;
    config.right_angle = 0;
    return config;
  }
  void begin(EdgeId edge) {
    edges_.assign(1, edge);
    between_m_ = 0;
    seconds_ = 0;
  }
  void close() {
    if (edges_.size() < 3 || between_m_ < least_stretch_m) return;
    const EdgeId last = edges_.back();
    const RouteNode* best =
        search_.from(edges_.front(), 1.5 * between_m_ + 300, std::span(&last, 1)).find(last);
    if (best == nullptr) return;
    const double own = choice_cost(config_, between_m_, seconds_, 0);
    lost_ += std::max(own - static_cast<double>(best->cost), 0.0);
  }

  MatchConfig config_;
  RouteSearch search_;
  std::vector<EdgeId> edges_;
  double between_m_ = 0;
  double seconds_ = 0;
  double lost_ = 0;
};

double off(const MatchConfig& config, const Matches& found) {
  const double slow_m2 = config.drift_sigma_m * config.drift_sigma_m;
  const double own_m2 = config.white_sigma_m * config.white_sigma_m;
  const double scale =
      (config.error_scale.slow * slow_m2 + config.error_scale.own * own_m2) / (slow_m2 + own_m2);
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

double misfit(const RoadNetwork& network, const MatchConfig& config, const Matches& found) {
  Losses losses(network, config);
  for (const Driven& one : found.driven) losses.add(one.edge, one.joined);
  return off(config, found) + losses.finish();
}

}  // namespace lujing::core
