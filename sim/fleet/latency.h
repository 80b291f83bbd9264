// Durations collected, and what share of them was below what.
#pragma once

#include <cstdint>
#include <vector>

namespace lujing::sim {

/// Keeps the counts of durations in buckets 1/64 wide of their value (1.6 % error), from 1 us to an
/// hour: its size does not grow with what it is told.
class Latency {
 public:
  Latency();
  void add_us(std::int64_t us);
  std::uint64_t count() const { return count_; }
  /// The duration that the share (0..1) of all stayed at or below, us; 0 if there are none.
  std::int64_t percentile_us(double share) const;
  std::int64_t max_us() const { return max_us_; }

 private:
  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
  std::int64_t max_us_ = 0;
};

}  // namespace lujing::sim
