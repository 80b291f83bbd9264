// The vehicle's CAN bus: what its controllers say, each message at its own rate.
#pragma once

#include "sim/random.h"
#include "sim/vehicle/vehicle.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace lujing::sim {

/// A frame with a 29-bit id and eight bytes.
struct CanFrame {
  std::uint32_t id = 0;
  std::array<std::uint8_t, 8> data{};
};

/// What the chassis' controllers know beside the vehicle's state.
struct Chassis {
  double engine_rpm = 700;
  double torque_share = 0.1;
  double coolant_c = 62;
  double fuel_share = 0.8;
  double odometer_start_km = 0;
  double hours_start = 0;
  double wheel_scale = 1;  ///< worn tyres: the wheel speed is off by a per cent or so
};

/// Chassis (SAE J1939: EEC1, EEC2, CCVS1, LFE1, VD, HOURS, ET1, DD1, VEP1, AMB) and the upper body
/// of a sweeper or a sprinkler. deploy/vehicles/*.dbc describe the same messages.
class Bus {
 public:
  struct Message;

  Bus(VehicleType type, std::uint64_t seed, const std::string& vehicle_id);

  /// What is said in the dt_s that led to `state`, each message at most once.
  std::vector<CanFrame> step(const VehicleState& state, double dt_s);

 private:
  struct Scheduled {
    const Message* message;
    std::int64_t due_ms;
  };

  Chassis chassis_;
  std::vector<Scheduled> schedule_;
};

}  // namespace lujing::sim
