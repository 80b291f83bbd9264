#include "hal/can/wake.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>

namespace lujing::hal::can {

Wake::Wake() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

Wake::~Wake() {
  close(fd_);
}

void Wake::ring() const {
  const std::uint64_t one = 1;
  // It cannot fail: the counter is far from its end.
  if (write(fd_, &one, sizeof one) < 0) return;
}

bool wait_readable(int fd, int wake_fd, int wait_ms) {
  std::array<pollfd, 2> both = {pollfd{fd, POLLIN, 0}, pollfd{wake_fd, POLLIN, 0}};
  if (poll(both.data(), both.size(), wait_ms) <= 0) return false;
  return both[0].revents != 0;
}

bool has_rung(int wake_fd) {
  pollfd one{wake_fd, POLLIN, 0};
  return poll(&one, 1, 0) > 0;
}

}  // namespace lujing::hal::can
