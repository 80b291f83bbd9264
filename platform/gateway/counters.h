// The gateway's counters: written by its two threads, read by any.
#pragma once

#include "platform/gateway/gateway.h"

#include <array>
#include <atomic>
#include <cstdint>

namespace lujing::gateway {

class Counter {
 public:
  void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  void set(std::uint64_t n) { value_.store(n, std::memory_order_relaxed); }
  void raise_to(std::uint64_t n) {
    if (n > get()) set(n);  // one thread writes
  }
  std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

struct Counters {
  Counter sessions, half_open, accepted, resumed, records, batches, duplicate_batches, live_frames,
      live_dropped, unknown_frames, commits, commit_errors, max_commit_us, bytes_in, bytes_out;
  std::array<Counter, ended_reasons> ended;

  Stats read() const {
    Stats s{sessions.get(),      half_open.get(),      accepted.get(),          resumed.get(),
            records.get(),       batches.get(),        duplicate_batches.get(), live_frames.get(),
            live_dropped.get(),  unknown_frames.get(), commits.get(),           commit_errors.get(),
            max_commit_us.get(), bytes_in.get(),       bytes_out.get(),         {}};
    for (std::size_t i = 0; i < ended.size(); ++i) s.ended[i] = ended[i].get();
    return s;
  }
};

}  // namespace lujing::gateway
