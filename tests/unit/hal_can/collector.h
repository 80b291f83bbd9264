// Collects what a source says, and waits for it.
#pragma once

#include "hal/source.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <variant>
#include <vector>

namespace lujing::hal {

class Collector {
 public:
  Sink sink() {
    return [this](const Observation& o) {
      const std::lock_guard lock(mutex_);
      all_.push_back(o);
      came_.notify_all();
    };
  }
  std::vector<Observation> all() const {
    const std::lock_guard lock(mutex_);
    return all_;
  }
  /// False if it has not come true in half a minute.
  bool wait(const std::function<bool(const std::vector<Observation>&)>& condition) {
    std::unique_lock lock(mutex_);
    return came_.wait_for(lock, std::chrono::seconds(30), [&] { return condition(all_); });
  }
  bool wait_for(const What& what) {
    return wait([&](const auto& all) {
      for (const Observation& o : all) {
        if (o.what == what) return true;
      }
      return false;
    });
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable came_;
  std::vector<Observation> all_;
};

}  // namespace lujing::hal
