// All devices of one vehicle on real serial lines: what a terminal is wired to.
#pragma once

#include "base/result.h"
#include "sim/devices/bus.h"
#include "sim/devices/gpsd.h"
#include "sim/devices/modbus_slave.h"
#include "sim/devices/nmea.h"
#include "sim/devices/pty.h"
#include "sim/devices/slcan.h"
#include "sim/world.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace lujing::sim {

/// A fitter finds the lines as FOLDER/gps, FOLDER/can and, on a muck truck, FOLDER/modbus.
class Rig {
 public:
  struct Options {
    std::string folder;  ///< made if missing
    bool gpsd = false;   ///< start a gpsd for the receiver
  };
  static Result<Rig> wire(const World& world, std::size_t vehicle, const Options& options);

  /// After each step of the world: the devices see, measure, answer and say.
  void tick(const World& world);
  /// Time stands still: only answers the terminal's adapter. True: it listens to the bus.
  bool serve();

  const std::string& gps_device() const { return gps_.device(); }
  const std::string& can_device() const { return can_.device(); }
  /// Empty: the vehicle has none.
  std::string modbus_device() const { return modbus_ ? modbus_->device() : std::string(); }
  std::optional<std::uint16_t> gpsd_port() const;

 private:
  Rig(std::size_t vehicle, Pty gps, Pty can, NmeaReceiver receiver, Bus bus)
      : vehicle_(vehicle),
        gps_(std::move(gps)),
        can_(std::move(can)),
        receiver_(std::move(receiver)),
        bus_(std::move(bus)) {}

  /// What breaks at this moment.
  void suffer(const std::vector<Fault>& faults, const VehicleState& state);

  std::size_t vehicle_;
  Pty gps_;
  Pty can_;
  NmeaReceiver receiver_;
  Bus bus_;
  SlcanAdapter adapter_;
  std::unique_ptr<ModbusSlave> modbus_;
  std::unique_ptr<Gpsd> gpsd_;
  std::string measured_;  ///< an epoch that the receiver still computes
  double ready_s_ = 0;
  double stuck_load_ = 0;
};

}  // namespace lujing::sim
