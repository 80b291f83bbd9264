// The vehicle's devices, opened as its configuration names them.
#pragma once

#include "base/result.h"
#include "hal/io/outputs.h"
#include "hal/source.h"
#include "terminal/config/terminal_config.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lujing::app {

struct Device {
  std::string name;  ///< "gnss", "can0", "io0", "power"
  std::unique_ptr<hal::Source> source;
};

struct Devices {
  std::vector<Device> all;
  std::shared_ptr<hal::OutputBoard> outputs;  ///< nullptr: the vehicle has none
  /// Tells the counters that the sources keep but do not say themselves, summed over buses.
  std::function<void(const hal::Sink&)> tell_counters;
};

/// Opens all of them. An error is a configuration that no waiting can mend (a damaged DBC, a signal
/// that it does not have); a device that is missing now is none.
Result<Devices> open_devices(const config::TerminalConfig& config);

}  // namespace lujing::app
