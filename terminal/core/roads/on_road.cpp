#include "terminal/core/roads/on_road.h"

#include <algorithm>
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

std::int32_t centimetres(double m) {
  return static_cast<std::int32_t>(std::lround(m * 100));
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
  loaded->network = std::move(*network);
  loaded_.push_back(std::move(loaded));
  matcher_ = std::make_unique<Matcher>(loaded_.back()->network, MatchConfig{});
  fed_at_.reset();
  return {};
}

void OnRoad::forget() {
  matcher_.reset();
  fed_at_.reset();
}

std::span<const Driven> OnRoad::take(const Pose& pose) {
  if (matcher_ == nullptr || !places(pose)) return {};
  if (fed_at_ && pose.at.ns - fed_at_->ns < feed_every_ns) return {};
  fed_at_ = pose.at;
  matches_.clear();
  matcher_->take(pose, matches_);
  if (!matches_.driven.empty() && loaded_.size() > 1) {
    loaded_.erase(loaded_.begin(), loaded_.end() - 1);
  }
  return matches_.driven;
}

}  // namespace lujing::core
