// The one queue between the devices' threads and the core's thread. Bounded: a terminal that cannot
// keep up drops the newest observation and counts it, rather than growing until it is killed.
#pragma once

#include "hal/observation.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <vector>

namespace lujing::app {

class ObservationQueue {
 public:
  explicit ObservationQueue(std::size_t capacity);

  /// Any thread. False, and counted, if there was no room.
  bool push(const hal::Observation& observation);
  /// Waits for room instead of dropping: for a replay, where nothing is lost by being slower. False
  /// once the queue is closed.
  bool push_waiting(const hal::Observation& observation);
  /// The core's thread: everything that is there, in order of arrival; waits at most `wait` for the
  /// first. `out` is cleared and its memory is swapped in, so that neither side allocates for long.
  void take_all(std::vector<hal::Observation>& out, std::chrono::milliseconds wait);
  /// Wakes everyone; push_waiting() gives up.
  void close();

  std::uint64_t dropped() const;
  std::size_t depth_max() const;

 private:
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable filled_;
  std::condition_variable emptied_;
  std::vector<hal::Observation> held_;
  std::uint64_t dropped_ = 0;
  std::size_t depth_max_ = 0;
  bool closed_ = false;
};

}  // namespace lujing::app
