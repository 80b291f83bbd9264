#include "terminal/core/fusion/fusion.h"

#include "base/trig.h"
#include "terminal/core/fusion/advance.h"
#include "terminal/core/fusion/linear.h"
#include "terminal/core/fusion/noise.h"
#include "terminal/core/plausible.h"

#include <algorithm>
#include <cmath>

namespace lujing::core {
namespace {

constexpr std::int64_t pose_every_ns = 100 * ns_per_ms;
constexpr std::int64_t pair_apart_ns = 60 * ns_per_ms;
constexpr double believable_mps = 70;
constexpr double fastest_turn = 3;       ///< rad/s
constexpr double largest_steering = 40;  ///< rad of the steering wheel
constexpr double largest_angle = 0.9;    ///< rad of the wheels

double said_or(std::optional<double> said, double unsaid, double best, double worst) {
  // An error of nothing is no error estimate.
  if (!said || !(*said > 0)) return unsaid;
  return std::clamp(*said, best, worst);
}

FixTold cleaned(const hal::GnssFix& fix, const FixVerdict& verdict) {
  FixTold told;
  told.position = fix.position;
  told.position_sigma_m = said_or(fix.horizontal_error_m, noise::position_unsaid_m,
                                  noise::position_best_m, noise::position_worst_m) /
                          noise::radius_95;
  told.speed_mps = within(fix.speed_mps, 0, believable_mps);
  told.speed_sigma_mps =
      said_or(fix.speed_error_mps, noise::speed_unsaid_mps * noise::line_95,
              noise::speed_best_mps * noise::line_95, noise::speed_worst_mps * noise::line_95) /
      noise::line_95;
  told.course_rad = within(fix.course_rad, 0, 2 * pi);
  if (const auto said = within(fix.course_error_rad, 0, 2 * pi); said && *said > 0) {
    told.course_sigma_rad = *said / noise::line_95;
  }
  told.anew = verdict.anew;
  return told;
}

bool lost(const Estimate& e, const FusionConfig& config) {
  const double radius = noise::radius_95 * noise::radius_95 * largest_variance(e);
  if (radius > config.lost_m * config.lost_m) return true;
  const bool blind =
      e.age_s(e.position_ns) > noise::blind_s && e.age_s(e.wheel_ns) > noise::blind_s;
  return blind && !e.standing;
}

PoseMode mode_of(const Estimate& e, const FusionConfig& config) {
  if (!e.placed) return PoseMode::none;
  if (lost(e, config)) return PoseMode::lost;
  if (e.age_s(e.position_ns) <= noise::gnss_fresh_s) return PoseMode::gnss;
  return e.age_s(e.road_ns) <= noise::road_fresh_s ? PoseMode::road_bound
                                                   : PoseMode::dead_reckoning;
}

Pose pose_of(const Estimate& e, const FusionConfig& config) {
  Pose pose;
  pose.at = e.at;
  pose.mode = mode_of(e, config);
  pose.driven_m = e.driven_m;
  pose.standing = e.standing;
  pose.speed_mps = e.x[state::speed];
  pose.speed_sigma_mps = std::sqrt(e.variance(state::speed));
  if (e.heading_known) {
    pose.heading_rad = wrap_two_pi(e.x[state::heading]);
    pose.heading_sigma = std::min(pi, std::sqrt(e.variance(state::heading)));
  }
  if (!e.placed) return pose;
  const double east = e.standing ? e.held_east_m : e.x[state::east];
  const double north = e.standing ? e.held_north_m : e.x[state::north];
  const double by_east = east - e.x[state::east];
  const double by_north = north - e.x[state::north];
  pose.position = moved(e.anchor, {east, north});
  if (!pose.position.valid()) pose.position = e.anchor;  // at a pole east is nowhere
  pose.covariance.east_m2 = e.variance(state::east) + by_east * by_east;
  pose.covariance.north_m2 = e.variance(state::north) + by_north * by_north;
  pose.covariance.east_north_m2 = e.p[state::east][state::north] + by_east * by_north;
  return pose;
}

Estimate first_estimate() {
  Estimate e;
  const auto set = [&](state::Index i, double sigma) { e.p[i][i] = sigma * sigma; };
  set(state::heading, pi);
  set(state::speed, 10);
  set(state::turn, noise::turn_unseen);
  set(state::scale, noise::scale_first);
  set(state::gyro_bias, noise::gyro_first);
  set(state::curve_bias, noise::curve_first);
  set(state::east, 1e4);
  set(state::north, 1e4);
  return e;
}

}  // namespace

Fusion::Fusion(const FusionConfig& config)
    : config_(config), own_time_(config.gnss_latency_s), estimate_(first_estimate()) {}

void Fusion::take(const Told& told) {
  switch (history_.take(estimate_, told, config_)) {
    case History::Taken::in_order:
      break;
    case History::Taken::late:
      ++late_;
      break;
    case History::Taken::too_late:
      ++too_late_;
      break;
  }
}

void Fusion::take_fix(BootTime arrival, const hal::GnssFix& fix, const FixVerdict& verdict) {
  if (!verdict.accepted() || !fix.position.valid()) return;
  const BootTime at = own_time_.of_fix(arrival, verdict.utc);
  fix_at_ = {arrival.ns - (own_time_.of(arrival).ns - at.ns)};
  take({at, cleaned(fix, verdict)});
}

void Fusion::take_wheel_speed(BootTime at, double mps) {
  if (within(mps, 0, believable_mps)) take({own_time_.of(at), WheelTold{mps}});
}

void Fusion::take_wheel_left(BootTime at, double mps) {
  if (!within(mps, 0, believable_mps)) return;
  left_ = {at, mps};
  if (right_ && std::abs(at.ns - right_->first.ns) <= pair_apart_ns) {
    take({own_time_.of(at), PairTold{mps, right_->second}});
    left_.reset();
    right_.reset();
  }
}

void Fusion::take_wheel_right(BootTime at, double mps) {
  if (!within(mps, 0, believable_mps)) return;
  right_ = {at, mps};
  if (left_ && std::abs(at.ns - left_->first.ns) <= pair_apart_ns) {
    take({own_time_.of(at), PairTold{left_->second, mps}});
    left_.reset();
    right_.reset();
  }
}

void Fusion::take_yaw_rate(BootTime at, double rad_s) {
  if (within(rad_s, -fastest_turn, fastest_turn)) take({own_time_.of(at), YawTold{-rad_s}});
}

void Fusion::take_steering(BootTime at, double rad) {
  if (!within(rad, -largest_steering, largest_steering)) return;
  if (!(config_.wheelbase_m > 0) || !(config_.steering_ratio > 0)) return;
  const double angle = std::clamp(rad / config_.steering_ratio, -largest_angle, largest_angle);
  take({own_time_.of(at), SteeringTold{-tangent(angle) / config_.wheelbase_m}});
}

void Fusion::take_road(BootTime at, const RoadLine& road) {
  if (!road.foot.valid() || !within(road.bearing_rad, -2 * pi, 2 * pi)) return;
  if (!(road.side_sigma_m > 0) || !(road.bearing_sigma_rad > 0)) return;
  take({own_time_.of(at), road});
}

Pose Fusion::pose_at(BootTime at) const {
  if (at.ns <= estimate_.at.ns) return pose_of(estimate_, config_);
  Estimate ahead = estimate_;
  advance(ahead, at);
  return pose_of(ahead, config_);
}

bool Fusion::pass(BootTime now) {
  if (posed_ && now.ns - posed_->ns < pose_every_ns) return false;
  refresh(now);
  return true;
}

void Fusion::refresh(BootTime now) {
  posed_ = now;
  pose_ = pose_at(own_time_.of(now));
  pose_.at = now;
}

}  // namespace lujing::core
