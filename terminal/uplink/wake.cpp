#include "terminal/uplink/wake.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>

namespace lujing::uplink {
namespace {

using Clock = std::chrono::steady_clock;

int poll_ms(std::chrono::milliseconds time) {
  constexpr std::int64_t longest = 86'400'000;  // a day
  return static_cast<int>(std::clamp<std::int64_t>(time.count(), 0, longest));
}

}  // namespace

Wake::Wake() : event_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (event_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

Wake::~Wake() {
  close(event_);
}

void Wake::more() {
  const std::uint64_t one = 1;
  const auto written = write(event_, &one, sizeof one);
  (void)written;  // it fails only when it is set already
}

void Wake::stop() {
  stopping_ = true;
  more();
}

void Wake::drain() {
  std::uint64_t count = 0;
  const auto got = read(event_, &count, sizeof count);
  (void)got;
}

void Wake::wait(int fd, bool read, bool write, std::chrono::milliseconds time) {
  if (stopping_) return;
  std::array<pollfd, 2> set{};
  set[0] = {event_, POLLIN, 0};
  set[1] = {fd, static_cast<short>((read ? POLLIN : 0) | (write ? POLLOUT : 0)), 0};
  if (poll(set.data(), fd < 0 ? 1 : 2, poll_ms(time)) > 0 && set[0].revents != 0) drain();
}

bool Wake::sleep(std::chrono::milliseconds time) {
  const auto end = Clock::now() + time;
  while (!stopping_) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
    if (left.count() <= 0) return true;
    wait(-1, false, false, left);
  }
  return false;
}

}  // namespace lujing::uplink
