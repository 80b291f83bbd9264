// What the core is told before the first observation. Plain values: the TOML reader is
// terminal/config.
#pragma once

#include "hal/observation.h"
#include "terminal/core/alarm/alarm_config.h"
#include "terminal/core/alarm/cleaning_config.h"
#include "terminal/core/haul/haul_config.h"
#include "terminal/core/prompt/prompt_config.h"
#include "terminal/core/trust/config.h"
#include "terminal/core/work/profile.h"

#include <cstdint>
#include <optional>
#include <string>

namespace lujing::core {

/// When a track point is written: whichever comes first.
struct TrackConfig {
  double every_s = 1.0;           ///< while moving
  double stopped_every_s = 30.0;  ///< while standing
  double distance_m = 50.0;
  double turn_rad = 0.2617993877991494;  ///< 15 degrees, as JT/T 808's corner point
  bool operator==(const TrackConfig&) const = default;
};

/// Which GNSS fixes are believed.
struct GnssConfig {
  double max_speed_mps = 150.0 / 3.6;  ///< between two accepted fixes
  double max_error_m = 100.0;          ///< gpsd's 95 % estimate, where it gives one
  UtcTime earliest_utc;                ///< no fix can be older: dates are moved by 1024 weeks into
                                       ///< [earliest_utc, earliest_utc + 1024 weeks)
  bool operator==(const GnssConfig&) const = default;
};

/// What of the vehicle the position depends on (fusion/FUSION.md).
struct FusionConfig {
  double track_width_m = 1.9;   ///< between left and right wheel of the axle that does not steer
  double wheelbase_m = 4.5;     ///< between the axles
  double steering_ratio = 20;   ///< turns of the steering wheel for one of the wheels
  double gnss_latency_s = 0.0;  ///< by which even the promptest fix is late
  double lost_m = 250;          ///< 95 % radius from which on the position is lost
  bool operator==(const FusionConfig&) const = default;
};

/// MT-01: unsealed while laden and moving.
struct Mt01Config {
  AlarmConfig alarm;
  double trigger_speed_mps = 5.0 / 3.6;
  bool operator==(const Mt01Config&) const = default;
};

struct CoreConfig {
  std::string software;
  std::string rule_set = "default@0";
  /// What the boot record names where a directive's rule set is told right after each Boot; empty:
  /// rule_set.
  std::string boot_rule_set;
  TrackConfig track;
  GnssConfig gnss;
  FusionConfig fusion;
  double stopped_speed_mps = 0.5;
  double stopped_after_s = 3.0;
  double health_every_s = 60.0;

  // Which observations mean what. nullopt: the vehicle does not have it.
  std::optional<hal::SignalId> wheel_speed;  ///< km/h, as J1939 CCVS1 gives it
  std::optional<hal::SignalId> wheel_left;   ///< km/h, of an axle that does not steer
  std::optional<hal::SignalId> wheel_right;  ///< km/h
  std::optional<hal::SignalId> yaw_rate;     ///< rad/s, positive to the left (J1939 SPN 1808)
  std::optional<hal::SignalId> steering;     ///< rad of the steering wheel, positive to the left
                                             ///< (J1939 SPN 1807)
  std::optional<hal::InputId> cover_closed;  ///< on: closed
  std::optional<hal::InputId>
      cover_open;  ///< on: fully open; with cover_closed gives the states between
  std::optional<hal::InputId> hoist_raised;     ///< on: lifted
  std::optional<hal::InputId> laden;            ///< on: loaded (a switch)
  std::optional<hal::InputId> driver_verified;  ///< on: the reader knows the driver
  std::optional<hal::InputId> driver_card;      ///< the card's number; 0: none is there
  std::optional<hal::InputId> antenna_fault;    ///< on: the antenna's line is open or shorted
  std::optional<hal::InputId> unit_removed;     ///< on: the terminal is out of its place
  std::optional<hal::InputId> load_analog;      ///< share of the full load, 0..1 (an analog input)
  std::optional<hal::InputId>
      load_raw;  ///< counts of a load sensor whose empty and full are learnt
  std::optional<hal::InputId> limit_release;  ///< on: somebody in the vehicle ends all limits
  std::optional<hal::SignalId> brush_rpm;
  std::optional<hal::InputId> suction_down;
  std::optional<hal::InputId> water_pump;
  std::optional<hal::SignalId> water_pump_signal;
  std::optional<hal::SignalId> suction_signal;

  WorkProfile work;  ///< without a name: legacy_work()

  Mt01Config mt01;
  CleaningConfig cleaning;
  HaulConfig haul;
  TrustConfig trust;
  PromptConfig prompts;
  bool operator==(const CoreConfig&) const = default;
};

}  // namespace lujing::core
