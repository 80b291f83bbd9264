#include "hal/can/bus_source.h"

#include <algorithm>
#include <utility>

namespace lujing::hal::can {
namespace {

constexpr std::size_t frames_at_once = 64;
constexpr std::int64_t first_pause_ns = 200 * ns_per_ms;
constexpr std::int64_t longest_pause_ns = 2 * ns_per_s;
constexpr std::int64_t longest_wait_ms = 1000;

}  // namespace

BusSource::BusSource(std::string name, std::uint8_t index, std::unique_ptr<Bus> bus,
                     Decoder decoder, SignalTracker tracker, Sender sender)
    : name_(std::move(name)),
      index_(index),
      bus_(std::move(bus)),
      decoder_(std::move(decoder)),
      tracker_(std::move(tracker)),
      sender_(std::move(sender)),
      frames_(frames_at_once) {}

BusSource::~BusSource() {
  BusSource::stop();
}

void BusSource::start(Sink sink) {
  sink_ = std::move(sink);
  set_state("opening");
  thread_ = std::thread([this] { run(); });
}

void BusSource::stop() {
  wake_.ring();
  if (thread_.joinable()) thread_.join();
}

void BusSource::set_state(const std::string& state) {
  const std::lock_guard lock(mutex_);
  state_ = state;
}

std::string BusSource::health_line() const {
  const CanCounters c = counters();
  std::string line = name_ + ": ";
  {
    const std::lock_guard lock(mutex_);
    line += state_;
  }
  line += "; " + std::to_string(c.frames) + " frames";
  if (c.kernel_drops > 0) line += ", " + std::to_string(c.kernel_drops) + " lost";
  if (c.error_frames > 0) line += ", " + std::to_string(c.error_frames) + " error frames";
  if (c.unreadable > 0) line += ", " + std::to_string(c.unreadable) + " unreadable";
  return line;
}

CanCounters BusSource::counters() const {
  CanCounters c;
  c.frames = count_frames_;
  c.kernel_drops = count_lost_;
  c.error_frames = count_errors_;
  c.bus_off = count_bus_off_;
  c.short_frames = count_short_;
  c.unreadable = count_unreadable_;
  return c;
}

void BusSource::set_link(bool up, BootTime at) {
  if (link_up_ == up) return;
  link_up_ = up;
  sink_({at, LinkState{Link::can, up, index_}});
}

void BusSource::take(const CanFrame& frame) {
  if (frame.error) {
    ++count_errors_;
    if ((frame.id & error_bus_off) != 0) {
      ++count_bus_off_;
      bus_is_off_ = true;
      set_state(
          "bus-off: too many errors, the controller has left the bus. Check bitrate, wiring "
          "and termination; a kernel interface comes back by itself only with "
          "'ip link set NAME type can restart-ms 100'");
      set_link(false, frame.at);
    }
    if ((frame.id & error_restarted) == 0) return;
  } else {
    ++count_frames_;
  }
  if (bus_is_off_) {
    bus_is_off_ = false;
    set_state("open");
  }
  set_link(true, frame.at);
  for (const Decoded& decoded : decoder_.decode(frame)) tracker_.take(decoded, frame.at, sink_);
}

int BusSource::wait_ms() const {
  const BootTime due = std::min(tracker_.next_deadline(), sender_.next());
  const std::int64_t left_ns = due.ns - bus_->now().ns;
  const std::int64_t left_ms = (left_ns + ns_per_ms - 1) / ns_per_ms;
  return static_cast<int>(std::clamp<std::int64_t>(left_ms, 0, longest_wait_ms));
}

Result<void> BusSource::send_due() {
  to_send_.clear();
  sender_.due(bus_->now(), to_send_);
  for (const CanFrame& frame : to_send_) {
    if (auto sent = bus_->write(frame); !sent) return sent;
  }
  return {};
}

void BusSource::listen() {
  while (!stopping()) {
    if (auto sent = send_due(); !sent) {
      set_state(sent.error().what());
      return;
    }
    auto read = bus_->read(frames_, wake_.fd(), wait_ms());
    count_lost_ = bus_->lost();
    count_unreadable_ = bus_->unreadable();
    if (!read) {
      set_state(read.error().what());
      return;
    }
    for (std::size_t i = 0; i < read->frames; ++i) {
      // Deadlines that lie before the frame come first: a log may jump over minutes.
      while (tracker_.next_deadline() < frames_[i].at) {
        tracker_.tick(tracker_.next_deadline(), sink_);
      }
      take(frames_[i]);
    }
    count_short_ = decoder_.short_frames();
    tracker_.tick(bus_->now(), sink_);
    if (read->ended) {
      ended_ = true;
      return;
    }
  }
}

void BusSource::rest(std::int64_t pause_ns) {
  const BootTime until{boot_now().ns + pause_ns};
  while (!stopping() && boot_now() < until) {
    const BootTime due = std::min(until, tracker_.next_deadline());
    const std::int64_t left_ms = (due.ns - boot_now().ns) / ns_per_ms + 1;
    wait_readable(-1, wake_.fd(), static_cast<int>(std::clamp<std::int64_t>(left_ms, 0, 1000)));
    tracker_.tick(boot_now(), sink_);
  }
}

void BusSource::play_out() {
  set_state("the log is at its end");
  while (tracker_.next_deadline().ns != INT64_MAX && !stopping()) {
    if (bus_->time_is_free()) {
      tracker_.tick(tracker_.next_deadline(), sink_);
    } else {
      rest(std::max<std::int64_t>(tracker_.next_deadline().ns - boot_now().ns, 0) + 1);
    }
  }
}

void BusSource::run() {
  tracker_.start(bus_->now());
  std::int64_t pause_ns = first_pause_ns;
  while (!stopping() && !ended_) {
    if (auto opened = bus_->open(wake_.fd()); opened) {
      bus_is_off_ = false;
      set_state("open");
      set_link(true, bus_->now());
      const std::uint64_t before = count_frames_;
      listen();
      if (count_frames_ != before) pause_ns = first_pause_ns;
    } else {
      set_state(opened.error().what());
    }
    if (stopping()) return;
    set_link(false, bus_->now());
    if (ended_) return play_out();
    rest(pause_ns);
    pause_ns = std::min(pause_ns * 2, longest_pause_ns);
  }
}

}  // namespace lujing::hal::can
