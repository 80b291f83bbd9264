#include "hal/io/source_base.h"

#include <utility>

namespace lujing::hal::io {

ThreadSource::ThreadSource(std::uint8_t index, std::shared_ptr<Totals> totals)
    : index_(index), totals_(std::move(totals)) {}

void ThreadSource::start(Sink sink) {
  sink_ = std::move(sink);
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void ThreadSource::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

std::string ThreadSource::health_line() const {
  const std::lock_guard lock(mutex_);
  return health_;
}

void ThreadSource::feed(Channel& channel, BootTime at, std::optional<std::uint16_t> raw) {
  if (auto what = channel.take(at, raw)) sink_(Observation{at, *what});
}

void ThreadSource::tell_link(bool up) {
  if (link_ == up) return;
  link_ = up;
  if (!up) ++totals_->faults;
  sink_(Observation{boot_now(), LinkState{Link::io, up, index_}});
}

void ThreadSource::tell_counters() {
  const BootTime now = boot_now();
  if (counters_at_ && now.ns - counters_at_->ns < 10 * ns_per_s) return;
  counters_at_ = now;
  sink_(Observation{now, Counter{counter_io_reads, totals_->reads}});
  sink_(Observation{now, Counter{counter_io_faults, totals_->faults}});
}

void ThreadSource::tell_health(const std::string& text) {
  const std::lock_guard lock(mutex_);
  if (health_ != text) health_ = text;
}

bool ThreadSource::sleep(const std::stop_token& stop, std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, stop, time, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace lujing::hal::io
