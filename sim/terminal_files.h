// What a run leaves for those who come after it: vehicles.json, and a terminal's configuration for
// each vehicle, as a fitter would have written it.
#pragma once

#include "base/result.h"
#include "sim/wiring.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lujing::sim {

struct WiredVehicle {
  std::string id;
  std::string type;
  std::string plate;
  std::string gps;     ///< device
  std::string can;     ///< device, slcan
  std::string modbus;  ///< device; empty: none
  std::optional<std::uint16_t> gpsd_port;
  bool driver_reader = false;
  bool driver_page = false;  ///< the driver says there that a kerb is blocked
};

/// FOLDER/vehicles.json, whole or not at all: its presence says that the devices are there.
Result<void> write_vehicles(const std::string& folder, const std::vector<WiredVehicle>& vehicles);
Result<std::vector<WiredVehicle>> read_vehicles(const std::string& folder);

struct TerminalOptions {
  std::string platform_host = "127.0.0.1";
  std::uint16_t platform_port = 7611;
  std::string pki;  ///< PKI/ID/terminal.crt, terminal.key and ca.crt, as `lujing-ctl enroll` makes
  std::string share;    ///< where vehicles/*.dbc and profiles/default.toml are
  std::string profile;  ///< the city profile; empty: the default one of `share`
  double gnss_latency_s =
      0.1;      ///< of the simulated receiver, as a fitter has it from its data sheet
  Knows knows;  ///< the words that the terminal takes, and whether it has vehicle profiles
};

/// The terminal's file for that vehicle; its data goes to FOLDER/ID/data.
std::string terminal_toml(const WiredVehicle& vehicle, const std::string& folder,
                          const TerminalOptions& options);

/// FOLDER/ID/terminal.toml of every vehicle of FOLDER/vehicles.json. Returns the paths.
Result<std::vector<std::string>> write_terminal_files(const std::string& folder,
                                                      const TerminalOptions& options);

}  // namespace lujing::sim
