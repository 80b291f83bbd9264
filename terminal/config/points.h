// A recorded track as CSV, and which fences it touches: for people who try a fence.
#pragma once

#include "base/result.h"
#include "terminal/config/fences.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace lujing::config {

struct TrackedPoint {
  std::string id;
  std::int64_t seq = 0;  ///< 0 where the file has none: the line's number
  GeoPoint position;
};

/// A head line with `lat` and `lon` (or `x` and `y` where `planar`); `id` (or `point`) and `seq`
/// may stand there too.
Result<std::vector<TrackedPoint>> parse_points(const std::string& name, std::string_view bytes,
                                               bool planar);

struct FenceAnswer {
  const TrackedPoint* point = nullptr;
  const core::Fence* fence = nullptr;
  double signed_m = 0;  ///< to the line, negative inside; planar metres where the files are planar
};

/// Each point against each fence that holds at its seq; `told` hears those inside or within
/// `within_m`, in the order of points and fences.
Result<void> match_points(const FenceFile& fences, const std::vector<TrackedPoint>& points,
                          double within_m, bool planar,
                          const std::function<void(const FenceAnswer&)>& told);

}  // namespace lujing::config
