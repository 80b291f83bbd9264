// One Modbus module. The only door to libmodbus.
#pragma once

#include "base/result.h"
#include "hal/io/io.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace lujing::hal::io {

class ModbusPort {
 public:
  enum class Outcome {
    ok,
    no_such_input,  ///< the module answered, and refused: problem() says how
    no_answer,      ///< silence or garbage: worth another try
    gone,           ///< the device or the connection is not there any more: open() again
  };

  explicit ModbusPort(ModbusConfig config);
  ModbusPort(const ModbusPort&) = delete;
  ModbusPort& operator=(const ModbusPort&) = delete;
  ~ModbusPort();

  /// Opens the serial device, or connects; closes what was open before.
  Result<void> open();
  void close();
  /// Reads `count` (1 to 125) neighbours from `first` on into `values`: registers as they are, bits
  /// as 0 and 1. Waits a fifth of a second for an answer to begin.
  Outcome read(InputKind kind, std::uint32_t first, std::size_t count,
               std::vector<std::uint16_t>& values);
  /// Writes one coil (0 or 1) or one holding register.
  Outcome write(OutputKind kind, std::uint32_t number, std::uint16_t value);
  /// The last failure in libmodbus' words.
  const std::string& problem() const;
  /// "Modbus unit 1 on /dev/ttyS1 at 9600 8N1".
  const std::string& name() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Host and port of "tcp:HOST:PORT"; an error for a "tcp:" that is not of that form.
Result<std::pair<std::string, std::string>> tcp_target(const std::string& device);

}  // namespace lujing::hal::io
