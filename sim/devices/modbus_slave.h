// The collector module of muck and garbage trucks: switches and sensors behind Modbus RTU.
//
//   discrete input 0   cover closed: high = cargo fully covered
//                  1   cover fully open
//                  2   hoist raised: body floor to frame more than 10 degrees
//                  3   laden (proximity switch under the body): high = loaded
//                  4   the antenna's supervision: high = open or shorted
//                  5   the unit's tamper contact: high = removed
//                  6   the driver's reader: high = verified
//   input register 0   load, 1/1000 of the full load (0..1500)
//                  1   load sensor, mV (4000 empty, 2200 full)
//                  2   hoist angle, 1/10 degree
//                  3   seconds since the module started, wrapping at 65536
#pragma once

#include "base/result.h"
#include "sim/scenario/scenario.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>

namespace lujing::sim {

struct CollectorMap {
  std::array<std::uint8_t, 7> discrete{};
  std::array<std::uint16_t, 4> input{};
};

/// What the sensors make of the truth: proximity switches have a place where they switch.
CollectorMap collector_map(const VehicleState& state);

/// The same with the vehicle's driver and with what has broken: stuck switches, a load sensor that
/// keeps saying `stuck_load`. A bouncing switch says `chatter`.
CollectorMap collector_map(const VehicleState& state, const VehiclePlan& plan, double stuck_load,
                           bool chatter);

/// Serves a map on a pseudo-terminal, from a thread of its own.
class ModbusSlave {
 public:
  static Result<std::unique_ptr<ModbusSlave>> start(int unit = 1);
  ~ModbusSlave();
  ModbusSlave(const ModbusSlave&) = delete;
  ModbusSlave& operator=(const ModbusSlave&) = delete;

  const std::string& device() const;
  /// What the next query will be answered with. Any thread.
  void set(const CollectorMap& map);

 private:
  struct Impl;
  explicit ModbusSlave(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lujing::sim
