// Which of a vehicle's messages a fitter connects to which of the terminal's words.
#pragma once

#include "sim/vehicle/body.h"

#include <functional>
#include <string>
#include <vector>

namespace lujing::sim {

struct Wire {
  std::string word;     ///< as terminal.toml names it: "wheel_speed"
  std::string message;  ///< as the DBC file names them
  std::string signal;
  double factor = 1;  ///< from the DBC's unit to the word's: per cent to a share
};

/// Words that the terminal at hand does not know are left out; an empty function: it knows the
/// first few.
using Knows = std::function<bool(const std::string& word)>;
std::vector<Wire> wires(VehicleType type, const Knows& knows);

/// Whether it has a collector module behind Modbus (devices/modbus_slave.h).
bool has_collector(VehicleType type);

/// File names in deploy/vehicles.
const char* body_dbc(VehicleType type);
/// The vehicle profile there; empty: it needs none.
std::string work_profile(VehicleType type);

}  // namespace lujing::sim
