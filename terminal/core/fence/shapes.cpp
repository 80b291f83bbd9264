#include "terminal/core/fence/shapes.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lujing::core {
namespace {

constexpr std::int64_t half_turn = 1'800'000'000;
constexpr std::uint32_t sides_a_block = 16;
/// A ring's first corners stand behind its last one too, so that sides around its begin follow each
/// other.
constexpr std::uint32_t corners_again = 16;

std::uint32_t shifted(std::int32_t lon_e7) {
  return static_cast<std::uint32_t>(lon_e7 + half_turn);
}

/// The x below which none of a line's points lies: what lies west of it is beyond the date line and
/// gets a turn more. A line that begins within `least` of -180 degrees runs there as a whole.
std::uint32_t westernmost(const std::vector<GeoPoint>& line, std::int64_t least) {
  const std::int64_t near = line.front().lon_e7;
  std::int64_t west = near;
  for (const GeoPoint& point : line) {
    const std::int64_t lon = point.lon_e7;
    const std::int64_t turns = lon - near > half_turn ? -1 : near - lon > half_turn ? 1 : 0;
    west = std::min(west, lon + turns * full_turn_e7);
  }
  if (west < -half_turn) west += full_turn_e7;
  return static_cast<std::uint32_t>(std::max(west + half_turn, least));
}

double square(double v) {
  return v * v;
}

double outside(double low, double high) {
  return std::max(0.0, std::max(low, high));
}

/// Squared distance from a place to a box.
double box_distance2(const FenceShapes::Bounds& box, std::uint32_t x, const FencePlace& from) {
  const double e =
      outside(east_m(x, box.west, from.metric.east_m), -east_m(x, box.east, from.metric.east_m));
  const double n = outside((static_cast<double>(box.south) - from.y) * from.metric.north_m,
                           (static_cast<double>(from.y) - box.north) * from.metric.north_m);
  return e * e + n * n;
}

}  // namespace

FencePlace FencePlace::of(GeoPoint point) {
  return {shifted(point.lon_e7), point.lat_e7, Metric::at(point.lat_e7)};
}

FenceShapes::FenceShapes(std::span<const Fence> fences) {
  rows_.reserve(fences.size());
  heads_.reserve(fences.size());
  for (const Fence& fence : fences) {
    Row row;
    row.first_corner = static_cast<std::uint32_t>(corners_.size());
    row.first_block = static_cast<std::uint32_t>(blocks_.size());
    std::visit([&](const auto& shape) { add(shape, row); }, fence.shape);
    row.blocks = static_cast<std::uint32_t>(blocks_.size()) - row.first_block;
    row.unwrapped = row.bounds.east >= full_turn_e7;
    rows_.push_back(row);
    heads_.push_back(row.first_corner << 1 |
                     (row.unwrapped || row.form != Form::polygon ? 1U : 0U));
  }
  corners_.shrink_to_fit();
  blocks_.shrink_to_fit();
}

void FenceShapes::add(const Polygon& polygon, Row& row) {
  row.form = Form::polygon;
  const std::uint32_t first_x = westernmost(polygon.outer, 0);
  add_line(polygon.outer, true, first_x, row);
  for (const Ring& hole : polygon.holes) add_line(hole, true, first_x, row);
  row.depth_m = static_cast<float>(depth_of(row));
}

void FenceShapes::add(const Circle& circle, Row& row) {
  row.form = Form::disc;
  row.radius_m = static_cast<float>(circle.radius_m);
  row.depth_m = row.radius_m;
  const std::vector<GeoPoint> centre{circle.centre};
  add_line(centre, false, westernmost(centre, max_fence_extent_e7), row);
  widen(row, circle.radius_m);
}

void FenceShapes::add(const Corridor& corridor, Row& row) {
  row.form = Form::strip;
  row.radius_m = static_cast<float>(corridor.width_m / 2);
  row.depth_m = row.radius_m;
  add_line(corridor.line, false, westernmost(corridor.line, max_fence_extent_e7), row);
  widen(row, corridor.width_m / 2);
}

void FenceShapes::add_line(const std::vector<GeoPoint>& line, bool closed, std::uint32_t first_x,
                           Row& row) {
  const auto first = static_cast<std::uint32_t>(corners_.size());
  for (const GeoPoint& point : line) {
    std::int64_t x = shifted(point.lon_e7);
    if (x < first_x) x += full_turn_e7;
    const Corner corner{static_cast<std::uint32_t>(x), point.lat_e7};
    const bool again =
        corners_.size() > first && corners_.back().x == corner.x && corners_.back().y == corner.y;
    if (!again) corners_.push_back(corner);
  }
  const Corner begin = corners_[first];
  const Corner end = corners_.back();
  if (closed && (begin.x != end.x || begin.y != end.y)) corners_.push_back(begin);
  if (corners_.size() - first == 1) corners_.push_back(begin);  // a point is a side of no length
  const auto last = static_cast<std::uint32_t>(corners_.size()) - 1;
  add_blocks(first, last, row);
  for (std::uint32_t i = 1; closed && i <= std::min(corners_again, last - first); ++i) {
    corners_.push_back(Corner(corners_[first + i]));
  }
}

void FenceShapes::add_blocks(std::uint32_t first, std::uint32_t end, Row& row) {
  for (std::uint32_t at = first; at < end; at += sides_a_block) {
    Block block;
    block.first = at;
    block.count = std::min(sides_a_block, end - at);
    block.bounds = {corners_[at].x, corners_[at].x, corners_[at].y, corners_[at].y};
    for (std::uint32_t i = at; i <= at + block.count; ++i) {
      block.bounds.west = std::min(block.bounds.west, corners_[i].x);
      block.bounds.east = std::max(block.bounds.east, corners_[i].x);
      block.bounds.south = std::min(block.bounds.south, corners_[i].y);
      block.bounds.north = std::max(block.bounds.north, corners_[i].y);
    }
    if (blocks_.size() == row.first_block) row.bounds = block.bounds;
    row.bounds.west = std::min(row.bounds.west, block.bounds.west);
    row.bounds.east = std::max(row.bounds.east, block.bounds.east);
    row.bounds.south = std::min(row.bounds.south, block.bounds.south);
    row.bounds.north = std::max(row.bounds.north, block.bounds.north);
    blocks_.push_back(block);
  }
}

void FenceShapes::widen(Row& row, double by_m) const {
  const std::int32_t worst = std::max(std::abs(row.bounds.south), std::abs(row.bounds.north));
  const Metric metric = Metric::at(std::min(worst, 899'000'000));
  const auto up = static_cast<std::int64_t>(by_m / metric.north_m) + 1;
  const auto aside =
      std::min(static_cast<std::int64_t>(by_m / metric.east_m) + 1, max_fence_extent_e7);
  const auto grown = [](std::int64_t v, std::int64_t low, std::int64_t high) {
    return std::clamp(v, low, high);
  };
  row.bounds.west = static_cast<std::uint32_t>(
      grown(std::int64_t{row.bounds.west} - aside, 0, std::numeric_limits<std::uint32_t>::max()));
  row.bounds.east = static_cast<std::uint32_t>(
      grown(std::int64_t{row.bounds.east} + aside, 0, std::numeric_limits<std::uint32_t>::max()));
  row.bounds.south =
      static_cast<std::int32_t>(grown(std::int64_t{row.bounds.south} - up, -half_turn, half_turn));
  row.bounds.north =
      static_cast<std::int32_t>(grown(std::int64_t{row.bounds.north} + up, -half_turn, half_turn));
}

/// Twice the area over the length of the line: a disc's radius, a long strip's width.
double FenceShapes::depth_of(const Row& row) const {
  double area = 0;
  double length = 0;
  const auto end = static_cast<std::uint32_t>(blocks_.size());
  const Metric metric = Metric::at(row.bounds.south);
  for (std::uint32_t b = row.first_block; b < end; ++b) {
    for (std::uint32_t i = blocks_[b].first; i < blocks_[b].first + blocks_[b].count; ++i) {
      const double ax = east_m(row.bounds.west, corners_[i].x, metric.east_m);
      const double bx = east_m(row.bounds.west, corners_[i + 1].x, metric.east_m);
      const double ay = (static_cast<double>(corners_[i].y) - row.bounds.south) * metric.north_m;
      const double by =
          (static_cast<double>(corners_[i + 1].y) - row.bounds.south) * metric.north_m;
      area += (ax * by - bx * ay) / 2;
      length += std::sqrt(square(bx - ax) + square(by - ay));
    }
  }
  return length > 0 ? 2 * std::fabs(area) / length : 0;
}

/// A ray to the east crosses the line an odd number of times. Half-open sides: a corner counts
/// once. Whole numbers: no rounding.
bool FenceShapes::odd_crossings(const Row& row, std::uint32_t x, std::int32_t y) const {
  bool odd = false;
  for (std::uint32_t b = row.first_block; b < row.first_block + row.blocks; ++b) {
    const Block& block = blocks_[b];
    if (block.bounds.south > y || block.bounds.north <= y || block.bounds.east < x) continue;
    for (std::uint32_t i = block.first; i < block.first + block.count; ++i) {
      const Corner& a = corners_[i];
      const Corner& c = corners_[i + 1];
      if ((a.y > y) == (c.y > y)) continue;
      const std::int64_t turn = (std::int64_t{c.x} - a.x) * (std::int64_t{y} - a.y) -
                                (std::int64_t{c.y} - a.y) * (std::int64_t{x} - a.x);
      if (turn == 0) return false;  // on the line
      if ((turn > 0) == (c.y > a.y)) odd = !odd;
    }
  }
  return odd;
}

double FenceShapes::block_distance2(const Block& block, std::uint32_t x,
                                    const FencePlace& from) const {
  double best = std::numeric_limits<double>::max();
  for (std::uint32_t i = block.first; i < block.first + block.count; ++i) {
    best = std::min(best, side_distance2(corners_[i], corners_[i + 1], x, from));
  }
  return best;
}

/// Of the sides within reach the shortest stretch that has all of them: those between that are
/// farther away do no harm.
FenceShapes::Stretch FenceShapes::stretch_near(const Row& row, std::uint32_t all,
                                               const FencePlace& middle, double reach_m) const {
  const double enough2 = square(reach_m + row.radius_m);
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  std::uint32_t gap = 0;  ///< the longest between two of them
  std::uint32_t gap_end = 0;
  bool any = false;
  for (std::uint32_t b = row.first_block; b < row.first_block + row.blocks; ++b) {
    const Block& block = blocks_[b];
    if (box_distance2(block.bounds, middle.x, middle) > enough2) continue;
    for (std::uint32_t i = block.first; i < block.first + block.count; ++i) {
      if (side_distance2(corners_[i], corners_[i + 1], middle.x, middle) > enough2) continue;
      if (!any) first = i;
      if (any && i - last - 1 > gap) {
        gap = i - last - 1;
        gap_end = i;
      }
      last = i;
      any = true;
    }
  }
  if (!any) return {};
  const Stretch plain{first, last - first + 1};
  if (row.form != Form::polygon || gap == 0) return plain;
  // Around the line's begin, as far as its first corners come again behind its last.
  const Stretch other{gap_end, all - gap};
  const bool can = other.first + other.count <= row.first_corner + all + corners_again;
  return can && other.count < plain.count ? other : plain;
}

FenceSides FenceShapes::sides_near(std::uint32_t fence, const FencePlace& middle,
                                   double reach_m) const {
  const Row& row = rows_[fence];
  const std::uint32_t last_block = row.first_block + row.blocks;
  std::uint32_t all = 0;
  for (std::uint32_t b = row.first_block; b < last_block; ++b) all += blocks_[b].count;
  const Block& last = blocks_[last_block - 1];
  if (all != last.first + last.count - row.first_corner) return {};  // holes
  auto [begin, count] = stretch_near(row, all, middle, reach_m);
  if (count == 0) return {};
  // An even number of them: one more is another one, unless all of them are in already.
  const std::uint32_t behind = row.form == Form::polygon ? std::min(corners_again, all) : 0;
  if (count % 2 != 0) ++count;
  begin -= row.first_corner;
  if (begin + count > all + behind && begin > 0) --begin;
  if (count > all || begin + count > all + behind) return {};
  if (count > FenceSides::most || begin > FenceSides::most_first) return {};
  const double signed_m = signed_distance_m(fence, middle, reach_m);
  if (std::fabs(signed_m) < 1) return {};
  return {static_cast<std::uint16_t>(begin), static_cast<std::uint8_t>(count), signed_m < 0};
}

bool FenceShapes::inside(std::uint32_t fence, const FenceSides& sides, const FencePlace& from,
                         const FencePlace& middle) const {
  const std::uint32_t head = heads_[fence];
  const std::uint32_t first = (head >> 1) + sides.first;
  const bool whole = sides.count == 0 || (head & 1) != 0;
  if (whole) return signed_distance_m(fence, from, 0) < 0;
  const auto odd = odd_between(corners_.data() + first, sides.count, from, middle);
  return odd && *odd != sides.middle_inside;
}

double FenceShapes::signed_distance_m(std::uint32_t fence, const FenceSides& sides,
                                      const FencePlace& from, const FencePlace& middle,
                                      double enough_m) const {
  const Row& row = rows_[fence];
  if (sides.count == 0 || row.unwrapped) return signed_distance_m(fence, from, enough_m);
  const std::uint32_t first = row.first_corner + sides.first;
  const double line_m = std::sqrt(nearest_side2(corners_.data() + first, sides.count, from));
  if (row.form != Form::polygon) return line_m - row.radius_m;
  const auto odd = odd_between(corners_.data() + first, sides.count, from, middle);
  return odd && *odd != sides.middle_inside ? -line_m : line_m;
}

/// The nearest block first: its distance rules most others out by their bounds alone.
double FenceShapes::line_distance2(const Row& row, std::uint32_t x, const FencePlace& from,
                                   double enough2) const {
  double nearest = std::numeric_limits<double>::max();
  std::uint32_t first = row.first_block;
  const std::uint32_t end = row.first_block + row.blocks;
  for (std::uint32_t b = row.first_block; b < end; ++b) {
    const double box = box_distance2(blocks_[b].bounds, x, from);
    if (box >= nearest) continue;
    nearest = box;
    first = b;
  }
  if (nearest > enough2) return nearest;
  double best = block_distance2(blocks_[first], x, from);
  for (std::uint32_t b = row.first_block; b < end; ++b) {
    if (b == first || box_distance2(blocks_[b].bounds, x, from) >= best) continue;
    best = std::min(best, block_distance2(blocks_[b], x, from));
  }
  return best;
}

double FenceShapes::signed_distance_m(std::uint32_t fence, const FencePlace& from) const {
  return signed_distance_m(fence, from, std::numeric_limits<float>::max());
}

double FenceShapes::signed_distance_m(std::uint32_t fence, const FencePlace& from,
                                      double enough_m) const {
  const Row& row = rows_[fence];
  const bool beyond = row.unwrapped && from.x < half_turn;
  const std::uint32_t x = beyond ? from.x + static_cast<std::uint32_t>(full_turn_e7) : from.x;
  const double line_m = std::sqrt(line_distance2(row, x, from, square(enough_m + row.radius_m)));
  if (row.form != Form::polygon) return line_m - row.radius_m;
  const bool near = x >= row.bounds.west && x <= row.bounds.east && from.y >= row.bounds.south &&
                    from.y <= row.bounds.north;
  return near && odd_crossings(row, x, from.y) ? -line_m : line_m;
}

std::size_t FenceShapes::bytes() const {
  return rows_.capacity() * sizeof(Row) + heads_.capacity() * sizeof(heads_[0]) +
         blocks_.capacity() * sizeof(Block) + corners_.capacity() * sizeof(Corner);
}

}  // namespace lujing::core
