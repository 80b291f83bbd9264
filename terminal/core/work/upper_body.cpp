#include "terminal/core/work/upper_body.h"

#include "protocol/record.h"

namespace lujing::core {
namespace {

constexpr double on_above = 0.5;  ///< of a signal that is 0 or 1; and of a brush in 1/min

bool is_on(const hal::CanSignal& signal) {
  return signal.state == hal::SignalState::ok && signal.value > on_above;
}

std::uint32_t bit(protocol::Work work) {
  return 1U << static_cast<unsigned>(work);
}

}  // namespace

void UpperBody::take(const hal::Switch& input) {
  const bool on = input.state == hal::SwitchState::on;
  if (input.id == config_.suction_down) suction_switch_ = on;
  if (input.id == config_.water_pump) pump_switch_ = on;
  judge();
}

void UpperBody::take(const hal::CanSignal& signal) {
  if (signal.id == config_.brush_rpm) brush_ = is_on(signal);
  if (signal.id == config_.suction_signal) suction_signal_ = is_on(signal);
  if (signal.id == config_.water_pump_signal) pump_signal_ = is_on(signal);
  judge();
}

void UpperBody::judge() {
  const bool tells_suction = config_.suction_down || config_.suction_signal;
  const bool suction = suction_switch_ || suction_signal_;
  bits_ = 0;
  if (brush_ && (suction || !tells_suction)) bits_ |= bit(protocol::Work::sweeping);
  if (pump_switch_ || pump_signal_) bits_ |= bit(protocol::Work::sprinkling);
}

}  // namespace lujing::core
