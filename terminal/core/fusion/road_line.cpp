// A known road: the vehicle is beside its line by no more than a carriageway's half, and its nose
// points along it. Being told the same line again teaches nothing new: it only holds, so its
// variance is a floor.
#include "base/trig.h"
#include "terminal/core/fusion/linear.h"
#include "terminal/core/fusion/measurements.h"
#include "terminal/core/fusion/noise.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace lujing::core {
namespace {

constexpr double next_to_nothing = 1e-3;

/// The variance of a measurement after which `before` has become `floor`; nullopt: it is no larger
/// already.
std::optional<double> down_to(double floor, double before) {
  if (before <= floor * 1.02) return std::nullopt;
  return std::max(next_to_nothing, floor * before / (before - floor));
}

}  // namespace

void take_road_line(Estimate& e, const RoadLine& road) {
  if (!e.placed || !road.foot.valid()) return;
  const double nose = e.direction > 0 ? road.bearing_rad : road.bearing_rad + pi;
  const double off_rad = wrap_pi(nose - e.x[state::heading]);
  bool taken = true;
  if (e.heading_known) {
    const Row row{{state::heading, 1}};
    const double floor = road.bearing_sigma_rad * road.bearing_sigma_rad;
    if (const auto variance = down_to(floor, e.variance(state::heading))) {
      taken = correct_gated(e, Sensor::road, row, off_rad, *variance);
    }
  }
  const SinCos along = sin_cos(road.bearing_rad);
  const Offset foot = offset(e.anchor, road.foot);
  const Row side{{state::east, along.cos}, {state::north, -along.sin}};
  const double off_m =
      (foot.east_m - e.x[state::east]) * along.cos - (foot.north_m - e.x[state::north]) * along.sin;
  const double floor = road.side_sigma_m * road.side_sigma_m;
  if (const auto variance = down_to(floor, projected(e, side))) {
    taken = correct_gated(e, Sensor::road, side, off_m, *variance) && taken;
  }
  if (taken) e.road_ns = e.at.ns;
}

}  // namespace lujing::core
