#include "terminal/app/observation_queue.h"

#include <algorithm>

namespace lujing::app {

ObservationQueue::ObservationQueue(std::size_t capacity) : capacity_(capacity) {}

bool ObservationQueue::push(const hal::Observation& observation) {
  {
    const std::lock_guard lock(mutex_);
    if (held_.size() >= capacity_) {
      ++dropped_;
      return false;
    }
    held_.push_back(observation);
    depth_max_ = std::max(depth_max_, held_.size());
  }
  filled_.notify_one();
  return true;
}

bool ObservationQueue::push_waiting(const hal::Observation& observation) {
  {
    std::unique_lock lock(mutex_);
    emptied_.wait(lock, [this] { return closed_ || held_.size() < capacity_; });
    if (closed_) return false;
    held_.push_back(observation);
    depth_max_ = std::max(depth_max_, held_.size());
  }
  filled_.notify_one();
  return true;
}

void ObservationQueue::take_all(std::vector<hal::Observation>& out,
                                std::chrono::milliseconds wait) {
  out.clear();
  {
    std::unique_lock lock(mutex_);
    filled_.wait_for(lock, wait, [this] { return closed_ || !held_.empty(); });
    held_.swap(out);
  }
  emptied_.notify_all();
}

void ObservationQueue::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  filled_.notify_all();
  emptied_.notify_all();
}

std::uint64_t ObservationQueue::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

std::size_t ObservationQueue::depth_max() const {
  const std::lock_guard lock(mutex_);
  return depth_max_;
}

}  // namespace lujing::app
