// Output lines of one GPIO chip: what OutputBoard wants of them, written when it changes, again
// after the chip was away, and every ten seconds.
//
// A line becomes an output only when something is wanted of all of the chip's outputs, and with
// that level at once: a relay does not click at the start. When the terminal ends, the kernel gives
// the lines back; what they do then is the board's (a relay that must hold is wired so).
#pragma once

#include "base/result.h"
#include "hal/io/io.h"
#include "hal/io/source_base.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace lujing::hal::io {

/// As GpioChip: an interface, so that the logic above can be tested without a chip.
class GpioLines {
 public:
  virtual ~GpioLines() = default;
  /// Takes the lines as outputs with these levels; closes what was open before.
  virtual Result<void> open(const std::vector<std::uint32_t>& lines,
                            const std::vector<bool>& high) = 0;
  virtual void close() = 0;
  virtual Result<void> set(std::size_t line, bool high) = 0;
};

/// Through libgpiod (version 1). `name` is a path, a name or a label.
std::unique_ptr<GpioLines> kernel_gpio_lines(const std::string& name);

/// Of `board` those outputs that are lines of the chip `name`.
std::unique_ptr<Source> make_gpio_outputs(const std::string& name, std::unique_ptr<GpioLines> lines,
                                          std::shared_ptr<const OutputBoard> board,
                                          std::uint8_t index, std::shared_ptr<Totals> totals);

}  // namespace lujing::hal::io
