// A fence: a shape on the earth, and what it means to be in it. Plain values, as a directive brings
// them; fence/index.h makes of a checked set what a position is looked up in.
#pragma once

#include "base/geo.h"
#include "base/result.h"
#include "base/time.h"
#include "protocol/haul_records.h"
#include "terminal/core/clock/windows.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lujing::core {

using protocol::FenceKind;
std::optional<FenceKind> fence_kind_from(std::string_view word);
/// Where fences overlap, the lowest number says what the place is: forbidden first, then parking,
/// loading, unloading, and the others.
int precedence(FenceKind kind);

enum class LoadCondition : std::uint8_t { any = 0, laden = 1, empty = 2 };

/// Corners in order, either way round; the last need not repeat the first.
using Ring = std::vector<GeoPoint>;

struct Polygon {
  Ring outer;
  std::vector<Ring> holes;
  bool operator==(const Polygon&) const = default;
};
struct Circle {
  GeoPoint centre;
  double radius_m = 0;
  bool operator==(const Circle&) const = default;
};
struct Corridor {
  std::vector<GeoPoint> line;
  double width_m = 0;  ///< of the whole strip: half of it on each side
  bool operator==(const Corridor&) const = default;
};
using Shape = std::variant<Polygon, Circle, Corridor>;

struct Fence {
  std::string id;    ///< names it in permits, records and messages; unique in its set
  std::string name;  ///< for people
  FenceKind kind = FenceKind::area;
  Shape shape;
  Hours hours;  ///< when it applies
  LoadCondition load = LoadCondition::any;
  double speed_limit_mps = 0;         ///< 0: none
  double dwell_s = 0;                 ///< inside for so long before it counts
  std::optional<double> tolerated_s;  ///< forbidden or out of hours for so long before an alarm
  std::optional<UtcTime> valid_from;
  std::optional<UtcTime> valid_until;
  bool operator==(const Fence&) const = default;
};

struct FenceSet {
  std::int64_t version = 0;
  std::vector<Fence> fences;
  bool operator==(const FenceSet&) const = default;
};

inline constexpr std::size_t max_fences = 20'000;
inline constexpr std::size_t max_corners_of_fence = 20'000;
inline constexpr std::size_t max_corners_of_set = 2'000'000;
/// A larger shape is a mistake of units or of order (latitude, longitude).
inline constexpr std::int64_t max_fence_extent_e7 = 50'000'000;

/// Refused, with the fence's id and the corner: fewer than three different corners, no area, sides
/// that cross or touch, a hole that is not inside, more than 5 degrees across, a radius or width
/// out of bounds, an id that is empty or comes twice, times that end before they begin. Taken: both
/// ways round, a ring that repeats its first corner or any corner, a shape across the date line.
Result<void> check(const Fence& fence);
Result<void> check(const FenceSet& set);

}  // namespace lujing::core
