// The shapes of a fence set, packed: all corners in one array, sixteen sides a block with the
// block's bounds, so that a question looks at few of them. Immutable; asked by index.
#pragma once

#include "terminal/core/fence/fence.h"
#include "terminal/core/fence/metric.h"
#include "terminal/core/fence/side_scan.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace lujing::core {

/// Degrees * 1e7.
inline constexpr std::int64_t full_turn_e7 = 3'600'000'000;

/// The sides of one line, side after side, that alone matter in a small neighbourhood, and whether
/// its middle is inside: what a question there costs then does not depend on the shape's size.
struct FenceSides {
  static constexpr std::uint32_t most_first = 511;
  static constexpr std::uint32_t most = most_scanned_sides;
  std::uint16_t first = 0;  ///< from the shape's first corner on; at most most_first
  std::uint8_t count = 0;   ///< even; 0: all sides are to be asked
  bool middle_inside = false;
};

class FenceShapes {
 public:
  FenceShapes() = default;
  /// The fences must have passed check().
  explicit FenceShapes(std::span<const Fence> fences);

  std::size_t size() const { return rows_.size(); }
  /// Metres to the line: negative inside. Which side is exact for polygons (whole numbers); a place
  /// on the line itself is outside.
  double signed_distance_m(std::uint32_t fence, const FencePlace& from) const;
  /// The same, but where it is over `enough_m`, some number between that and the distance may come
  /// back: cheaper.
  double signed_distance_m(std::uint32_t fence, const FencePlace& from, double enough_m) const;

  /// Those within `reach_m` of the middle (or of the radius around them); none where they do not
  /// follow each other, are too many, or where the middle lies on the line.
  FenceSides sides_near(std::uint32_t fence, const FencePlace& middle, double reach_m) const;
  /// As signed_distance_m with reach_m: good for places of which `sides` are all that matter, and
  /// which see the middle without crossing any other. Asks all sides where these are none.
  double signed_distance_m(std::uint32_t fence, const FenceSides& sides, const FencePlace& from,
                           const FencePlace& middle, double enough_m) const;

  /// The same question without the distance: cheaper.
  bool inside(std::uint32_t fence, const FenceSides& sides, const FencePlace& from,
              const FencePlace& middle) const;

  /// Brings these sides near, where they are soon to be asked.
  void expect(std::uint32_t fence, const FenceSides& sides) const {
    constexpr std::uint32_t corners_a_line = 8;
    const Corner* corner = corners_.data() + (heads_[fence] >> 1) + sides.first;
    for (std::uint32_t i = 0; i <= sides.count; i += corners_a_line) __builtin_prefetch(corner + i);
  }

  struct Bounds {
    std::uint32_t west = 0;
    std::uint32_t east = 0;
    std::int32_t south = 0;
    std::int32_t north = 0;
  };
  /// Of the shape with its radius or width.
  Bounds bounds(std::uint32_t fence) const { return rows_[fence].bounds; }
  /// How deep one can be inside, roughly: a hysteresis must not be wider than the fence.
  double depth_m(std::uint32_t fence) const { return rows_[fence].depth_m; }
  std::size_t bytes() const;

 private:
  using Corner = FenceCorner;
  /// Sides first to first + count of the corner array, side i from corner i to corner i + 1.
  struct Block {
    Bounds bounds;
    std::uint32_t first = 0;
    std::uint32_t count = 0;
  };
  enum class Form : std::uint8_t { polygon, disc, strip };
  struct Row {
    Bounds bounds;
    std::uint32_t first_corner = 0;
    std::uint32_t first_block = 0;
    std::uint32_t blocks = 0;
    float radius_m = 0;  ///< of a disc; half the width of a strip
    float depth_m = 0;
    Form form = Form::polygon;
    bool unwrapped = false;  ///< reaches over the date line
  };

  void add(const Polygon& polygon, Row& row);
  void add(const Circle& circle, Row& row);
  void add(const Corridor& corridor, Row& row);
  void add_line(const std::vector<GeoPoint>& line, bool closed, std::uint32_t first_x, Row& row);
  void add_blocks(std::uint32_t first, std::uint32_t end, Row& row);
  void widen(Row& row, double by_m) const;
  double depth_of(const Row& row) const;
  bool odd_crossings(const Row& row, std::uint32_t x, std::int32_t y) const;
  double block_distance2(const Block& block, std::uint32_t x, const FencePlace& from) const;
  struct Stretch {
    std::uint32_t first = 0;  ///< a side of the corner array
    std::uint32_t count = 0;
  };
  Stretch stretch_near(const Row& row, std::uint32_t all, const FencePlace& middle,
                       double reach_m) const;
  double line_distance2(const Row& row, std::uint32_t x, const FencePlace& from,
                        double enough2) const;

  std::vector<Row> rows_;
  /// First corner << 1 | no polygon, or one over the date line: all that a cell's sides need of a
  /// row, so small that it stays near.
  std::vector<std::uint32_t> heads_;
  std::vector<Block> blocks_;
  std::vector<Corner> corners_;
};

}  // namespace lujing::core
