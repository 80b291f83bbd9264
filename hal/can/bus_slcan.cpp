#include "hal/can/bus_slcan.h"

#include "hal/can/wake.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace lujing::hal::can {
namespace {

constexpr int quiet_ms = 50;
constexpr int answer_ms = 200;
constexpr std::int64_t flags_every_ns = ns_per_s;

speed_t speed_of(unsigned baud) {
  switch (baud) {
    case 9600:
      return B9600;
    case 38400:
      return B38400;
    case 57600:
      return B57600;
    case 230400:
      return B230400;
    case 460800:
      return B460800;
    case 921600:
      return B921600;
    case 1000000:
      return B1000000;
    case 2000000:
      return B2000000;
    default:
      return B115200;
  }
}

}  // namespace

SlcanBus::SlcanBus(std::string device, unsigned baud, char bitrate_code)
    : device_(std::move(device)), baud_(baud), bitrate_code_(bitrate_code) {}

SlcanBus::~SlcanBus() {
  if (fd_ >= 0) send("C\r");
  close();
}

void SlcanBus::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Error SlcanBus::gone(const std::string& why) const {
  return Error(device_ + ": " + why + ". Is the CAN adapter plugged in?");
}

Result<void> SlcanBus::set_up_line() const {
  termios line{};
  if (tcgetattr(fd_, &line) != 0) return gone("this is no serial line");
  cfmakeraw(&line);
  line.c_cflag |= CLOCAL | CREAD;
  cfsetspeed(&line, speed_of(baud_));
  if (tcsetattr(fd_, TCSANOW, &line) != 0) {
    return gone(std::string("the serial line cannot be set up: ") + std::strerror(errno));
  }
  return {};
}

bool SlcanBus::send(std::string_view command) const {
  return ::write(fd_, command.data(), command.size()) == static_cast<ssize_t>(command.size());
}

Result<bool> SlcanBus::receive(int wake_fd, int wait_ms) {
  if (!wait_readable(fd_, wake_fd, wait_ms)) return false;
  std::array<char, 4096> bytes{};
  const ssize_t count = ::read(fd_, bytes.data(), bytes.size());
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  if (count <= 0) {
    const std::string why = count == 0 ? "it hung up" : std::strerror(errno);
    close();
    return gone(why);
  }
  const std::size_t before = received_.size();
  parser_.feed({bytes.data(), static_cast<std::size_t>(count)}, boot_now(), received_);
  heard_since_ask_ = heard_since_ask_ || received_.size() > before;
  return true;
}

Result<SlcanBus::Answer> SlcanBus::ask(std::string_view command, int wake_fd) {
  const std::uint64_t done = parser_.done_answers();
  const std::uint64_t refused = parser_.refused_answers();
  if (!send(command)) return gone("it takes no commands");
  const BootTime until{boot_now().ns + answer_ms * ns_per_ms};
  while (boot_now() < until && !has_rung(wake_fd)) {
    const auto left = static_cast<int>((until.ns - boot_now().ns) / ns_per_ms);
    if (auto came = receive(wake_fd, std::max(left, 1)); !came) return came.error();
    if (parser_.refused_answers() != refused) return Answer::refused;
    if (parser_.done_answers() != done) return Answer::done;
  }
  return Answer::none;
}

Result<void> SlcanBus::open_channel(int wake_fd) {
  // Whatever was half said ends here; a channel that another program left open is closed.
  if (!send("\r\rC\r")) return gone("it takes no commands");
  while (true) {
    auto came = receive(wake_fd, quiet_ms);
    if (!came) return came.error();
    if (!*came || received_.size() > 1000 || has_rung(wake_fd)) break;
  }
  received_.clear();
  handed_out_ = 0;
  parser_.reset();
  const auto bitrate = ask(std::string("S") + bitrate_code_ + "\r", wake_fd);
  if (!bitrate) return bitrate.error();
  if (*bitrate == Answer::refused) {
    return Error(device_ + ": the adapter refuses the bitrate (S" + bitrate_code_ + ")");
  }
  const auto opened = ask("O\r", wake_fd);
  if (!opened) return opened.error();
  if (*opened == Answer::refused) return Error(device_ + ": the adapter refuses to open the bus");
  return {};
}

Result<void> SlcanBus::open(int wake_fd) {
  close();
  fd_ = ::open(device_.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (fd_ < 0) return gone(std::strerror(errno));
  auto ready = set_up_line();
  if (ready) ready = open_channel(wake_fd);
  if (!ready) close();
  has_flags_ = true;
  heard_since_ask_ = true;
  refused_before_ask_ = parser_.refused_answers();
  next_ask_ = {boot_now().ns + flags_every_ns};
  return ready;
}

/// Once a second. A bus error while nothing is heard any more is what the protocol has for bus-off:
/// the channel is opened afresh, which makes the controller take part again.
Result<void> SlcanBus::ask_for_flags(int wake_fd) {
  if (parser_.refused_answers() != refused_before_ask_) has_flags_ = false;
  if (const auto flags = parser_.take_flags()) {
    if ((*flags & (slcan_rx_full | slcan_overrun)) != 0) ++lost_;
    if ((*flags & slcan_bus_error) != 0 && !heard_since_ask_) {
      CanFrame report;
      report.error = true;
      report.id = error_bus_off;
      report.at = boot_now();
      if (auto again = open_channel(wake_fd); !again) return again;
      received_.push_back(report);
    }
  }
  if (boot_now() < next_ask_ || !has_flags_) return {};
  heard_since_ask_ = false;
  refused_before_ask_ = parser_.refused_answers();
  next_ask_ = {boot_now().ns + flags_every_ns};
  if (!send("F\r")) return gone("it takes no commands");
  return {};
}

Result<void> SlcanBus::write(const CanFrame& frame) {
  if (fd_ < 0) return gone("it is not open");
  const std::string line = to_slcan(frame);
  const ssize_t count = ::write(fd_, line.data(), line.size());
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return {};
  if (count != static_cast<ssize_t>(line.size())) return gone("it takes no frames");
  return {};
}

Result<Bus::Read> SlcanBus::read(std::span<CanFrame> to, int wake_fd, int wait_ms) {
  if (fd_ < 0) return gone("it is not open");
  if (handed_out_ == received_.size()) {
    received_.clear();
    handed_out_ = 0;
    if (has_flags_) {
      if (auto asked = ask_for_flags(wake_fd); !asked) return asked.error();
    }
    if (received_.empty()) {
      if (auto came = receive(wake_fd, wait_ms); !came) return came.error();
    }
  }
  Read result;
  while (result.frames < to.size() && handed_out_ < received_.size()) {
    to[result.frames++] = received_[handed_out_++];
  }
  return result;
}

}  // namespace lujing::hal::can
