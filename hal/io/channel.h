// One configured input: raw readings in, what is worth telling out. Pure: no I/O, no clock.
#pragma once

#include "base/time.h"
#include "hal/io/debounce.h"
#include "hal/io/io.h"

#include <cstdint>
#include <optional>

namespace lujing::hal::io {

class Channel {
 public:
  static constexpr std::int64_t tell_again_ns = 10 * ns_per_s;

  explicit Channel(const InputConfig& config);

  /// One reading; nullopt: it failed for good. Gives a Switch or an Analog when there is something
  /// new, or when the input was last told ten seconds ago.
  std::optional<What> take(BootTime at, std::optional<std::uint16_t> raw);

  const InputConfig& config() const { return config_; }

 private:
  Analog analog(std::optional<std::uint16_t> raw) const;
  bool worth_telling(BootTime at, const What& now) const;

  InputConfig config_;
  Debouncer debouncer_;
  std::optional<What> told_;
  BootTime told_at_;
};

}  // namespace lujing::hal::io
