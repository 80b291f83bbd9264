// What the trust rules judge: how the sensors agree with each other and with themselves, as plain
// facts. nullopt or unknown: nobody said.
#pragma once

#include "terminal/core/alarm/truth.h"

#include <cstdint>
#include <optional>

namespace lujing::core {

/// Slower than this a receiver says that it stands.
inline constexpr double receiver_stands_mps = 0.3;

struct Evidence {
  std::optional<double> main_v;  ///< the vehicle's battery
  bool main_lost = false;        ///< below what any battery has
  double highest_v = 0;          ///< that it ever had
  Truth antenna_fault = Truth::unknown;
  Truth removed = Truth::unknown;

  bool load_sensor_fault = false;  ///< also where a switch still tells the load

  // Changes of the others since the sensor itself last changed.
  int loads_without_cover = 0;
  int lifts_without_load = 0;
  int loads_without_hoist = 0;

  std::optional<double> gnss_mps;   ///< the receiver's, fresh
  std::optional<double> wheel_mps;  ///< the bus's, fresh
  std::optional<double> apart_m;    ///< the receiver's way from the wheels' way

  bool gnss_heard = false;  ///< a fix was seen since the boot
  double no_fix_s = 0;      ///< since the last fix that could be used
  double frozen_s = 0;      ///< since when the very same place is told again and again
  bool told_nothing_since_drive = false;  ///< the vehicle drove after the last news of the receiver
  std::optional<double> cn0_dbhz;         ///< the sky view's, fresh
  bool cn0_was_good = false;              ///< within half a minute before it became what it is
  bool standing = false;
  bool in_tunnel = false;  ///< the matched road is one

  double leap_m = 0;  ///< the last leap between two fixes that nothing explains
  std::optional<double> leap_age_s;

  bool bus_expected = false;
  double bus_silent_s = 0;

  Truth uplink_down = Truth::unknown;
  bool gnss_down = false;  ///< a link to such a device is down
  bool bus_down = false;
  bool io_down = false;
  double clock_step_s = 0;  ///< the last step of a clock that was right before
  std::optional<double> clock_age_s;
};

}  // namespace lujing::core
