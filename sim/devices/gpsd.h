// A real gpsd of its own for one receiver.
#pragma once

#include "base/result.h"

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>

namespace lujing::sim {

/// Runs from start() to destruction, on a free port of 127.0.0.1.
class Gpsd {
 public:
  /// Returns when it takes connections. What it says goes to `log_file`.
  static Result<std::unique_ptr<Gpsd>> start(const std::string& device,
                                             const std::string& log_file);
  ~Gpsd();
  Gpsd(const Gpsd&) = delete;
  Gpsd& operator=(const Gpsd&) = delete;

  std::uint16_t port() const { return port_; }
  pid_t pid() const { return pid_; }

 private:
  Gpsd(pid_t pid, std::uint16_t port) : pid_(pid), port_(port) {}
  pid_t pid_;
  std::uint16_t port_;
};

}  // namespace lujing::sim
