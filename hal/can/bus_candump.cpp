#include "hal/can/bus_candump.h"

#include "hal/can/candump.h"
#include "hal/can/wake.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace lujing::hal::can {

CandumpBus::CandumpBus(std::string file, double speed)
    : file_(std::move(file)), speed_(speed), began_(boot_now()), position_(began_) {}

Result<void> CandumpBus::open(int /*wake_fd*/) {
  stream_ = std::ifstream(file_);
  if (!stream_) return Error(file_ + ": cannot be read: " + std::strerror(errno));
  began_ = std::max(boot_now(), position_);
  position_ = began_;
  first_ns_.reset();
  last_ns_ = 0;
  waiting_.reset();
  return {};
}

std::optional<CanFrame> CandumpBus::next_frame() {
  while (std::getline(stream_, line_)) {
    auto read = parse_candump_line(line_);
    if (!read) ++unreadable_;
    if (!read || !read->has_frame) continue;
    CanFrame frame = read->frame;
    if (!first_ns_) first_ns_ = last_ns_ = frame.at.ns;
    last_ns_ = std::max(last_ns_, frame.at.ns);
    const auto since = static_cast<double>(last_ns_ - *first_ns_);
    frame.at.ns = began_.ns + static_cast<std::int64_t>(speed_ > 0 ? since / speed_ : since);
    return frame;
  }
  return std::nullopt;
}

Result<Bus::Read> CandumpBus::read(std::span<CanFrame> to, int wake_fd, int wait_ms) {
  Read result;
  if (!waiting_) waiting_ = next_frame();
  if (waiting_ && speed_ > 0) {
    const std::int64_t left_ms = (waiting_->at.ns - boot_now().ns + ns_per_ms - 1) / ns_per_ms;
    const auto wait = std::min<std::int64_t>(left_ms, wait_ms);
    if (wait > 0) wait_readable(-1, wake_fd, static_cast<int>(wait));
  }
  const BootTime due = speed_ > 0 ? boot_now() : BootTime{INT64_MAX};
  while (result.frames < to.size() && waiting_ && waiting_->at <= due) {
    position_ = waiting_->at;
    to[result.frames++] = *waiting_;
    waiting_ = next_frame();
  }
  result.ended = !waiting_;
  return result;
}

}  // namespace lujing::hal::can
