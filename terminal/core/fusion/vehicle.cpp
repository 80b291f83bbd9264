#include "terminal/core/fusion/vehicle.h"

#include "terminal/core/plausible.h"

namespace lujing::core {
namespace {

constexpr std::int64_t fresh_ns = 5 * ns_per_s;
constexpr double fastest_wheels_kmh = 251;  ///< the range of J1939 SPN 84
constexpr double fastest_gnss_mps = 150;
constexpr double least_error_m = 0;
constexpr double most_known_error_m = 1e6;
constexpr double longest_gap_driven_s =
    10;                                  ///< a longer gap between two speeds is not driven through
constexpr double surely_drives_mps = 2;  ///< a receiver among houses hardly says so while it stands
constexpr double start_factor = 2;       ///< starts to move at twice the speed at which it stands

double seconds_between(BootTime from, BootTime to) {
  return static_cast<double>(to.ns - from.ns) / static_cast<double>(ns_per_s);
}

}  // namespace

void Vehicle::drive(double from_mps, double to_mps, double step_s) {
  if (moving_ && step_s > 0 && step_s <= longest_gap_driven_s) {
    odometer_m_ += 0.5 * (from_mps + to_mps) * step_s;
  }
}

void Vehicle::take_wheel_speed(BootTime now, const hal::CanSignal& signal) {
  std::optional<double> kmh;
  if (signal.state == hal::SignalState::ok) kmh = within(signal.value, 0, fastest_wheels_kmh);
  if (!kmh) {
    wheel_mps_.reset();
    return;
  }
  const double mps = *kmh / 3.6;
  if (wheel_mps_) drive(*wheel_mps_, mps, seconds_between(wheel_at_, now));
  wheel_mps_ = mps;
  wheel_at_ = now;
}

void Vehicle::take_fix(BootTime now, const hal::GnssFix& fix, const FixVerdict& verdict,
                       bool standing) {
  const Epoch epoch{now, verdict.utc, fix.position};
  const std::optional<double> mps = within(fix.speed_mps, 0, fastest_gnss_mps);
  const bool continues = last_fix_ && !verdict.anew;
  if (!wheel_mps_ && gnss_mps_ && mps && continues && !standing) {
    drive(*gnss_mps_, *mps, epoch.seconds_since(*last_fix_));
  }
  gnss_mps_ = mps;
  gnss_at_ = now;
  held_ = standing;
  accuracy_known_ = within(fix.horizontal_error_m, least_error_m, most_known_error_m).has_value();
  if (const auto course = within(fix.course_rad, 0, 2 * pi)) course_rad_ = wrap_two_pi(*course);
  last_fix_ = epoch;
  fix_fresh_ = true;
}

void Vehicle::pass(BootTime now) {
  if (wheel_mps_ && now.ns - wheel_at_.ns > fresh_ns) wheel_mps_.reset();
  if (fix_fresh_ && now.ns - gnss_at_.ns > fresh_ns) {
    gnss_mps_.reset();
    fix_fresh_ = false;
  }
  speed_mps_ = wheel_mps_ ? wheel_mps_ : gnss_mps_;
  if (!speed_mps_) return;
  if (*speed_mps_ > config_.stopped_speed_mps) {
    slow_since_.reset();
    const bool noise = held_ && !wheel_mps_;
    if (*speed_mps_ > start_factor * config_.stopped_speed_mps && !noise) moving_ = true;
  } else if (!slow_since_) {
    slow_since_ = now;
  }
  if (slow_since_ && seconds_between(*slow_since_, now) >= config_.stopped_after_s) moving_ = false;
}

bool Vehicle::surely_stands() const {
  if (!wheel_mps_ || moving_ || *wheel_mps_ > config_.stopped_speed_mps) return false;
  return !gnss_mps_ || *gnss_mps_ < surely_drives_mps;
}

}  // namespace lujing::core
