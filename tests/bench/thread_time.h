// The time that this thread has really worked: what a busy machine does meanwhile is not in it.
#pragma once

#include <cstdint>
#include <ctime>

namespace lujing {

inline std::int64_t thread_ns() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * std::int64_t{1'000'000'000} + now.tv_nsec;
}

}  // namespace lujing
