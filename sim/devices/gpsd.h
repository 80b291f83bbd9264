// A real gpsd of its own for one receiver.
#pragma once

#include "base/result.h"
#include "sim/devices/process.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace lujing::sim {

/// Runs from start() to destruction, on a free port of 127.0.0.1.
class Gpsd {
 public:
  /// Returns when it takes connections. What it says goes to `log_file`.
  static Result<std::unique_ptr<Gpsd>> start(const std::string& device,
                                             const std::string& log_file);
  std::uint16_t port() const { return port_; }

 private:
  Gpsd(Process process, std::uint16_t port) : process_(std::move(process)), port_(port) {}
  Process process_;
  std::uint16_t port_;
};

}  // namespace lujing::sim
