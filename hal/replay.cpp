#include "hal/replay.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <variant>

namespace lujing::hal {
namespace {

std::optional<DeviceClass> class_of_link(Link link) {
  switch (link) {
    case Link::gnss:
      return DeviceClass::gnss;
    case Link::can:
      return DeviceClass::can;
    case Link::io:
      return DeviceClass::io;
    case Link::uplink:
      break;
  }
  return std::nullopt;
}

}  // namespace

std::optional<DeviceClass> device_class(const Observation& observation) {
  const What& what = observation.what;
  if (std::holds_alternative<GnssFix>(what) || std::holds_alternative<SkyView>(what)) {
    return DeviceClass::gnss;
  }
  if (std::holds_alternative<CanSignal>(what)) return DeviceClass::can;
  if (std::holds_alternative<Switch>(what) || std::holds_alternative<Analog>(what)) {
    return DeviceClass::io;
  }
  if (std::holds_alternative<Power>(what)) return DeviceClass::power;
  const auto* link = std::get_if<LinkState>(&what);
  return link != nullptr ? class_of_link(link->link) : std::nullopt;
}

const char* to_string(DeviceClass device) {
  switch (device) {
    case DeviceClass::gnss:
      return "gnss";
    case DeviceClass::can:
      return "can";
    case DeviceClass::io:
      return "io";
    case DeviceClass::power:
      break;
  }
  return "power";
}

struct ReplaySource::Impl {
  Pull pull;
  std::optional<DeviceClass> device;
  ReplayPace pace;
  Sink sink;
  std::mutex mutex;
  std::condition_variable wake;
  bool stopping = false;  // guarded by mutex
  std::atomic<bool> finished{false};
  std::atomic<std::uint64_t> told{0};
  std::thread thread;

  /// Waits until `due`; false if it was told to stop.
  bool wait_until(BootTime due) {
    std::unique_lock lock(mutex);
    while (!stopping) {
      const std::int64_t left = due.ns - boot_now().ns;
      if (pace.speed <= 0 || left <= 0) return true;
      wake.wait_for(lock, std::chrono::nanoseconds(std::min(left, 3600 * ns_per_s)));
    }
    return false;
  }

  void run() {
    std::optional<BootTime> first;
    BootTime began;
    while (auto observation = pull()) {
      if (device && device_class(*observation) != device) {
        if (!wait_until({})) return;
        continue;
      }
      if (!first) {
        first = observation->at;
        began = boot_now();
      }
      const auto since = static_cast<double>(observation->at.ns - first->ns);
      const double speed = pace.speed > 0 ? pace.speed : 1.0;
      const BootTime due{began.ns + static_cast<std::int64_t>(since / speed)};
      if (!wait_until(due)) return;
      if (pace.rebase) observation->at = due;
      sink(*observation);
      ++told;
    }
    finished = true;
  }
};

ReplaySource::ReplaySource(Pull pull, std::optional<DeviceClass> device, ReplayPace pace)
    : impl_(std::make_unique<Impl>()) {
  impl_->pull = std::move(pull);
  impl_->device = device;
  impl_->pace = pace;
}

ReplaySource::~ReplaySource() {
  stop();
}

void ReplaySource::start(Sink sink) {
  impl_->sink = std::move(sink);
  impl_->thread = std::thread([this] { impl_->run(); });
}

void ReplaySource::stop() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->wake.notify_all();
  if (impl_->thread.joinable()) impl_->thread.join();
}

std::string ReplaySource::health_line() const {
  return std::string(impl_->device ? to_string(*impl_->device) : "vehicle") +
         ": replay of a journal, " + std::to_string(impl_->told) + " observations told" +
         (impl_->finished ? ", at its end" : "");
}

bool ReplaySource::finished() const {
  return impl_->finished;
}

}  // namespace lujing::hal
