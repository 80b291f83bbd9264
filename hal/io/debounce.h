// A switch's level, believed once it has held.
#pragma once

#include "base/time.h"
#include "hal/observation.h"

#include <cstdint>
#include <optional>

namespace lujing::hal::io {

/// Time is that of the readings; they must not go back. A level is taken as unchanged between two
/// readings.
class Debouncer {
 public:
  /// After so many hold times in which no level held, the switch is `invalid`.
  static constexpr std::int64_t flapping_after_holds = 10;

  explicit Debouncer(std::int64_t hold_ms) : hold_ns_(hold_ms * ns_per_ms) {}

  /// One reading; nullopt: it failed for good. Gives the state after it.
  SwitchState take(BootTime at, std::optional<bool> level);
  SwitchState state() const { return state_; }

 private:
  std::int64_t hold_ns_;
  SwitchState state_ = SwitchState::invalid;
  std::optional<bool> level_;  ///< the last reading's
  BootTime since_;             ///< when level_ was first read
  BootTime held_;              ///< when some level had last held long enough
};

}  // namespace lujing::hal::io
