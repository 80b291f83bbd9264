// The vehicle's CAN bus: what its controllers say, each message at its own rate.
#pragma once

#include "sim/devices/bus_messages.h"
#include "sim/random.h"

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace lujing::sim {

/// A frame with a 29-bit id and eight bytes.
struct CanFrame {
  std::uint32_t id = 0;
  std::array<std::uint8_t, 8> data{};
};

/// Chassis (SAE J1939: EEC1, EEC2, CCVS1, VDC2, HRW, LFE1, VD, HOURS, ET1, DD1, VEP1, AMB, VW) and
/// the upper body. deploy/vehicles/*.dbc describe the same messages.
class Bus {
 public:
  Bus(VehicleType type, std::uint64_t seed, const std::string& vehicle_id);

  /// What is said in the dt_s that led to `state`, each message at most once.
  std::vector<CanFrame> step(const VehicleState& state, double dt_s);

  /// A signal that somebody wants to hear without frames; its number is what hear() tells.
  /// False: no message of this vehicle has it.
  bool listen(std::string_view message, std::string_view signal, std::size_t number);
  using Hear = std::function<void(std::size_t number, double value)>;
  /// step() without frames: the wanted signals of the messages that are due, as they would be
  /// decoded.
  void hear(const VehicleState& state, double dt_s, const Hear& sink);

  Chassis& chassis() { return chassis_; }
  /// Nobody says anything (bus-off, the connector pulled); the controllers live on.
  void set_silent(bool silent) { silent_ = silent; }
  /// The body's controller alone is silent.
  void set_body_silent(bool silent) { body_silent_ = silent; }

 private:
  struct Wish {
    const BusSignal* signal;
    std::size_t number;
  };
  struct Scheduled {
    const BusMessage* message;
    std::int64_t due_ms;
    bool of_body;
    std::vector<Wish> wishes;
  };
  bool due(Scheduled& scheduled, std::int64_t now_ms) const;
  void live(const VehicleState& state, double dt_s);

  Chassis chassis_;
  Random noise_;
  std::vector<Scheduled> schedule_;
  bool silent_ = false;
  bool body_silent_ = false;
};

}  // namespace lujing::sim
