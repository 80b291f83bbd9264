// What a vehicle's relays are to be: coils and registers of the Modbus module whose inputs are
// polled, lines of a GPIO chip, or signals on the CAN bus. The module's own thread writes them
// between two polls, again after it was away, and every ten seconds, so that a module that was
// restarted is put right.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lujing::hal {

enum class OutputKind : std::uint8_t {
  modbus_coil,
  modbus_holding,
  gpio,  ///< a line of a chip (hal/io/gpio_outputs.h)
  can    ///< a signal of a message of ours (hal/can/sender.h): the bus's thread sends it
};

struct OutputConfig {
  std::string name;  ///< "lock"
  OutputKind kind = OutputKind::modbus_coil;
  std::uint32_t number = 0;  ///< coil or register, from 0 as on the wire; or line
  bool invert = false;       ///< of a coil or a line: it is on where the output is to be off
  std::string chip = {};     ///< gpio only: as InputConfig::chip
  bool of_module() const {
    return kind == OutputKind::modbus_coil || kind == OutputKind::modbus_holding;
  }
};

/// Any thread may want, one thread writes.
class OutputBoard {
 public:
  explicit OutputBoard(std::vector<OutputConfig> outputs)
      : outputs_(std::move(outputs)), wanted_(new std::atomic<std::int32_t>[outputs_.size()]) {
    for (std::size_t i = 0; i < outputs_.size(); ++i) wanted_[i] = -1;
  }

  const std::vector<OutputConfig>& outputs() const { return outputs_; }
  /// The output of that name, where there is one: 0 is off, anything else is on, or a register's
  /// value. Nothing is written to an output that nobody has wanted anything of.
  void want(const std::string& name, std::uint16_t value) {
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
      if (outputs_[i].name == name) wanted_[i] = value;
    }
  }
  std::optional<std::uint16_t> wanted(std::size_t output) const {
    const std::int32_t value = wanted_[output];
    if (value < 0) return std::nullopt;
    return static_cast<std::uint16_t>(value);
  }

 private:
  std::vector<OutputConfig> outputs_;
  std::unique_ptr<std::atomic<std::int32_t>[]> wanted_;
};

}  // namespace lujing::hal
