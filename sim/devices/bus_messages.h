// What the vehicle's controllers say on the bus, message by message: the same tables make frames
// for a terminal's adapter and, for a journal, the values that a decoder would read from them.
// deploy/vehicles/*.dbc describe these messages; a test holds the two together.
#pragma once

#include "sim/vehicle/vehicle.h"

#include <cstdint>
#include <span>
#include <vector>

namespace lujing::sim {

/// What the chassis' controllers know beside the vehicle's state.
struct Chassis {
  double engine_rpm = 700;
  double torque_share = 0.1;
  double coolant_c = 62;
  double fuel_share = 0.8;
  double odometer_start_km = 0;
  double hours_start = 0;
  double wheel_scale = 1;   ///< worn tyres: the wheel speed is off by a per cent or so
  double yaw_bias_rps = 0;  ///< of the yaw rate sensor
  double yaw_noise_rps = 0;
  double air_c = 21.5;
  double full_load_kg = 16'000;
  double empty_kg = 15'000;
  bool engine_on = true;
};

struct BusSignal {
  const char* name;
  unsigned start_bit;  ///< little-endian, as DBC counts
  unsigned bits;
  double factor;
  double offset;
  double (*value)(const VehicleState&, const Chassis&);

  std::uint32_t raw(double physical) const;
  /// What a decoder makes of raw(physical).
  double heard(double physical) const { return raw(physical) * factor + offset; }
};

struct BusMessage {
  std::uint32_t id;
  const char* name;
  int period_ms;
  std::uint8_t background;  ///< of bits without a signal: 1 in J1939, 0 in body controllers
  std::span<const BusSignal> signals;
};

/// Those of the chassis (SAE J1939), then those of the upper body.
std::vector<const BusMessage*> bus_messages(VehicleType type);

}  // namespace lujing::sim
