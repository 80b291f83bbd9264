// The terminal's supply: the vehicle's battery, and its own.
#pragma once

#include "hal/source.h"

#include <memory>
#include <string>

namespace lujing::hal {

/// A file of the kernel that holds one number: /sys/class/power_supply/NAME/voltage_now (in
/// microvolt, so scale is 1e-6), or a converter's /sys/bus/iio/devices/NAME/in_voltage0_raw (scale
/// is the divider's).
struct VoltageFile {
  std::string path;  ///< empty: not measured
  double scale = 1e-6;
};

struct PowerConfig {
  VoltageFile main;
  VoltageFile backup;
  double poll_s = 1.0;
  double tell_change_v = 0.1;  ///< told again when it has changed by more ...
  double tell_every_s = 10.0;  ///< ... or so long after it was told
  double highest_v = 100.0;    ///< above (or below 0): the measurement is broken, so not measured
};

/// Says Power. A file that is missing or holds no number is "not measured", looked for at each
/// poll.
std::unique_ptr<Source> open_power(PowerConfig config);

}  // namespace lujing::hal
