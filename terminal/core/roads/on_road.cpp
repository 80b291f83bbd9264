#include "terminal/core/roads/on_road.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace lujing::core {
namespace {

/// Matching gains nothing from poses a tenth of a second apart but work.
constexpr std::int64_t feed_every_ns = ns_per_s;

bool places(const Pose& pose) {
  return pose.mode == PoseMode::gnss || pose.mode == PoseMode::dead_reckoning ||
         pose.mode == PoseMode::road_bound;
}

// A road to hold on.
constexpr double sure_enough = 0.95;  ///< among its rivals
constexpr double least_side_m = 3;    ///< sigma: a lane, and what the map is off by
constexpr double farthest_m = 150;    ///< from the pose; beyond, no road is known
constexpr double end_m = 2;           ///< nearer to the link's end another one may have begun
constexpr int most_ways_on = 8;       ///< short links in a row
constexpr double bearing_sigma = 0.1;
constexpr double heading_apart = 0.7;  ///< rad: at a corner the line is another one
constexpr std::size_t most_near = 32;

std::int32_t centimetres(double m) {
  return static_cast<std::int32_t>(std::lround(m * 100));
}

/// The edge by which a vehicle goes on at the end of `edge`, if there is but one.
EdgeId only_way_on(const RoadNetwork& roads, EdgeId edge) {
  EdgeId only;
  for (const EdgeId next : roads.leaving(roads.end(edge))) {
    if (next == edge.reversed() || !roads.turn_allowed(edge, next)) continue;
    if (only.valid()) return {};
    only = next;
  }
  return only;
}

/// What to hold on, if the vehicle goes along the edge there.
std::optional<RoadLine> line_along(const Pose& pose, EdgeId edge, const Candidate& near,
                                   const Link& link) {
  RoadLine line;
  line.foot = near.foot;
  line.bearing_rad = edge.backward() ? wrap_two_pi(near.bearing_rad + pi) : near.bearing_rad;
  const double course = pose.speed_mps < 0 ? pose.heading_rad + pi : pose.heading_rad;
  const double off = std::fabs(wrap_pi(line.bearing_rad - course));
  if (off > std::max(heading_apart, 3 * pose.heading_sigma)) return {};
  line.side_sigma_m = std::max(least_side_m, link.width_dm * 0.1 / 4);
  line.bearing_sigma_rad = bearing_sigma;
  return line;
}

}  // namespace

protocol::RoadRecord record_of(const Driven& driven, std::uint64_t roads_version) {
  protocol::RoadRecord record;
  record.roads = roads_version;
  record.link = driven.edge.link();
  record.backward = driven.edge.backward();
  record.from_cm = centimetres(std::min(driven.from_m, driven.to_m));
  record.to_cm = centimetres(std::max(driven.from_m, driven.to_m));
  record.entered_boot_ms = driven.entered.ms();
  record.left_boot_ms = driven.left.ms();
  record.sure_permille = static_cast<std::int32_t>(std::lround(driven.sure * 1000));
  record.joined = driven.joined;
  record.bridged = driven.bridged;
  return record;
}

Result<void> OnRoad::put(DirectiveBody file) {
  auto network = RoadNetwork::open(std::as_bytes(std::span(*file)));
  if (!network) return network.error().in("the road file");
  auto loaded = std::make_unique<Loaded>();
  loaded->file = std::move(file);
  loaded->network = *network;
  loaded_.push_back(std::move(loaded));
  matcher_ = std::make_unique<Matcher>(loaded_.back()->network, MatchConfig{});
  fed_at_.reset();
  return {};
}

void OnRoad::forget() {
  matcher_.reset();
  fed_at_.reset();
}

/// Only where the receiver does not tell the place: a map is not better than a receiver. Where the
/// matcher's edge ends, the road goes on as long as there is but one way.
std::optional<RoadLine> OnRoad::line_of(const Pose& pose) const {
  if (pose.mode != PoseMode::dead_reckoning && pose.mode != PoseMode::road_bound) return {};
  if (pose.standing || pose.heading_sigma >= pi) return {};
  const Newest newest = matcher_->newest();
  if (!newest.edge.valid() || newest.sure < sure_enough) return {};
  const RoadNetwork& roads = *current();
  std::array<Candidate, most_near> found;
  const auto end =
      found.begin() + static_cast<std::ptrdiff_t>(roads.near(pose.position, farthest_m, found));
  EdgeId edge = newest.edge;
  for (int ways_on = 0; ways_on <= most_ways_on && edge.valid(); ++ways_on) {
    const auto near = std::find_if(found.begin(), end,
                                   [&](const Candidate& one) { return one.link == edge.link(); });
    if (near == end) return {};
    const Link link = roads.link(edge.link());
    const double length_m = link.length_cm * 0.01;
    const double gone_m = edge.backward() ? length_m - near->along_m : near->along_m;
    if (gone_m < end_m && ways_on == 0) return {};
    if (gone_m <= length_m - end_m) return line_along(pose, edge, *near, link);
    edge = only_way_on(roads, edge);
  }
  return {};
}

std::span<const Driven> OnRoad::take(const Pose& pose) {
  line_.reset();
  if (matcher_ == nullptr || !places(pose)) return {};
  if (fed_at_ && pose.at.ns - fed_at_->ns < feed_every_ns) return {};
  fed_at_ = pose.at;
  matches_.clear();
  matcher_->take(pose, matches_);
  line_ = line_of(pose);
  if (!matches_.driven.empty() && loaded_.size() > 1) {
    loaded_.erase(loaded_.begin(), loaded_.end() - 1);
  }
  return matches_.driven;
}

void OnRoad::uncommitted(std::vector<Driven>& out) const {
  if (matcher_ == nullptr) return;
  Matches rest;
  matcher_->as_if_finished(rest);
  out.insert(out.end(), rest.driven.begin(), rest.driven.end());
}

}  // namespace lujing::core
