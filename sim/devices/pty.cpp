#include "sim/devices/pty.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace lujing::sim {
namespace {

// A tty keeps 4096 bytes; more than that unread means that nobody reads.
constexpr int kept_unread_at_most = 3000;

}  // namespace

Result<Pty> Pty::open() {
  const auto failed = [](const char* what) {
    return Error(std::string("making a pseudo-terminal: ") + what + ": " + std::strerror(errno));
  };
  Pty pty;
  pty.near_ = ::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (pty.near_ < 0 || ::grantpt(pty.near_) != 0 || ::unlockpt(pty.near_) != 0) {
    return failed("is /dev/pts mounted?");
  }
  std::array<char, 64> name{};
  if (::ptsname_r(pty.near_, name.data(), name.size()) != 0) {
    return failed("its name");
  }
  pty.device_ = name.data();
  pty.far_ = ::open(name.data(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (pty.far_ < 0) {
    return failed(name.data());
  }
  termios settings{};
  if (::tcgetattr(pty.far_, &settings) != 0) {
    return failed("its settings");
  }
  ::cfmakeraw(&settings);
  ::cfsetspeed(&settings, B115200);
  if (::tcsetattr(pty.far_, TCSANOW, &settings) != 0 || ::chmod(name.data(), 0666) != 0) {
    return failed("its settings");
  }
  return pty;
}

Pty::Pty(Pty&& other) noexcept
    : near_(std::exchange(other.near_, -1)),
      far_(std::exchange(other.far_, -1)),
      device_(std::move(other.device_)) {}

Pty& Pty::operator=(Pty&& other) noexcept {
  std::swap(near_, other.near_);
  std::swap(far_, other.far_);
  std::swap(device_, other.device_);
  return *this;
}

Pty::~Pty() {
  if (far_ >= 0) {
    ::close(far_);
  }
  if (near_ >= 0) {
    ::close(near_);
  }
}

std::string Pty::read() {
  std::string bytes;
  std::array<char, 512> chunk{};
  for (;;) {
    const ssize_t count = ::read(near_, chunk.data(), chunk.size());
    if (count <= 0) {
      return bytes;
    }
    bytes.append(chunk.data(), static_cast<std::size_t>(count));
  }
}

bool Pty::write(std::string_view bytes) {
  int unread = 0;
  if (::ioctl(far_, FIONREAD, &unread) == 0 &&
      unread + static_cast<int>(bytes.size()) > kept_unread_at_most) {
    return false;
  }
  return ::write(near_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
}

}  // namespace lujing::sim
