// One way in which frames arrive: an adapter, a kernel interface, a log file.
#pragma once

#include "base/result.h"
#include "hal/can/decoder.h"
#include "hal/can/frame.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace lujing::hal::can {

/// Used by one thread. Every call ends early when `wake_fd` becomes readable (-1: never).
class Bus {
 public:
  struct Read {
    std::size_t frames = 0;  ///< 0: nothing came in time
    bool ended = false;      ///< a log is at its end
  };

  virtual ~Bus() = default;
  /// Opens it, again if it was open before. An error says what is wrong and what helps.
  virtual Result<void> open(int wake_fd) = 0;
  /// Waits at most `wait_ms` for frames. An error: it went away, and must be opened again.
  virtual Result<Read> read(std::span<CanFrame> to, int wake_fd, int wait_ms) = 0;

  /// A frame of ours. One that the bus has no room for is given up: it comes again. An error: it
  /// went away. A log takes it and does nothing.
  virtual Result<void> write(const CanFrame& /*frame*/) { return {}; }

  /// The clock of its frames.
  virtual BootTime now() const { return boot_now(); }
  /// A log played as fast as it goes: nobody has to wait for now().
  virtual bool time_is_free() const { return false; }
  virtual std::uint64_t lost() const { return 0; }        ///< frames lost before read()
  virtual std::uint64_t unreadable() const { return 0; }  ///< what came and was no frame
};

struct BusOptions {
  std::int64_t bitrate = 250'000;
  double replay_speed = 1.0;
  std::vector<IdFilter> filters;  ///< empty: every frame
};

/// "slcan:DEVICE", "socketcan:NAME" or "candump:FILE". Nothing is opened yet.
Result<std::unique_ptr<Bus>> make_bus(const std::string& interface, const BusOptions& options);

}  // namespace lujing::hal::can
