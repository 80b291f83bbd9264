// An slcan adapter on a serial line or a pseudo-terminal. Internal to hal/can.
#pragma once

#include "hal/can/bus.h"
#include "hal/can/slcan.h"

#include <string>
#include <string_view>
#include <vector>

namespace lujing::hal::can {

class SlcanBus final : public Bus {
 public:
  /// `bitrate_code`: slcan_bitrate_code(). `baud`: of the serial line; USB adapters do not care.
  SlcanBus(std::string device, unsigned baud, char bitrate_code);
  ~SlcanBus() override;

  Result<void> open(int wake_fd) override;
  Result<Read> read(std::span<CanFrame> to, int wake_fd, int wait_ms) override;
  Result<void> write(const CanFrame& frame) override;
  std::uint64_t lost() const override { return lost_; }
  std::uint64_t unreadable() const override { return parser_.unreadable(); }

 private:
  void close();
  Result<void> set_up_line() const;
  bool send(std::string_view command) const;
  /// Feeds the parser with what came within `wait_ms`; an error: it was unplugged.
  Result<bool> receive(int wake_fd, int wait_ms);
  enum class Answer { done, refused, none };
  /// Sends a command and waits a moment for its answer. Some adapters never give one.
  Result<Answer> ask(std::string_view command, int wake_fd);
  Result<void> open_channel(int wake_fd);
  Result<void> ask_for_flags(int wake_fd);
  Error gone(const std::string& why) const;

  std::string device_;
  unsigned baud_;
  char bitrate_code_;
  int fd_ = -1;
  SlcanParser parser_;
  std::vector<CanFrame> received_;
  std::size_t handed_out_ = 0;
  std::uint64_t lost_ = 0;
  bool has_flags_ = true;        ///< until it refuses to tell them
  bool heard_since_ask_ = true;  ///< a frame since the flags were asked for
  std::uint64_t refused_before_ask_ = 0;
  BootTime next_ask_;
};

}  // namespace lujing::hal::can
