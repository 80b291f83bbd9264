// The filter's own clock: the boot clock, and where a fix belongs on it.
//
// A fix arrives late by what the receiver computes, by the serial line, and by whatever else the
// machine did. Its UTC is not late: the least lateness so far is taken as the offset between the
// two clocks, and what a fix is later than that is its delay.
//
// A fix that is earlier than any before it by more than a third of a second: the boot clock went
// slower than time (a recording is replayed faster than it was driven). The filter's clock is set
// ahead by the difference, so that a vehicle has its time to drive.
#pragma once

#include "base/time.h"

#include <optional>

namespace lujing::core {

class OwnTime {
 public:
  /// `latency_s`: what even the promptest fix is late by.
  explicit OwnTime(double latency_s);

  /// The moment of the filter's clock at which the fix was true, at most two seconds ago.
  BootTime of_fix(BootTime arrival, std::optional<UtcTime> utc);
  /// A moment of the boot clock on the filter's.
  BootTime of(BootTime at) const { return {at.ns + ahead_ns_}; }

 private:
  std::int64_t latency_ns_;
  std::int64_t ahead_ns_ = 0;
  std::optional<std::int64_t> least_ns_;  ///< of arrival (on the filter's clock) - UTC
  BootTime last_;
};

}  // namespace lujing::core
