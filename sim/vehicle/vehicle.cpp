#include "sim/vehicle/vehicle.h"

#include "sim/city/plane.h"

#include <algorithm>
#include <cmath>

namespace lujing::sim {
namespace {

constexpr double acceleration_mps2 = 1.0;  // a laden truck manages less
constexpr double laden_acceleration_mps2 = 0.7;
constexpr double hardest_braking_mps2 = 2.5;
constexpr double light_braking_mps2 = 1.2;
constexpr double driver_delay_s = 0.5;
constexpr double jerk_mps3 = 3.0;
constexpr double half_vehicle_width_m = 1.25;
constexpr double yaw_smoothing_s = 0.3;

void approach(double& value, double target, double most) {
  value += std::clamp(target - value, -most, most);
}

/// The speed from which one still stops in that distance, the driver's own delay counted.
double stopping_speed_mps(double distance_m, double speed_mps) {
  const double usable_m = std::max(0.0, distance_m - driver_delay_s * speed_mps);
  return std::sqrt(2 * light_braking_mps2 * usable_m);
}

/// Within which it still stops for a light that changes.
double stopping_distance_m(double speed_mps) {
  constexpr double firm_braking_mps2 = 2.0;
  return speed_mps * speed_mps / (2 * firm_braking_mps2);
}

}  // namespace

Vehicle::Vehicle(const City& city, VehicleConfig config, std::unique_ptr<Driver> driver,
                 std::uint64_t seed)
    : config_(std::move(config)),
      driver_(std::move(driver)),
      random_(seed, "driver of " + config_.id),
      path_(city, config_.start) {
  const Path::Point point = path_.at(0);
  state_.at = point.at;
  state_.heading_rad = point.heading_rad;
  state_.link = point.link;
  state_.along_m = point.along_m;
  state_.body = config_.body;
  order_.to_m = config_.start.along_m;
  order_.route = {config_.start.link};
}

void Vehicle::step(const City& city, double t_s, double dt_s) {
  if (order_is_done()) {
    take_order(city);
  }
  order_age_s_ += dt_s;
  do_deeds();
  move(city, dt_s);
  follow(setting_, dt_s, state_.body);
  state_.t_s = t_s;
}

bool Vehicle::order_is_done() const {
  const bool arrived = state_.speed_mps == 0 && s_m_ >= path_.length_m() - 0.6;
  return arrived && order_age_s_ >= order_.stand_s;
}

void Vehicle::take_order(const City& city) {
  const Spot now{order_.route.back(), order_.to_m};
  Order next = driver_->next(city, now, state_.body, random_);
  order_age_s_ = 0;
  at_kerb_ = false;
  ++state_.order;
  state_.doing = next.name;
  if (next.route.empty()) {
    next.route = {now.link};
    next.to_m = now.along_m;
  } else {
    // It stopped a little short of the last path's end, and starts from there.
    const double left_m = path_.length_m() - s_m_;
    path_ = Path(city, next.route, std::max(0.0, now.along_m - left_m), next.to_m, next.limit_mps);
    s_m_ = 0;
    next_line_ = 0;
    waiting_.reset();
  }
  order_ = std::move(next);
}

void Vehicle::do_deeds() {
  if (order_.change_after_s && order_age_s_ >= *order_.change_after_s) {
    order_.body = order_.changed_body;
    order_.change_after_s.reset();
  }
  // Brushes go down at the kerb: lowered in the lane they would sweep nothing but wear.
  at_kerb_ = at_kerb_ || !order_.down_at_kerb || reached_kerb();
  setting_ = at_kerb_ ? order_.body : BodySetting{.side = order_.body.side};
  max_mps_ = order_.max_mps;
  gap_m_ = order_.kerb_gap_m;
  for (const Deed& deed : order_.deeds) {
    if (order_age_s_ < deed.after_s || order_age_s_ >= deed.after_s + deed.for_s) {
      continue;
    }
    apply(deed, setting_);
    if (deed.kind == DeedKind::speed) {
      max_mps_ = deed.value / 3.6;
    } else if (deed.kind == DeedKind::stop) {
      max_mps_ = 0;
    } else if (deed.kind == DeedKind::gap) {
      gap_m_ = deed.value;
    }
  }
}

bool Vehicle::reached_kerb() const {
  constexpr double near_m = 0.3;
  const double gap_m = order_.left_kerb ? state_.left_gap_m : state_.right_gap_m;
  return !order_.kerb_gap_m || gap_m <= *order_.kerb_gap_m + near_m;
}

double Vehicle::wanted_speed_mps(const City& city) {
  const double left_m = path_.length_m() - s_m_;
  double wanted = std::min(path_.at(s_m_).cap_mps, max_mps_) * (1.0 + eagerness_.value());
  wanted = std::min(wanted, stopping_speed_mps(left_m, state_.speed_mps));
  return std::min(wanted, speed_at_light_mps(city));
}

/// Nobody overtakes in a queue: whoever has come to its end keeps the vehicles that are before him,
/// and moves off after the last of them.
void Vehicle::join_queue(const City& city, const StopLine& line, double ahead_m) {
  constexpr double near_m = 10;
  const Queue queue = city.queue(line.approach, state_.t_s);
  const double needed_m = stopping_distance_m(state_.speed_mps);
  const int room = static_cast<int>(std::max(0.0, (ahead_m - needed_m) / Queue::place_m));
  const double place_m = ahead_m - Queue::place_m * queue.vehicles;
  const double seen_m = near_m + state_.speed_mps * state_.speed_mps / (2 * light_braking_mps2) +
                        2 * driver_delay_s * state_.speed_mps;
  if (queue.vehicles > 0 && place_m <= seen_m) {
    const int vehicles = std::min(queue.vehicles, room);
    waiting_ = Waiting{vehicles, city.moves_off_s(line.approach, state_.t_s, vehicles)};
  }
}

double Vehicle::speed_at_light_mps(const City& city) {
  constexpr double any_mps = 1e3;
  constexpr double looks_ahead_m = 200;
  const auto& lines = path_.stop_lines();
  while (next_line_ < lines.size() && lines[next_line_].s_m - s_m_ < -0.5) {
    ++next_line_;
    waiting_.reset();
  }
  state_.queued = 0;
  if (next_line_ == lines.size()) {
    return any_mps;
  }
  const StopLine& line = lines[next_line_];
  const double ahead_m = line.s_m - s_m_;
  if (!waiting_ && ahead_m < looks_ahead_m) {
    join_queue(city, line, ahead_m);
  }
  if (waiting_ && !waiting_->moves) {
    waiting_->moves = state_.t_s >= waiting_->moves_off_s;
    state_.queued = waiting_->moves ? 0 : waiting_->vehicles;
    return waiting_->moves ? any_mps
                           : stopping_speed_mps(ahead_m - Queue::place_m * waiting_->vehicles,
                                                state_.speed_mps);
  }
  const bool red = ahead_m + 0.5 >= stopping_distance_m(state_.speed_mps) &&
                   !city.green(line.approach, state_.t_s);
  return red ? stopping_speed_mps(ahead_m, state_.speed_mps) : any_mps;
}

void Vehicle::move(const City& city, double dt_s) {
  eagerness_.step(dt_s, random_);
  const double strongest =
      state_.body.load_share > 0.3 ? laden_acceleration_mps2 : acceleration_mps2;
  const double wanted = wanted_speed_mps(city);
  const double ideal =
      std::clamp((wanted - state_.speed_mps) / driver_delay_s, -hardest_braking_mps2, strongest);
  double accel = state_.accel_mps2;
  approach(accel, ideal, jerk_mps3 * dt_s);
  double speed = std::max(0.0, state_.speed_mps + accel * dt_s);
  if (speed < 0.2 && wanted < 0.4) {  // the foot stays on the brake
    speed = 0;
  }
  const double moved_m =
      std::min((state_.speed_mps + speed) / 2 * dt_s, std::max(0.0, path_.length_m() - s_m_));
  state_.accel_mps2 = speed == 0 && state_.speed_mps == 0 ? 0.0 : accel;
  state_.speed_mps = speed;
  state_.odometer_m += moved_m;
  s_m_ += moved_m;
  steer(city, moved_m, dt_s);
}

void Vehicle::steer(const City& city, double moved_m, double dt_s) {
  const Path::Point point = path_.at(s_m_);
  const Link& link = city.link(point.link);
  double lateral_target = 0;
  if (gap_m_ && link.reverse == no_id && order_.left_kerb) {
    lateral_target = -(link.half_width_m - half_vehicle_width_m - *gap_m_) - link.lane_m;
  } else if (gap_m_) {
    lateral_target = link.half_width_m - half_vehicle_width_m - *gap_m_ - link.lane_m;
  }
  // One changes lane along the road, never sideways, and steers into it and out of it.
  const double wanted_slope = std::clamp((lateral_target - lateral_m_) / 15.0, -0.06, 0.06);
  approach(lateral_slope_, wanted_slope, 0.008 * moved_m);
  lateral_m_ += lateral_slope_ * moved_m;
  const double heading = wrap_two_pi(point.heading_rad + std::atan(lateral_slope_));
  const double turned = moved_m > 0 ? wrap_pi(heading - state_.heading_rad) / dt_s : 0.0;
  state_.yaw_rate_rps += (turned - state_.yaw_rate_rps) * dt_s / yaw_smoothing_s;
  state_.heading_rad = heading;
  const Offset right{std::cos(point.heading_rad), -std::sin(point.heading_rad)};
  state_.at = plus(point.at, times(right, lateral_m_));
  state_.link = point.link;
  state_.along_m = point.along_m;
  const double from_line_m = link.lane_m + lateral_m_;
  state_.right_gap_m = link.half_width_m - from_line_m - half_vehicle_width_m;
  state_.left_gap_m = link.half_width_m + from_line_m - half_vehicle_width_m;
}

}  // namespace lujing::sim
