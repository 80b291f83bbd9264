// SocketCAN, the kernel's own CAN interfaces. Internal to hal/can.
//
// The calls that need a kernel with CAN stand behind CanSockets; reading and understanding what
// comes does not, and is tested over any datagram socket.
#pragma once

#include "hal/can/bus.h"

#include <sys/socket.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace lujing::hal::can {

class CanSockets {
 public:
  virtual ~CanSockets() = default;
  /// A datagram socket that gives struct can_frame and canfd_frame, with time stamps and drop
  /// counts as control messages. The caller closes it.
  virtual Result<int> open(const std::string& interface, const std::vector<IdFilter>& filters) = 0;
};

/// PF_CAN sockets of this machine.
std::unique_ptr<CanSockets> kernel_can_sockets();

/// The two clocks at one moment, to move the kernel's time stamps to the boot clock.
struct ClockPair {
  BootTime boot;
  std::int64_t real_ns = 0;
};
ClockPair clocks_now();

/// What one message says beside its frame.
struct ControlData {
  BootTime at;  ///< the kernel's time stamp on the boot clock, else now
  bool has_drop_count = false;
  std::uint32_t drop_count = 0;  ///< since the socket was opened (SO_RXQ_OVFL)
};
ControlData read_control(const msghdr& message, ClockPair now);
/// The frame of one received datagram; false if it is none.
bool read_can_datagram(const void* bytes, std::size_t count, CanFrame& frame);

class SocketCanBus final : public Bus {
 public:
  SocketCanBus(std::string interface, std::vector<IdFilter> filters,
               std::unique_ptr<CanSockets> sockets);
  ~SocketCanBus() override;

  Result<void> open(int wake_fd) override;
  Result<Read> read(std::span<CanFrame> to, int wake_fd, int wait_ms) override;
  Result<void> write(const CanFrame& frame) override;
  std::uint64_t lost() const override { return lost_; }
  std::uint64_t unreadable() const override { return unreadable_; }

 private:
  struct Batch;
  void close();

  std::string interface_;
  std::vector<IdFilter> filters_;
  std::unique_ptr<CanSockets> sockets_;
  std::unique_ptr<Batch> batch_;
  int fd_ = -1;
  std::uint32_t last_drop_count_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t unreadable_ = 0;
};

}  // namespace lujing::hal::can
