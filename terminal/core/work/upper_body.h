// What the upper body does.
//   sweeping     the brush turns, and the suction mouth is down (where the vehicle tells)
//   sprinkling   the water pump runs
// A signal that is stale, in error or not available says nothing: it does not work.
#pragma once

#include "hal/observation.h"
#include "terminal/core/config.h"

#include <cstdint>

namespace lujing::core {

class UpperBody {
 public:
  explicit UpperBody(const CoreConfig& config) : config_(config) {}

  void take(const hal::Switch& input);
  void take(const hal::CanSignal& signal);
  /// Bit n: protocol::Work(n).
  std::uint32_t work_bits() const { return bits_; }

 private:
  void judge();

  const CoreConfig& config_;
  bool brush_ = false;
  bool suction_switch_ = false;
  bool suction_signal_ = false;
  bool pump_switch_ = false;
  bool pump_signal_ = false;
  std::uint32_t bits_ = 0;
};

}  // namespace lujing::core
