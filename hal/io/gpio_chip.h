// Input lines of one GPIO chip, as the kernel gives them. An interface, so that the logic above it
// can be tested on machines without a chip.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace lujing::hal::io {

/// Behind what went wrong with a chip's lines, for a fitter.
inline constexpr const char* gpio_remedy =
    ": is the chip there and the line free? gpiodetect, gpioinfo; retry in 1 s";

struct GpioEdge {
  std::size_t line = 0;  ///< place in the list that open() was given
  bool high = false;     ///< the level after the edge
};

class GpioChip {
 public:
  virtual ~GpioChip() = default;
  /// Takes the lines as inputs that report both edges; closes what was open before.
  virtual Result<void> open(const std::vector<std::uint32_t>& lines) = 0;
  virtual void close() = 0;
  /// The edges that came, oldest first; none when the time is over.
  virtual Result<std::vector<GpioEdge>> wait(int timeout_ms) = 0;
  /// The level of each line now: edges beyond the kernel's queue of 16 are lost.
  virtual Result<std::vector<bool>> levels() = 0;
};

/// Through libgpiod (version 1). `name` is a path, a name or a label.
std::unique_ptr<GpioChip> kernel_gpio_chip(const std::string& name);

}  // namespace lujing::hal::io
