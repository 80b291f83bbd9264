// CV-06: the gap between two machines that work in convoy, a washer and the sweeper behind it. It
// takes two vehicles, so it is judged on the platform, from their records.
#pragma once

#include "base/geo.h"

#include <cstdint>
#include <span>
#include <vector>

namespace lujing::report {

struct ConvoyPoint {
  std::int64_t utc_ms = 0;
  GeoPoint place;
  bool works = false;
};

/// Tianjin 北辰: less than 10 m when it is hot or dry, 20 to 30 m in rain.
struct ConvoyLimits {
  double min_m = 0;
  double max_m = 10;
  double sustain_s = 30;          ///< our default
  double together_m = 200;        ///< further apart they are no convoy
  std::int64_t stale_ms = 5'000;  ///< a point older than this says nothing
};

struct ConvoyBreak {
  std::int64_t begin_ms = 0;
  std::int64_t end_ms = 0;
  double worst_m = 0;  ///< the gap furthest out of the limits
};

/// Both in order of time. Times in which one of them does not work, or is not heard, end a break.
std::vector<ConvoyBreak> convoy_breaks(std::span<const ConvoyPoint> lead,
                                       std::span<const ConvoyPoint> follow,
                                       const ConvoyLimits& limits);

}  // namespace lujing::report
