// Digital and analog inputs: a Modbus module (RTU or TCP), GPIO lines of the kernel, and a reader
// of identity cards. Outputs at the module and at GPIO lines.
//
// What a source says of an input:
// - `invalid` at first, and while the level changes so fast that it never holds for debounce_ms;
// - `on` or `off` once a level has held for debounce_ms; a shorter pulse is not seen at all;
// - an analog value (`on`) when it has moved by more than the deadband since it was told;
// - `fault` when the module did not answer three times in a row, answered that there is no such
//   input, or the line cannot be read; when a value lies outside [min, max]. After a fault a level
//   has to hold anew.
// Each input is told when it changes, and again every ten seconds, so that a listener that came
// later, or a journal whose beginning is gone, knows it soon.
#pragma once

#include "base/result.h"
#include "hal/io/outputs.h"
#include "hal/source.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lujing::hal {

/// Which counters the sources tell, by their numbers in the health table: readings that were
/// answered, and times that a module or a chip went away. Totals of all sources of one open_io().
inline constexpr CounterId counter_io_reads = 60;
inline constexpr CounterId counter_io_faults = 61;

struct ModbusConfig {
  std::string device;  ///< a serial device, 8 data bits and 1 stop bit; or "tcp:HOST:PORT"
  std::uint32_t baud = 9600;
  char parity = 'N';  ///< N, E or O
  std::uint8_t unit = 1;
  std::uint32_t poll_ms = 100;
};

enum class InputKind : std::uint8_t {
  modbus_discrete,
  modbus_coil,
  modbus_input,
  modbus_holding,
  gpio,
  card,  ///< a reader of identity cards: card_source.h
};

struct InputConfig {
  InputId id = 0;
  std::string name;  ///< for people
  InputKind kind = InputKind::modbus_discrete;
  std::string chip;          ///< gpio: "gpiochip0", "/dev/gpiochip0" or the chip's label; card: the
                             ///< serial device
  std::uint32_t number = 0;  ///< register (from 0, as on the wire) or line
  bool analog = false;

  // A switch; a register that is not 0 is "on".
  std::uint32_t debounce_ms = 300;
  bool invert = false;

  // An analog input: value = raw * scale + offset, raw 0 to 65535.
  double scale = 1;
  double offset = 0;
  double min = 0;
  double max = 1;
  double deadband = 0;
};

struct IoConfig {
  std::optional<ModbusConfig> modbus;
  std::vector<InputConfig> inputs;
  std::shared_ptr<OutputBoard> outputs;  ///< of module and chips; nullptr: there are none
};

/// One source for the Modbus module, one for each GPIO chip, one for its outputs, one for each card
/// reader; none for a vehicle without inputs.
/// LinkState(io) carries their place in the list. An error is a configuration that cannot be meant:
/// a Modbus input without a module, an analog GPIO line, "tcp:" without host and port.
Result<std::vector<std::unique_ptr<Source>>> open_io(const IoConfig& config);

/// "modbus:discrete:3", "gpio:gpiochip0:17", "card:/dev/ttyUSB0": as it stands in the vehicle's
/// file.
std::string source_text(const InputConfig& input);

}  // namespace lujing::hal
