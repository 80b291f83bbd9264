// Collects what a Source says, and waits for it.
#pragma once

#include "hal/source.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace lujing::test_support {

/// Safe from any thread. Waits end after 20 s at the latest.
class Heard {
 public:
  hal::Sink sink() {
    return [this](const hal::Observation& observation) {
      const std::lock_guard lock(mutex_);
      all_.push_back(observation);
      changed_.notify_all();
    };
  }
  std::vector<hal::Observation> all() const {
    const std::lock_guard lock(mutex_);
    return all_;
  }
  /// The observations of one kind.
  template <class T>
  std::vector<T> of() const {
    const std::lock_guard lock(mutex_);
    return filter<T>();
  }
  template <class T>
  bool wait(const std::function<bool(const std::vector<T>&)>& enough) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return enough(filter<T>()); });
  }
  template <class T>
  bool wait_count(std::size_t count) {
    return wait<T>([count](const std::vector<T>& found) { return found.size() >= count; });
  }
  /// Until the newest observation of that kind is this one.
  template <class T>
  bool wait_last(const T& wanted) {
    return wait<T>(
        [&](const std::vector<T>& found) { return !found.empty() && found.back() == wanted; });
  }

 private:
  template <class T>
  std::vector<T> filter() const {
    std::vector<T> found;
    for (const hal::Observation& observation : all_) {
      if (const T* what = std::get_if<T>(&observation.what)) found.push_back(*what);
    }
    return found;
  }
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<hal::Observation> all_;
};

/// Looks every 10 ms, for 20 s.
inline bool eventually(const std::function<bool()>& condition) {
  for (int tries = 0; tries < 2000; ++tries) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace lujing::test_support
