#include "sim/devices/bus.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace lujing::sim {
namespace {

using Payload = std::array<std::uint8_t, 8>;

/// Little-endian, whole bytes; beyond the last valid raw value it stays at that value.
void put(Payload& data, std::size_t byte, std::size_t bytes, double physical, double factor,
         double offset = 0) {
  const double top = bytes == 1 ? 0xFA : bytes == 2 ? 0xFAFF : 0xFAFFFFFF;
  const double raw = std::clamp(std::round((physical - offset) / factor), 0.0, top);
  auto value = static_cast<std::uint32_t>(raw);
  for (std::size_t i = 0; i < bytes; ++i, value >>= 8) {
    data[byte + i] = static_cast<std::uint8_t>(value);
  }
}

/// Body controllers leave what is not used at 0, J1939 at 1.
void put_bit(Payload& data, std::size_t byte, unsigned bit, bool on) {
  const auto mask = static_cast<std::uint8_t>(1U << bit);
  data[byte] = on ? static_cast<std::uint8_t>(data[byte] | mask)
                  : static_cast<std::uint8_t>(data[byte] & ~mask);
}

/// Two bits: 0 off, 1 on.
void put_switch(Payload& data, std::size_t byte, unsigned bit, bool on) {
  put_bit(data, byte, bit, on);
  put_bit(data, byte, bit + 1, false);
}

bool works(const Body& body) {
  return body.brush_rpm > 10 || body.water_pump;
}
double aux_engine_rpm(const Body& body) {
  return works(body) ? 1750 : 800;
}
double km(const VehicleState& s) {
  return s.odometer_m / 1000;
}

void eec1(const VehicleState&, const Chassis& c, Payload& d) {
  d[0] = 0xF0;
  put(d, 1, 1, 100 * c.torque_share, 1, -125);
  put(d, 2, 1, 100 * c.torque_share, 1, -125);
  put(d, 3, 2, c.engine_rpm, 0.125);
}
void eec2(const VehicleState& s, const Chassis& c, Payload& d) {
  put(d, 1, 1, s.accel_mps2 > 0.02 ? 100 * c.torque_share : 0, 0.4);
  put(d, 2, 1, 100 * c.torque_share, 1);
}
void ccvs1(const VehicleState& s, const Chassis& c, Payload& d) {
  put_switch(d, 0, 2, s.speed_mps == 0);
  put(d, 1, 2, s.speed_mps * 3.6 * c.wheel_scale, 1.0 / 256);
  put_switch(d, 3, 4, s.accel_mps2 < -0.3);
  put_switch(d, 3, 6, false);
}
void lfe1(const VehicleState&, const Chassis& c, Payload& d) {
  put(d, 0, 2, 2.0 + 38.0 * c.torque_share * c.engine_rpm / 2000, 0.05);
}
void vd(const VehicleState& s, const Chassis& c, Payload& d) {
  put(d, 0, 4, km(s), 0.125);
  put(d, 4, 4, c.odometer_start_km + km(s), 0.125);
}
void hours(const VehicleState& s, const Chassis& c, Payload& d) {
  put(d, 0, 4, c.hours_start + s.t_s / 3600, 0.05);
}
void et1(const VehicleState&, const Chassis& c, Payload& d) {
  put(d, 0, 1, c.coolant_c, 1, -40);
}
void dd1(const VehicleState&, const Chassis& c, Payload& d) {
  put(d, 1, 1, 100 * c.fuel_share, 0.4);
}
void vep1(const VehicleState&, const Chassis& c, Payload& d) {
  put(d, 4, 2, c.engine_rpm > 500 ? 27.6 : 25.1, 0.05);
}
void amb(const VehicleState&, const Chassis&, Payload& d) {
  put(d, 0, 1, 101.0, 0.5);
  put(d, 3, 2, 21.5, 0.03125, -273);
}

void sweeper_work(const VehicleState& s, const Chassis&, Payload& d) {
  d = {};
  const bool sweeps = s.body.brush_rpm > 10;
  put_bit(d, 0, 6, sweeps && s.body.water_pump);
  put_bit(d, 0, 7, sweeps && !s.body.water_pump);
  put_bit(d, 1, 3, sweeps);
  put_bit(d, 1, 5, works(s.body));
  put_bit(d, 1, 6, s.body.water_pump);
  put_bit(d, 1, 7, s.body.suction_down > 0.95);
}
void sweeper_speeds(const VehicleState& s, const Chassis&, Payload& d) {
  d = {};
  put(d, 0, 2, aux_engine_rpm(s.body), 0.125);
  put(d, 2, 1, s.body.brush_rpm, 1);
}
void sweeper_inputs(const VehicleState& s, const Chassis&, Payload& d) {
  d = {};
  put_bit(d, 1, 2, s.body.tank_share < 0.1);
  put_bit(d, 2, 1, true);
  put_bit(d, 2, 2, s.body.suction_down < 0.05);
  put_bit(d, 2, 3, s.body.suction_down > 0.95);
  put_bit(d, 2, 5, true);
}

void sprinkler_work(const VehicleState& s, const Chassis&, Payload& d) {
  d = {};
  put_bit(d, 0, 0, s.body.water_pump);
  put_bit(d, 0, 2, s.body.water_pump);
  put_bit(d, 1, 2, s.body.water_pump);
  put_bit(d, 1, 3, s.body.water_pump);
}
void sprinkler_flow(const VehicleState& s, const Chassis&, Payload& d) {
  d = {};
  put(d, 0, 2, s.body.water_pump ? 1600 : 0, 0.125);
  put(d, 2, 1, s.body.water_pump ? 4.2 : 0, 0.05);
  put(d, 3, 2, s.body.water_pump ? 660 : 0, 0.1);
}
void sprinkler_tank(const VehicleState& s, const Chassis&, Payload& d) {
  d = {};
  put(d, 0, 1, 100 * s.body.tank_share, 0.4);
  put_bit(d, 1, 0, s.body.tank_share < 0.1);
}

void approach(double& value, double target, double most) {
  value += std::clamp(target - value, -most, most);
}

/// Eight gears, shifted so that the engine stays between 1000 and 1700 rpm.
double rpm_at(double speed_mps) {
  constexpr double idle = 700;
  double rpm_per_mps = 900;
  while (speed_mps * rpm_per_mps > 1700) {
    rpm_per_mps /= 1.45;
  }
  return std::max(idle, speed_mps * rpm_per_mps);
}

void move_engine(const VehicleState& state, double dt_s, Chassis& chassis) {
  approach(chassis.engine_rpm, rpm_at(state.speed_mps), 900 * dt_s);
  const double laden = 1.0 + state.body.load_share;
  const double torque =
      0.08 + 0.25 * laden * std::max(0.0, state.accel_mps2 + 0.012 * state.speed_mps);
  approach(chassis.torque_share, std::min(torque, 1.0), 1.5 * dt_s);
  approach(chassis.coolant_c, 86, 0.05 * dt_s);
  chassis.fuel_share = std::max(0.0, chassis.fuel_share - chassis.torque_share * 3e-5 * dt_s);
}

}  // namespace

struct Bus::Message {
  std::uint32_t id;
  int period_ms;
  void (*fill)(const VehicleState&, const Chassis&, Payload&);
};

namespace {

// Source addresses: 0x00 engine, 0x17 instruments, 0x21 body.
constexpr Bus::Message chassis_messages[] = {
    {0x0CF00400, 20, eec1},  {0x0CF00300, 50, eec2},  {0x18FEF100, 100, ccvs1},
    {0x18FEF200, 100, lfe1}, {0x18FEE017, 1000, vd},  {0x18FEE500, 1000, hours},
    {0x18FEEE00, 1000, et1}, {0x18FEFC17, 1000, dd1}, {0x18FEF721, 1000, vep1},
    {0x18FEF500, 1000, amb},
};
constexpr Bus::Message sweeper_messages[] = {
    {0x18F40100, 100, sweeper_work},
    {0x18F40102, 100, sweeper_speeds},
    {0x18F40200, 200, sweeper_inputs},
};
constexpr Bus::Message sprinkler_messages[] = {
    {0x18F41100, 100, sprinkler_work},
    {0x18F41102, 200, sprinkler_flow},
    {0x18F41200, 1000, sprinkler_tank},
};

std::span<const Bus::Message> body_messages(VehicleType type) {
  switch (type) {
    case VehicleType::sweeper:
      return sweeper_messages;
    case VehicleType::sprinkler:
      return sprinkler_messages;
    case VehicleType::muck:
      break;
  }
  return {};
}

}  // namespace

Bus::Bus(VehicleType type, std::uint64_t seed, const std::string& vehicle_id) {
  Random random(seed, "bus of " + vehicle_id);
  chassis_.odometer_start_km = std::floor(random.uniform(8e3, 2.5e5));
  chassis_.hours_start = std::floor(chassis_.odometer_start_km / random.uniform(18, 30));
  chassis_.fuel_share = random.uniform(0.4, 0.95);
  chassis_.wheel_scale = random.uniform(0.985, 1.015);
  const auto add = [&](const Message& message) {
    const auto slots = static_cast<std::uint32_t>(message.period_ms / 20);
    schedule_.push_back({&message, 20 * static_cast<std::int64_t>(random.below(slots))});
  };
  for (const Message& message : chassis_messages) {
    add(message);
  }
  for (const Message& message : body_messages(type)) {
    add(message);
  }
}

std::vector<CanFrame> Bus::step(const VehicleState& state, double dt_s) {
  move_engine(state, dt_s, chassis_);
  const auto now_ms = static_cast<std::int64_t>(std::llround(state.t_s * 1000));
  std::vector<CanFrame> frames;
  for (Scheduled& scheduled : schedule_) {
    if (now_ms < scheduled.due_ms) {
      continue;
    }
    while (scheduled.due_ms <= now_ms) {
      scheduled.due_ms += scheduled.message->period_ms;
    }
    CanFrame frame{scheduled.message->id, {}};
    frame.data.fill(0xFF);
    scheduled.message->fill(state, chassis_, frame.data);
    frames.push_back(frame);
  }
  // The lowest id wins the bus.
  std::stable_sort(frames.begin(), frames.end(),
                   [](const CanFrame& a, const CanFrame& b) { return a.id < b.id; });
  return frames;
}

}  // namespace lujing::sim
