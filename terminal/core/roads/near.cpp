// The spatial index: boxes over runs of segments, sixteen boxes under each box of the level above.
// No pointers: a level's place follows from the number of runs.
#include "protocol/road_file.h"
#include "terminal/core/roads/between.h"
#include "terminal/core/roads/network.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lujing::core {
namespace {

using protocol::road_index_fanout;
using protocol::RoadBox;

constexpr double max_radius_m = 1e6;
constexpr std::size_t max_levels = 9;  // 16^8 runs are more than 32 bits can count

/// The nearest place of a segment, on the plane that touches the sphere at the asked place.
struct Foot {
  double share = 0;  ///< of the segment
  double square_m2 = 0;
};

Foot foot_on(double ax, double ay, double bx, double by) {
  const double dx = bx - ax;
  const double dy = by - ay;
  const double length2 = dx * dx + dy * dy;
  double share = 0;
  if (length2 > 0) {
    share = -(ax * dx + ay * dy) / length2;
    share = share < 0 ? 0 : (share > 1 ? 1 : share);
  }
  const double x = ax + share * dx;
  const double y = ay + share * dy;
  return {share, x * x + y * y};
}

}  // namespace

/// One question. While it runs, a candidate's distance_m holds the square of the distance, along_m
/// the segment's index, and bearing_rad the share of the segment.
struct RoadNetwork::Search {
  const RoadNetwork& roads;
  GeoPoint at;
  std::span<Candidate> out;
  double limit_m2;
  double metres_lat;  ///< per 1e-7 degree
  double metres_lon;
  RoadBox box = {};
  std::size_t found = 0;

  Search(const RoadNetwork& network, GeoPoint place, double radius_m, std::span<Candidate> room)
      : roads(network), at(place), out(room), limit_m2(radius_m * radius_m) {
    constexpr std::int32_t step = 10'000;
    metres_lat = pi / 180.0 * 1e-7 * earth_mean_radius_m;
    const std::int32_t beside = at.lon_e7 > 0 ? at.lon_e7 - step : at.lon_e7 + step;
    metres_lon = std::fabs(offset(at, {at.lat_e7, beside}).east_m) / step;
  }

  /// The asked square in the index's units; false where it lies outside of the network.
  bool cover(double radius_m) {
    const protocol::RoadHeader& h = *roads.header_;
    // A little more than the radius: the box must hold whatever the distance calls near.
    const double up = std::min(radius_m / metres_lat + 2, 4e9);
    const double side = std::min(radius_m / std::max(metres_lon, 1e-12) + 2, 4e9);
    return axis(at.lat_e7, h.least.lat_e7, up, box.south, box.north) &&
           axis(at.lon_e7, h.least.lon_e7, side, box.west, box.east);
  }

  bool axis(std::int64_t value, std::int64_t least, double reach, std::uint16_t& low,
            std::uint16_t& high) const {
    const auto by = static_cast<std::int64_t>(reach);
    const std::int64_t from = (value - by - least) >> roads.header_->box_shift;
    const std::int64_t to = (value + by - least) >> roads.header_->box_shift;
    if (to < 0 || from > 65'535) return false;
    low = static_cast<std::uint16_t>(std::max<std::int64_t>(from, 0));
    high = static_cast<std::uint16_t>(std::min<std::int64_t>(to, 65'535));
    return true;
  }

  bool touches(const RoadBox& other) const {
    return other.south <= box.north && other.north >= box.south && other.west <= box.east &&
           other.east >= box.west;
  }

  void walk() {
    std::array<std::uint32_t, max_levels> level_size{};
    std::array<std::uint32_t, max_levels> level_start{};
    std::size_t top = 0;
    level_size[0] = roads.runs_.count;
    while (level_size[top] > road_index_fanout) {
      level_start[top + 1] = level_start[top] + level_size[top];
      level_size[top + 1] = (level_size[top] + road_index_fanout - 1) / road_index_fanout;
      ++top;
    }
    // Depth first; at each level the children that are left of one parent.
    std::array<std::uint32_t, max_levels> next{};
    std::array<std::uint32_t, max_levels> end{};
    std::size_t level = top;
    end[top] = level_size[top];
    for (;;) {
      if (next[level] == end[level]) {
        if (level == top) return;
        ++level;
        continue;
      }
      const std::uint32_t child = next[level]++;
      if (!touches(roads.boxes_[level_start[level] + child])) continue;
      if (level == 0) {
        measure(roads.runs_.data[child]);
      } else {
        --level;
        next[level] = child * road_index_fanout;
        end[level] = std::min(level_size[level], next[level] + road_index_fanout);
      }
    }
  }

  void measure(const protocol::RoadRun& run) {
    const GeoPoint* shape = roads.points_.data + roads.first_point(run.link) + run.first;
    Foot best;
    best.square_m2 = limit_m2;
    std::size_t best_segment = SIZE_MAX;
    double ax = east(shape[0]);
    double ay = north(shape[0]);
    for (std::size_t i = 0; i < run.count; ++i) {
      const double bx = east(shape[i + 1]);
      const double by = north(shape[i + 1]);
      const Foot foot = foot_on(ax, ay, bx, by);
      if (foot.square_m2 < best.square_m2 ||
          (best_segment == SIZE_MAX && foot.square_m2 <= best.square_m2)) {
        best = foot;
        best_segment = run.first + i;
      }
      ax = bx;
      ay = by;
    }
    if (best_segment != SIZE_MAX) keep(run.link, static_cast<double>(best_segment), best);
  }

  double east(GeoPoint p) const {
    return static_cast<double>(std::int64_t{p.lon_e7} - at.lon_e7) * metres_lon;
  }
  double north(GeoPoint p) const {
    return static_cast<double>(std::int64_t{p.lat_e7} - at.lat_e7) * metres_lat;
  }

  /// Each link once, by its nearest place; sorted by distance, then by id.
  void keep(LinkId link, double segment, Foot foot) {
    std::size_t slot = 0;
    while (slot < found && out[slot].link != link) ++slot;
    if (slot < found) {
      const Candidate& old = out[slot];
      const bool nearer = foot.square_m2 < old.distance_m ||
                          (foot.square_m2 == old.distance_m && segment < old.along_m);
      if (!nearer) return;
    } else if (found < out.size()) {
      ++found;
    } else {
      --slot;
      if (!before(foot.square_m2, link, out[slot])) return;
    }
    while (slot > 0 && before(foot.square_m2, link, out[slot - 1])) {
      out[slot] = out[slot - 1];
      --slot;
    }
    out[slot].link = link;
    out[slot].distance_m = foot.square_m2;
    out[slot].along_m = segment;
    out[slot].bearing_rad = foot.share;
  }

  static bool before(double square_m2, LinkId link, const Candidate& other) {
    return square_m2 < other.distance_m || (square_m2 == other.distance_m && link < other.link);
  }

  void finish(Candidate& candidate) const {
    const std::span<const GeoPoint> shape = roads.points(candidate.link);
    const auto segment = static_cast<std::size_t>(candidate.along_m);
    const double share = candidate.bearing_rad;
    double along_m = 0;
    for (std::size_t i = 0; i < segment; ++i) along_m += lujing::distance_m(shape[i], shape[i + 1]);
    const GeoPoint a = shape[segment];
    const GeoPoint b = shape[segment + 1];
    candidate.distance_m = std::sqrt(candidate.distance_m);
    candidate.along_m = along_m + share * lujing::distance_m(a, b);
    candidate.bearing_rad =
        a == b ? roads.bearing_rad(candidate.link, candidate.along_m) : lujing::bearing_rad(a, b);
    candidate.foot = between(a, b, share);
  }
};

std::size_t RoadNetwork::near(GeoPoint at, double radius_m, std::span<Candidate> out) const {
  if (links_.count == 0 || out.empty() || !at.valid() || !(radius_m >= 0)) return 0;
  radius_m = std::min(radius_m, max_radius_m);
  Search search(*this, at, radius_m, out);
  if (!search.cover(radius_m)) return 0;
  search.walk();
  for (std::size_t i = 0; i < search.found; ++i) search.finish(out[i]);
  return search.found;
}

}  // namespace lujing::core
