// One end of a serial line whose other end a program opens as a device.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace lujing::sim {

/// A pseudo-terminal in raw mode, readable by everyone (gpsd gives its privileges away). Not
/// blocking. The far end is kept open, so that a reader may come and go.
class Pty {
 public:
  static Result<Pty> open();
  Pty(Pty&& other) noexcept;
  Pty& operator=(Pty&& other) noexcept;
  Pty(const Pty&) = delete;
  Pty& operator=(const Pty&) = delete;
  ~Pty();

  /// "/dev/pts/7".
  const std::string& device() const { return device_; }
  /// To poll.
  int fd() const { return near_; }
  /// What has come, possibly nothing.
  std::string read();
  /// All of it or nothing: a serial line whose reader sleeps loses what does not fit.
  bool write(std::string_view bytes);

 private:
  Pty() = default;
  int near_ = -1;
  int far_ = -1;
  std::string device_;
};

}  // namespace lujing::sim
