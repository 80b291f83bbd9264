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
constexpr double cover_s = 6.0;  // from open to closed
constexpr double hoist_full_deg = 45.0;
constexpr double hoist_deg_per_s = 3.0;
constexpr double load_share_per_s = 0.05;
constexpr double brush_working_rpm = 130.0;
constexpr double suction_s = 2.0;
constexpr double tank_empties_s = 900.0;
constexpr double tank_fills_s = 60.0;

void approach(double& value, double target, double most) {
  value += std::clamp(target - value, -most, most);
}

/// The speed from which one still stops in that distance, the driver's own delay counted.
double stopping_speed_mps(double distance_m, double speed_mps) {
  const double usable_m = std::max(0.0, distance_m - driver_delay_s * speed_mps);
  return std::sqrt(2 * light_braking_mps2 * usable_m);
}

}  // namespace

const char* name_of(VehicleType type) {
  switch (type) {
    case VehicleType::sweeper:
      return "sweeper";
    case VehicleType::sprinkler:
      return "sprinkler";
    case VehicleType::muck:
      return "muck";
  }
  return "";
}

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
  state_.body = config_.body;
  order_.to_m = config_.start.along_m;
  order_.route = {config_.start.link};
}

void Vehicle::step(const City& city, double t_s, double dt_s) {
  if (order_is_done()) {
    take_order(city);
  }
  order_age_s_ += dt_s;
  if (order_.change_after_s && order_age_s_ >= *order_.change_after_s) {
    order_.body = order_.changed_body;
    order_.change_after_s.reset();
  }
  move(city, dt_s);
  move_body(dt_s);
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
  if (next.route.empty()) {
    next.route = {now.link};
    next.to_m = now.along_m;
  } else {
    // It stopped a little short of the last path's end, and starts from there.
    const double left_m = path_.length_m() - s_m_;
    path_ = Path(city, next.route, std::max(0.0, now.along_m - left_m), next.to_m);
    s_m_ = 0;
  }
  order_ = std::move(next);
}

double Vehicle::wanted_speed_mps(const City& city) const {
  const double left_m = path_.length_m() - s_m_;
  double wanted = std::min(path_.at(s_m_).cap_mps, order_.max_mps) * (1.0 + eagerness_.value());
  wanted = std::min(wanted, stopping_speed_mps(left_m, state_.speed_mps));
  for (const StopLine& line : path_.stop_lines()) {
    const double ahead_m = line.s_m - s_m_;
    if (ahead_m < -0.5) {
      continue;
    }
    const double needed_m = state_.speed_mps * state_.speed_mps / (2 * 2.0);
    if (ahead_m + 0.5 >= needed_m && !city.green(line.approach, state_.t_s)) {
      wanted = std::min(wanted, stopping_speed_mps(ahead_m, state_.speed_mps));
    }
    break;  // the next one only
  }
  return wanted;
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

  const Path::Point point = path_.at(s_m_);
  double lateral_target = 0;
  if (order_.kerb_gap_m) {
    lateral_target = city.half_width_m(point.link) - half_vehicle_width_m - *order_.kerb_gap_m -
                     city.lane_offset_m(point.link);
  }
  // One changes lane along the road, never sideways, and steers into it and out of it.
  const double wanted_slope = std::clamp((lateral_target - lateral_m_) / 15.0, -0.06, 0.06);
  approach(lateral_slope_, wanted_slope, 0.008 * moved_m);
  lateral_m_ += lateral_slope_ * moved_m;
  state_.heading_rad = wrap_two_pi(point.heading_rad + std::atan(lateral_slope_));
  const Offset right{std::cos(point.heading_rad), -std::sin(point.heading_rad)};
  state_.at = plus(point.at, times(right, lateral_m_));
  state_.link = point.link;
}

void Vehicle::move_body(double dt_s) {
  const BodySetting& set = order_.body;
  Body& body = state_.body;
  approach(body.cover_open, set.cover_open ? 1.0 : 0.0, dt_s / cover_s);
  approach(body.hoist_deg, set.hoist_up ? hoist_full_deg : 0.0, hoist_deg_per_s * dt_s);
  if (set.load_share) {
    approach(body.load_share, *set.load_share, load_share_per_s * dt_s);
  }
  approach(body.brush_rpm, set.brush ? brush_working_rpm : 0.0, 60.0 * dt_s);
  approach(body.suction_down, set.suction_down ? 1.0 : 0.0, dt_s / suction_s);
  body.water_pump = set.water_pump && body.tank_share > 0;
  if (set.fill_tank) {
    approach(body.tank_share, 1.0, dt_s / tank_fills_s);
  } else if (body.water_pump) {
    approach(body.tank_share, 0.0, dt_s / tank_empties_s);
  }
}

}  // namespace lujing::sim
