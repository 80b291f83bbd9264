// A ride, told as a list of observations: what a test gives the core.
//
//   Ride ride;
//   ride.boot().cover(SwitchState::off).load(0.8).wheels_kmh(30).pass(10);
//   std::vector<Record> records = run(muck_truck(), ride.told());
//
// As time passes, the wheels speak every 100 ms, the receiver every second and the clock every
// 500 ms, as on a vehicle. Everything is computed from the calls, so the same calls give the same
// bytes.
#pragma once

#include "hal/observation.h"
#include "protocol/record.h"
#include "terminal/core/core.h"

#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lujing::test {

using hal::SwitchState;

/// A muck truck with everything that the core knows.
inline core::CoreConfig muck_truck() {
  core::CoreConfig config;
  config.software = "test";
  config.rule_set = "test@1";
  config.gnss.earliest_utc = *from_iso8601("2024-01-01T00:00:00Z");
  config.wheel_speed = hal::SignalId{0};
  config.brush_rpm = hal::SignalId{1};
  config.cover_closed = hal::InputId{0};
  config.load_analog = hal::InputId{1};
  config.cover_open = std::nullopt;
  config.hoist_raised = hal::InputId{2};
  config.suction_down = hal::InputId{3};
  config.water_pump = hal::InputId{4};
  return config;
}

class Ride {
 public:
  explicit Ride(double start_s = 100) : now_ns_(to_ns(start_s)) {}

  Ride& boot(std::uint64_t id = 0xb007) { return say(hal::Boot{id}); }
  /// The receiver speaks from now on, from this place, with the wheels' speed, at this UTC.
  Ride& gnss(double lat_deg, double lon_deg, const std::string& utc) {
    place_ = GeoPoint::from_degrees(lat_deg, lon_deg);
    utc_ms_ = from_iso8601(utc)->ms;
    return *this;
  }
  Ride& no_gnss() {
    place_.reset();
    return *this;
  }
  /// Where it drives to from now on: east and north, metres a second, for each m/s of speed.
  Ride& heading(double east, double north, double course_rad) {
    heading_ = {east, north};
    course_rad_ = course_rad;
    return *this;
  }
  /// The wheels turn at this speed from now on.
  Ride& wheels_kmh(double kmh) {
    wheels_kmh_ = kmh;
    return say(hal::CanSignal{0, hal::SignalState::ok, kmh});
  }
  Ride& wheels_silent() {
    wheels_kmh_.reset();
    return say(hal::CanSignal{0, hal::SignalState::stale, 0});
  }
  Ride& cover(SwitchState closed) { return say(hal::Switch{0, closed}); }
  Ride& load(double share) { return say(hal::Analog{1, SwitchState::on, share}); }
  Ride& hoist(SwitchState raised) { return say(hal::Switch{2, raised}); }
  /// Anything else, at this moment.
  Ride& say(const hal::What& what) {
    told_.push_back({BootTime{now_ns_}, what});
    return *this;
  }
  /// Time passes, and the devices speak.
  Ride& pass(double seconds) {
    const std::int64_t end_ns = now_ns_ + to_ns(seconds);
    for (std::int64_t next = (now_ns_ / step_ns + 1) * step_ns; next <= end_ns; next += step_ns) {
      drive(next);
      now_ns_ = next;
      const std::int64_t step = next / step_ns;
      if (wheels_kmh_) say(hal::CanSignal{0, hal::SignalState::ok, *wheels_kmh_});
      if (place_ && step % 10 == 3) say(fix());
      if (step % 5 == 0) say(hal::ClockTick{});
    }
    drive(end_ns);
    now_ns_ = end_ns;
    return *this;
  }

  double now_s() const { return static_cast<double>(now_ns_) / 1e9; }
  const std::vector<hal::Observation>& told() const { return told_; }
  std::vector<hal::Observation>& told() { return told_; }

 private:
  static constexpr std::int64_t step_ns = 100'000'000;
  static std::int64_t to_ns(double seconds) { return std::llround(seconds * 1e6) * 1000; }
  void drive(std::int64_t to_ns) {
    const double seconds = static_cast<double>(to_ns - now_ns_) / 1e9;
    const double metres = wheels_kmh_.value_or(0) / 3.6 * seconds;
    if (place_) {
      // Kept apart from the grid of the place, or slow steps would be rounded away.
      offset_.east_m += heading_.east_m * metres;
      offset_.north_m += heading_.north_m * metres;
      utc_ns_rest_ += to_ns - now_ns_;
    }
  }
  hal::GnssFix fix() const {
    hal::GnssFix fix;
    fix.mode = hal::FixMode::fix_3d;
    fix.utc = UtcTime{utc_ms_ + utc_ns_rest_ / ns_per_ms};
    fix.position = moved(*place_, offset_);
    fix.speed_mps = wheels_kmh_.value_or(0) / 3.6;
    fix.course_rad = course_rad_;
    fix.horizontal_error_m = 3.0;
    return fix;
  }

  std::int64_t now_ns_;
  std::vector<hal::Observation> told_;
  std::optional<double> wheels_kmh_;
  std::optional<GeoPoint> place_;
  Offset heading_{0, 1};
  Offset offset_;
  double course_rad_ = 0;
  std::int64_t utc_ms_ = 0;
  std::int64_t utc_ns_rest_ = 0;
};

inline std::vector<protocol::Record> run(const core::CoreConfig& config,
                                         const std::vector<hal::Observation>& told) {
  core::Core core(config);
  std::vector<protocol::Record> records;
  for (const hal::Observation& observation : told) core.take(observation, records);
  return records;
}

/// The payloads of one kind, in order.
template <class Payload>
std::vector<Payload> only(const std::vector<protocol::Record>& records) {
  std::vector<Payload> found;
  for (const protocol::Record& record : records) {
    if (const auto* payload = std::get_if<Payload>(&record.payload)) found.push_back(*payload);
  }
  return found;
}

}  // namespace lujing::test
