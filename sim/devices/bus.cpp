#include "sim/devices/bus.h"

#include <algorithm>
#include <cmath>

namespace lujing::sim {
namespace {

void come_near(double& value, double target, double most) {
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

void put(const BusSignal& signal, std::uint32_t raw, std::array<std::uint8_t, 8>& data) {
  for (unsigned bit = 0; bit < signal.bits; ++bit) {
    const unsigned at = signal.start_bit + bit;
    const auto mask = static_cast<std::uint8_t>(1U << (at % 8));
    std::uint8_t& byte = data[at / 8];
    byte = (raw >> bit & 1U) != 0 ? static_cast<std::uint8_t>(byte | mask)
                                  : static_cast<std::uint8_t>(byte & ~mask);
  }
}

std::int64_t ms_of(const VehicleState& state) {
  return static_cast<std::int64_t>(std::llround(state.t_s * 1000));
}

}  // namespace

Bus::Bus(VehicleType type, std::uint64_t seed, const std::string& vehicle_id)
    : noise_(seed, "bus noise of " + vehicle_id) {
  Random random(seed, "bus of " + vehicle_id);
  chassis_.odometer_start_km = std::floor(random.uniform(8e3, 2.5e5));
  chassis_.hours_start = std::floor(chassis_.odometer_start_km / random.uniform(18, 30));
  chassis_.fuel_share = random.uniform(0.4, 0.95);
  chassis_.wheel_scale = random.uniform(0.985, 1.015);
  chassis_.yaw_bias_rps = random.uniform(-0.006, 0.006);
  for (const BusMessage* message : bus_messages(type)) {
    const auto slots = static_cast<std::uint32_t>(message->period_ms / 20);
    schedule_.push_back({message,
                         20 * static_cast<std::int64_t>(random.below(slots)),
                         message->background == 0,
                         {}});
  }
}

bool Bus::listen(std::string_view message, std::string_view signal, std::size_t number) {
  for (Scheduled& scheduled : schedule_) {
    if (message != scheduled.message->name) {
      continue;
    }
    for (const BusSignal& known : scheduled.message->signals) {
      if (signal == known.name) {
        scheduled.wishes.push_back({&known, number});
        return true;
      }
    }
  }
  return false;
}

void Bus::live(const VehicleState& state, double dt_s) {
  come_near(chassis_.engine_rpm, chassis_.engine_on ? rpm_at(state.speed_mps) : 0, 900 * dt_s);
  const double laden = 1.0 + state.body.load_share;
  const double torque =
      0.08 + 0.25 * laden * std::max(0.0, state.accel_mps2 + 0.012 * state.speed_mps);
  come_near(chassis_.torque_share, std::min(torque, 1.0), 1.5 * dt_s);
  come_near(chassis_.coolant_c, 86, 0.05 * dt_s);
  constexpr double tank_l = 200;  // as the profiles in deploy/vehicles have it
  const double burnt = chassis_.torque_share * 3e-5 + state.body.fuel_drain_lps / tank_l;
  chassis_.fuel_share = std::max(0.0, chassis_.fuel_share - burnt * dt_s);
}

bool Bus::due(Scheduled& scheduled, std::int64_t now_ms) const {
  if (now_ms < scheduled.due_ms) {
    return false;
  }
  while (scheduled.due_ms <= now_ms) {
    scheduled.due_ms += scheduled.message->period_ms;
  }
  return !silent_ && !(body_silent_ && scheduled.of_body);
}

std::vector<CanFrame> Bus::step(const VehicleState& state, double dt_s) {
  live(state, dt_s);
  const std::int64_t now_ms = ms_of(state);
  std::vector<CanFrame> frames;
  for (Scheduled& scheduled : schedule_) {
    if (!due(scheduled, now_ms)) {
      continue;
    }
    if (scheduled.message->name[0] == 'V' && scheduled.message->period_ms == 100) {
      chassis_.yaw_noise_rps = 0.001 * noise_.gaussian();
    }
    CanFrame frame{scheduled.message->id, {}};
    frame.data.fill(scheduled.message->background);
    for (const BusSignal& signal : scheduled.message->signals) {
      put(signal, signal.raw(signal.value(state, chassis_)), frame.data);
    }
    frames.push_back(frame);
  }
  // The lowest id wins the bus.
  std::stable_sort(frames.begin(), frames.end(),
                   [](const CanFrame& a, const CanFrame& b) { return a.id < b.id; });
  return frames;
}

void Bus::hear(const VehicleState& state, double dt_s, const Hear& sink) {
  live(state, dt_s);
  const std::int64_t now_ms = ms_of(state);
  for (Scheduled& scheduled : schedule_) {
    if (!due(scheduled, now_ms)) {
      continue;
    }
    if (scheduled.message->name[0] == 'V' && scheduled.message->period_ms == 100) {
      chassis_.yaw_noise_rps = 0.001 * noise_.gaussian();
    }
    for (const Wish& wish : scheduled.wishes) {
      sink(wish.number, wish.signal->heard(wish.signal->value(state, chassis_)));
    }
  }
}

}  // namespace lujing::sim
