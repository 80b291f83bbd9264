// A candump log as a bus, paced by its time stamps. Internal to hal/can.
#pragma once

#include "hal/can/bus.h"

#include <fstream>
#include <optional>
#include <string>

namespace lujing::hal::can {

/// The log's first frame is now; the others follow as far behind it as in the log, divided by the
/// speed. Speed 0: at once, with boot times as if they had been waited for. A stamp that goes back
/// counts as the one before it. All interfaces of the log are one bus.
class CandumpBus final : public Bus {
 public:
  CandumpBus(std::string file, double speed);

  Result<void> open(int wake_fd) override;
  Result<Read> read(std::span<CanFrame> to, int wake_fd, int wait_ms) override;
  BootTime now() const override { return speed_ > 0 ? boot_now() : position_; }
  bool time_is_free() const override { return speed_ <= 0; }
  std::uint64_t unreadable() const override { return unreadable_; }

 private:
  /// Reads on to the next frame; nullopt at the end. Its time is that of our clock.
  std::optional<CanFrame> next_frame();

  std::string file_;
  double speed_;
  std::ifstream stream_;
  std::string line_;
  std::optional<CanFrame> waiting_;  ///< read already, not due yet
  std::optional<std::int64_t> first_ns_;
  std::int64_t last_ns_ = 0;
  BootTime began_;
  BootTime position_;
  std::uint64_t unreadable_ = 0;
};

}  // namespace lujing::hal::can
