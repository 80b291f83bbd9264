// What of hauling looks beyond the place where the vehicle is.
#include "base/trig.h"
#include "terminal/core/haul/haul.h"

#include <algorithm>
#include <cmath>

namespace lujing::core {
namespace {

/// A stand this near to a wash may have been in it, whatever the receiver claims; or so many sigma.
constexpr double perhaps_m = 10;
constexpr double perhaps_sigmas = 3;
constexpr std::int64_t near_every_ns = 5 * ns_per_s;
constexpr double ahead_step_m = 50;
constexpr double ahead_unsure_rad = 0.35;

/// What lies within so many metres of a place, by the bounds of shapes only: ten thousand of them
/// are asked in one step.
class Reach {
 public:
  Reach(const FencePlace& here, double metres)
      : x_(here.x),
        y_(here.y),
        aside_(static_cast<std::int64_t>(std::min(metres / here.metric.east_m, 1e9)) + 1),
        up_(static_cast<std::int64_t>(std::min(metres / here.metric.north_m, 1e9)) + 1) {}
  bool touches(const FenceShapes::Bounds& bounds) const {
    constexpr std::int64_t full_turn = 3'600'000'000;
    const bool level = y_ + up_ >= bounds.south && y_ - up_ <= bounds.north;
    if (!level) return false;
    // Near the date line a shape is seen from both sides.
    for (const std::int64_t x : {x_, x_ + full_turn, x_ - full_turn}) {
      if (x + aside_ >= std::int64_t{bounds.west} && x - aside_ <= std::int64_t{bounds.east})
        return true;
    }
    return false;
  }

 private:
  std::int64_t x_;
  std::int64_t y_;
  std::int64_t aside_;
  std::int64_t up_;
};

}  // namespace

const Fence* Haul::within_reach(FenceKind kind, bool of_permits, GeoPoint from,
                                double metres) const {
  if (!watch_ || !from.valid()) return nullptr;
  const FencePlace here = FencePlace::of(from);
  const Reach reach(here, metres);
  const Fence* nearest = nullptr;
  double least_m = metres;
  for (const Site& site : sites_) {
    const Fence& fence = watch_->index().fence(site.fence);
    if (fence.kind != kind || !reach.touches(site.bounds)) continue;
    const auto list = kind == FenceKind::unloading ? &Permit::unloading : &Permit::loading;
    if (of_permits && !permit_names(fence.id, list)) continue;
    const double away_m = watch_->index().shapes().signed_distance_m(site.fence, here);
    if (away_m > least_m) continue;
    least_m = away_m;
    nearest = &fence;
  }
  return nearest;
}

/// Once a second, while it stands laden; where it was loaded is no wash.
bool Haul::perhaps_in_wash(const HaulInput& input) {
  if (facts_.laden != Truth::yes || !moved_laden_ || places_.wash) return false;
  if (wash_at_.ns != INT64_MIN && input.now.ns - wash_at_.ns < ns_per_s) return wash_near_;
  wash_at_ = input.now;
  const Covariance& c = input.pose.covariance;
  const double sigma_m = std::sqrt(std::max(0.0, (c.east_m2 + c.north_m2) / 2));
  const double within_m = std::min(fence_band_m, std::max(perhaps_m, perhaps_sigmas * sigma_m));
  const FencePlace here = FencePlace::of(input.pose.position);
  const std::size_t count = watch_->index().at(here, found_);
  wash_near_ = std::any_of(found_.begin(), found_.begin() + static_cast<std::ptrdiff_t>(count),
                           [&](const FenceIndex::Found& found) {
                             if (watch_->index().fence(found.fence).kind != FenceKind::wash)
                               return false;
                             const double away_m =
                                 watch_->index().signed_distance_m(found.fence, found.sides, here);
                             return !found.near || away_m <= within_m;
                           });
  return wash_near_;
}

/// Every few seconds: disposal sites and sites are far apart.
void Haul::judge_near(const HaulInput& input) {
  if (!watch_ || !watch_->known() || !permits_ || !input.utc) {
    facts_.near_other_tip = facts_.near_site = Truth::unknown;
    return;
  }
  if (near_at_.ns != INT64_MIN && input.now.ns - near_at_.ns < near_every_ns) return;
  near_at_ = input.now;
  if (!input.pose.position.valid()) return;
  const FencePlace here = FencePlace::of(input.pose.position);
  const double tip_m = config_.mt.of(Mt::mt07).distance_m;
  const double site_m = config_.mt.of(Mt::mt08).distance_m;
  facts_.near_other_tip = facts_.near_site = Truth::no;
  bool near_right_tip = false;
  const Reach reach(here, std::max(tip_m, site_m));
  for (const Site& site : sites_) {
    if (!reach.touches(site.bounds)) continue;
    const Fence& fence = watch_->index().fence(site.fence);
    const bool tip = fence.kind == FenceKind::unloading;
    const double near_m = tip ? tip_m : site_m;
    if (watch_->index().shapes().signed_distance_m(site.fence, here, near_m) > near_m) continue;
    if (tip && permit_names(fence.id, &Permit::unloading)) near_right_tip = true;
    if (tip && !permit_names(fence.id, &Permit::unloading)) facts_.near_other_tip = Truth::yes;
    if (!tip && permit_names(fence.id, &Permit::loading)) facts_.near_site = Truth::yes;
  }
  // Beside a right one, a wrong one next door proves nothing.
  if (near_right_tip) facts_.near_other_tip = Truth::no;
}

/// Once a second: places on the line that the vehicle runs along, while it runs.
void Haul::judge_ahead(const HaulInput& input) {
  if (ahead_at_.ns != INT64_MIN && input.now.ns - ahead_at_.ns < ns_per_s) return;
  ahead_at_ = input.now;
  facts_.forbidden_ahead = Truth::unknown;
  const Pose& pose = input.pose;
  if (!watch_ || !watch_->known() || !pose.position.valid()) return;
  facts_.forbidden_ahead = Truth::no;
  if (!input.moving || pose.heading_sigma > ahead_unsure_rad || pose.speed_mps <= 0) return;
  const double north = cosine(pose.heading_rad);
  const double east = sine(pose.heading_rad);
  for (double far_m = ahead_step_m; far_m <= input.ahead_m; far_m += ahead_step_m) {
    const FencePlace place =
        FencePlace::of(moved(pose.position, Offset{far_m * east, far_m * north}));
    const std::size_t count = watch_->index().at(place, found_);
    for (std::size_t i = 0; i < count; ++i) {
      const Fence& fence = watch_->index().fence(found_[i].fence);
      if (fence.kind != FenceKind::forbidden) continue;
      if (found_[i].near &&
          watch_->index().signed_distance_m(found_[i].fence, found_[i].sides, place) > 0) {
        continue;
      }
      Truth holds = applies(fence, input.utc, config_.fence.utc_offset_min);
      if (fence.load == LoadCondition::laden) holds = both(holds, facts_.laden);
      if (fence.load == LoadCondition::empty) holds = both(holds, negated(facts_.laden));
      if (holds == Truth::yes) facts_.forbidden_ahead = Truth::yes;
    }
  }
}

}  // namespace lujing::core
