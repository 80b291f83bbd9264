// The filter's whole state: plain numbers that can be copied, so that a late measurement can be
// put in its place by going back to a copy (history.h). What the numbers mean: FUSION.md.
#pragma once

#include "base/geo.h"
#include "base/time.h"
#include "terminal/core/fusion/noise.h"

#include <array>
#include <cstdint>
#include <optional>

namespace lujing::core {

/// The estimated quantities, in the order of the state vector.
namespace state {
enum Index : std::size_t {
  east = 0,        ///< m, from the anchor
  north = 1,       ///< m, from the anchor
  heading = 2,     ///< rad, of the nose, clockwise from north, not folded
  speed = 3,       ///< m/s, forward; negative: reversing
  turn = 4,        ///< rad/s, clockwise
  scale = 5,       ///< wheels say (1 + scale) times the true speed
  gyro_bias = 6,   ///< rad/s, clockwise
  curve_bias = 7,  ///< rad/m, clockwise: wheel pair's or steering's
  gnss_east = 8,   ///< m, the receiver's error that lasts
  gnss_north = 9   ///< m
};
inline constexpr std::size_t size = 10;
}  // namespace state

/// Only the upper half is kept: [i][j] with i <= j. The other is never read.
using Covariances = std::array<std::array<double, state::size>, state::size>;

enum class Sensor : std::uint8_t {
  gnss_position = 0,
  gnss_speed,
  gnss_course,
  wheel_speed,
  wheel_pair,
  yaw_rate,
  steering,
  road
};
inline constexpr std::size_t sensors = 8;

/// What became of one sensor's measurements, and how far off the last one was.
struct SensorCount {
  std::int64_t accepted = 0;
  std::int64_t refused = 0;   ///< outside the gate
  double innovation = 0;      ///< the last one's, in the sensor's unit (of a position: its length)
  double innovation_var = 0;  ///< what it was expected to be
  double doubt_s = 0;         ///< for so long refused, less a quarter of what was accepted
  bool unused = false;        ///< refused too often: counted, but nothing is taken from it
  std::int64_t times_unused = 0;
  std::int64_t unused_since_ns = INT64_MIN / 4;  ///< the last time that began
  std::int64_t last_ns = INT64_MIN / 4;          ///< the last measurement
};

/// "never": so long ago that nothing is fresh.
inline constexpr std::int64_t never_ns = INT64_MIN / 4;

/// A kind of measurement that is refused, and how long it has been saying the same (dissent.h).
struct Dissent {
  int count = 0;                      ///< refusals in a row that agree with each other
  std::int64_t since_ns = never_ns;   ///< the first of them
  std::int64_t last_ns = never_ns;    ///< the last
  std::int64_t agreed_ns = never_ns;  ///< when one was last accepted
  double told = 0;
  double off = 0;
};

/// Positions in a row that the filter refuses, or that no heading is known for (heading_run.h).
struct PositionRun {
  int fixes = 0;  ///< that go on from the first as far as was driven
  double east_m = 0;
  double north_m = 0;
  double driven_m = 0;
};

struct Estimate {
  BootTime at;  ///< the state is of this moment
  bool running = false;
  bool placed = false;         ///< east and north mean something
  bool heading_known = false;  ///< heading means something
  std::int64_t heading_lost_ns =
      never_ns;     ///< since then not known any more: for a while straight on is the likeliest
  GeoPoint anchor;  ///< of the plane
  std::array<double, state::size> x{};
  Covariances p{};

  int direction = 1;  ///< -1: reversing; wheels do not say
  int opposite = 0;   ///< courses in a row that point backwards
  double noise_share =
      noise::share_first;     ///< of the reported variance, what changes from fix to fix
  double gnss_drift_var = 9;  ///< m^2: stationary variance of the receiver's lasting error
  double drift_scale = 1;     ///< times what it reports, by what is seen of the lasting error
  double drift_s = noise::drift_first_s;  ///< for so long that lasts while driving
  double drift_standing_s = noise::drift_standing_first_s;  ///< and while standing
  double fix_off_east_m = 0;                                ///< the last fix's innovation
  double fix_off_north_m = 0;
  int refused_in_a_row = 0;  ///< positions, of a receiver that moves as the wheels do
  std::int64_t refused_since_ns = never_ns;  ///< the first refused one since one was accepted
  int doubt_of_wheels = 0;  ///< fixes at another speed than the wheels, less those that agree
  bool wheels_doubted = false;
  std::int64_t times_wheels_doubted = 0;

  // The receiver by itself (receiver.h).
  double fix_east_m = 0;  ///< its last place, believed or not, from the anchor
  double fix_north_m = 0;
  std::int64_t fix_ns = never_ns;
  std::int64_t fix_changed_ns = never_ns;  ///< when it last told another place than before
  int fixes_consistent = 0;                ///< in a row: it went as fast as it said
  int fixes_driving = 0;                   ///< of these in a row: and it drove
  int fixes_against = 0;                   ///< it stands although the wheels turn
  double went_east_m = 0;                  ///< its way by its places, the last ones counting most
  double went_north_m = 0;
  double said_east_m = 0;  ///< the same by its courses
  double said_north_m = 0;
  int course_quarters = 0;      ///< bits: directions in which a doubted course agreed
  int sides_apart = 0;          ///< fixes in a row whose course leads elsewhere than they do
  bool course_doubted = false;  ///< the two lead to different sides: its course is none
  Dissent wheels_dissent;       ///< m/s of the vehicle
  Dissent gnss_dissent;         ///< m/s
  Dissent course_dissent;       ///< rad from the heading
  Dissent gyro_dissent;         ///< rad/s from what is expected
  Dissent curve_dissent;        ///< the same, of wheel pair or steering
  std::int64_t turn_bias_anew = 0;
  std::int64_t against_wheels_ns =
      never_ns;  ///< refused wheels; the receiver sided with the filter

  PositionRun run;

  bool standing = false;
  int leaving = 0;         ///< fixes in a row that say it drives off
  double held_east_m = 0;  ///< where it is said to stand
  double held_north_m = 0;
  double wheel_mps = 0;
  std::int64_t slow_since_ns = never_ns;
  std::int64_t slow_at_ns = never_ns;  ///< when it was last nearly still

  std::int64_t position_ns = never_ns;  ///< when each was last accepted
  std::int64_t wheel_ns = never_ns;
  std::int64_t gyro_ns = never_ns;
  std::int64_t pair_ns = never_ns;
  std::int64_t steering_ns = never_ns;
  std::int64_t road_ns = never_ns;

  double driven_m = 0;
  double silent_s = 0;            ///< in all: moving, and nobody told how; not driven through
  double silent_since_fix_s = 0;  ///< of these since the last believed fix
  double bridged_m = 0;           ///< of the way driven: straight from fix to fix over silence
  GeoPoint fix_place;             ///< of the last believed fix
  double fix_driven_m = 0;        ///< driven_m at that fix
  std::int64_t placed_anew = 0;
  std::array<SensorCount, sensors> counts{};

  double variance(state::Index i) const { return p[i][i]; }
  double age_s(std::int64_t since_ns) const {
    return static_cast<double>(at.ns - since_ns) / static_cast<double>(ns_per_s);
  }
  SensorCount& count(Sensor sensor) { return counts[static_cast<std::size_t>(sensor)]; }
};

}  // namespace lujing::core
