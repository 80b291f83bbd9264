#include "sim/fleet/latency.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace lujing::sim {
namespace {

constexpr int sub_bits = 6;  // 64 buckets an octave
constexpr std::int64_t longest_us = std::int64_t{3600} * 1'000'000;

std::size_t bucket_of(std::int64_t us) {
  const auto value = static_cast<std::uint64_t>(us);
  if (value < (1U << sub_bits)) return static_cast<std::size_t>(value);
  const int shift = static_cast<int>(std::bit_width(value)) - 1 - sub_bits;
  return (static_cast<std::size_t>(shift + 1) << sub_bits) +
         static_cast<std::size_t>((value >> shift) & ((1U << sub_bits) - 1));
}

/// The largest duration that falls into a bucket.
std::int64_t upper_of(std::size_t bucket) {
  const std::size_t octave = bucket >> sub_bits;
  const std::uint64_t within = bucket & ((1U << sub_bits) - 1);
  if (octave == 0) return static_cast<std::int64_t>(within);
  const auto shift = static_cast<int>(octave - 1);
  return static_cast<std::int64_t>(((((1ULL << sub_bits) | within) + 1) << shift) - 1);
}

}  // namespace

Latency::Latency() : buckets_(bucket_of(longest_us) + 1) {}

void Latency::add_us(std::int64_t us) {
  us = std::clamp<std::int64_t>(us, 0, longest_us);
  ++buckets_[bucket_of(us)];
  ++count_;
  max_us_ = std::max(max_us_, us);
}

std::int64_t Latency::percentile_us(double share) const {
  if (count_ == 0) return 0;
  const double wanted = std::clamp(share, 0.0, 1.0) * static_cast<double>(count_);
  const auto rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(wanted)));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
    seen += buckets_[bucket];
    if (seen >= rank) return std::min(upper_of(bucket), max_us_);
  }
  return max_us_;
}

}  // namespace lujing::sim
