// A Modbus RTU module that the test plays: libmodbus' own server behind a pair of pseudo-terminals.
// And one that speaks TCP: the same server behind a port of the loopback.
//
// Two pairs with a relay between their masters, because libmodbus wants a terminal at both ends,
// and so that the wire itself can be cut or made noisy.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace lujing::test_support {

class ModbusModule {
 public:
  /// Registers and bits 0 to `size` - 1 of each kind exist, all 0. Throws std::runtime_error.
  explicit ModbusModule(std::uint8_t unit = 1, int size = 8);
  ~ModbusModule();
  ModbusModule(const ModbusModule&) = delete;
  ModbusModule& operator=(const ModbusModule&) = delete;

  /// The serial device to open: 9600 8N1.
  const std::string& device() const;

  void set_discrete(int number, bool on);
  void set_coil(int number, bool on);
  void set_input(int number, std::uint16_t value);
  void set_holding(int number, std::uint16_t value);
  /// What somebody has written there.
  bool coil(int number) const;
  std::uint16_t holding(int number) const;

  /// A silent module hears and does not answer.
  void set_silent(bool silent);
  /// Requests that it has heard so far.
  int requests() const;
  /// Puts bytes on the wire, towards the one who asks.
  void noise(std::string_view bytes);
  /// The wire is pulled out: the device is gone for whoever has it open.
  void unplug();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Answers one client at a time; a new one is taken when the one before has gone.
class ModbusTcpModule {
 public:
  explicit ModbusTcpModule(int port = 0, int size = 8);  ///< 0: any free one
  ~ModbusTcpModule();
  ModbusTcpModule(const ModbusTcpModule&) = delete;
  ModbusTcpModule& operator=(const ModbusTcpModule&) = delete;

  int port() const;
  std::string device() const { return "tcp:127.0.0.1:" + std::to_string(port()); }
  void set_discrete(int number, bool on);
  void set_input(int number, std::uint16_t value);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lujing::test_support
