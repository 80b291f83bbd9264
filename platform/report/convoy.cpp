#include "platform/report/convoy.h"

#include <cstdlib>
#include <optional>

namespace lujing::report {
namespace {

/// Where the follower was at a moment: between its points in proportion to time.
class Follower {
 public:
  Follower(std::span<const ConvoyPoint> points, std::int64_t stale_ms)
      : points_(points), stale_ms_(stale_ms) {}

  /// Moments in order. nullopt: not heard, or it does not work.
  std::optional<GeoPoint> at(std::int64_t utc_ms) {
    while (next_ < points_.size() && points_[next_].utc_ms <= utc_ms) ++next_;
    if (next_ == 0) return std::nullopt;
    const ConvoyPoint& before = points_[next_ - 1];
    if (!before.works || utc_ms - before.utc_ms > stale_ms_) return std::nullopt;
    if (next_ == points_.size() || points_[next_].utc_ms - before.utc_ms > stale_ms_) {
      return before.place;
    }
    const ConvoyPoint& after = points_[next_];
    const double share = static_cast<double>(utc_ms - before.utc_ms) /
                         static_cast<double>(after.utc_ms - before.utc_ms);
    const Offset way = offset(before.place, after.place);
    return moved(before.place, {way.east_m * share, way.north_m * share});
  }

 private:
  std::span<const ConvoyPoint> points_;
  std::int64_t stale_ms_;
  std::size_t next_ = 0;
};

}  // namespace

std::vector<ConvoyBreak> convoy_breaks(std::span<const ConvoyPoint> lead,
                                       std::span<const ConvoyPoint> follow,
                                       const ConvoyLimits& limits) {
  std::vector<ConvoyBreak> breaks;
  Follower follower(follow, limits.stale_ms);
  std::optional<ConvoyBreak> open;
  const auto close = [&] {
    const bool lasted =
        open && static_cast<double>(open->end_ms - open->begin_ms) >= limits.sustain_s * 1000;
    if (lasted) breaks.push_back(*open);
    open.reset();
  };
  for (const ConvoyPoint& point : lead) {
    const auto behind = follower.at(point.utc_ms);
    const double gap_m = behind ? distance_m(point.place, *behind) : 0;
    const bool out = gap_m > limits.max_m || gap_m < limits.min_m;
    if (!behind || !point.works || !out || gap_m > limits.together_m) {
      close();
      continue;
    }
    if (!open) open = ConvoyBreak{point.utc_ms, point.utc_ms, gap_m};
    const auto excess = [&](double m) {
      return m > limits.max_m ? m - limits.max_m : limits.min_m - m;
    };
    if (excess(gap_m) > excess(open->worst_m)) open->worst_m = gap_m;
    open->end_ms = point.utc_ms;
  }
  close();
  return breaks;
}

}  // namespace lujing::report
