// A switch's level, believed once it has held.
#pragma once

#include "base/time.h"
#include "hal/observation.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace lujing::hal::io {

/// Time is that of the readings; they must not go back. A level is taken as unchanged between two
/// readings.
class Debouncer {
 public:
  /// After so many hold times in which no level held, the switch is `invalid`.
  static constexpr std::int64_t flapping_after_holds = 10;
  /// A loose contact holds a level now and then by chance: after so many changes within
  /// flapping_after_holds hold times it is `invalid`, until a level has held for as long as that.
  static constexpr std::size_t flapping_changes = 6;

  explicit Debouncer(std::int64_t hold_ms) : hold_ns_(hold_ms * ns_per_ms) {}

  /// One reading; nullopt: it failed for good. Gives the state after it.
  SwitchState take(BootTime at, std::optional<bool> level);
  SwitchState state() const { return state_; }

 private:
  std::int64_t hold_ns_;
  SwitchState state_ = SwitchState::invalid;
  std::optional<bool> level_;                         ///< the last reading's
  BootTime since_;                                    ///< when level_ was first read
  std::array<BootTime, flapping_changes> changes_{};  ///< the last, one after the other
  std::size_t change_count_ = 0;
  bool flapping_ = false;
  BootTime held_;  ///< when some level had last held long enough
};

}  // namespace lujing::hal::io
