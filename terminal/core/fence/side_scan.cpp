#include "terminal/core/fence/side_scan.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace lujing::core {
namespace {

// Vectors of the compilers, not of a processor: four lanes on x86-64 and on AArch64 alike.
using Floats = float __attribute__((vector_size(16)));
using Ints = std::int32_t __attribute__((vector_size(16)));
using Bits = std::uint32_t __attribute__((vector_size(16)));

constexpr std::uint32_t lanes = 4;
/// Of one corner more than sides, and of the last four.
constexpr std::uint32_t most_corners = 68;
static_assert(most_scanned_sides + 1 + lanes <= most_corners && most_scanned_sides < 64);

/// What single precision may be wrong by, as a share of what went in; the true bound is a tenth.
constexpr float distance_doubt = 1e-5F;
constexpr float cross_doubt = 4e-6F;

Floats all(float v) {
  return Floats{v, v, v, v};
}

/// Differences are taken in whole numbers that wrap: right for all that is less than half the
/// earth apart.
struct Four {
  Bits x;
  Bits y;

  explicit Four(const FenceCorner* corners) {
    Bits low;
    Bits high;
    std::memcpy(&low, corners, sizeof(low));
    std::memcpy(&high, corners + lanes / 2, sizeof(high));
    x = __builtin_shufflevector(low, high, 0, 2, 4, 6);
    y = __builtin_shufflevector(low, high, 1, 3, 5, 7);
  }
};

Floats floats(Bits difference) {
  return __builtin_convertvector(reinterpret_cast<Ints>(difference), Floats);
}

Floats magnitude(Floats v) {
  constexpr std::uint32_t but_sign = 0x7FFFFFFFU;
  return reinterpret_cast<Floats>(reinterpret_cast<Bits>(v) &
                                  Bits{but_sign, but_sign, but_sign, but_sign});
}

Floats smaller(Floats a, Floats b) {
  return a < b ? a : b;
}

Floats larger(Floats a, Floats b) {
  return a > b ? a : b;
}

struct Scan {
  Floats x;  ///< the place's, in each lane
  Floats metre_e;
  Floats metre_n;
  Floats least = all(std::numeric_limits<float>::max());
  Floats extent = all(0);  ///< of all numbers that went in
};

/// Squared distances of four sides.
Floats four_sides(const FenceCorner* corners, Bits x, Bits y, Scan& scan) {
  const Four a(corners);
  const Four c(corners + 1);
  const Floats ax = floats(a.x - x) * scan.metre_e;
  const Floats ay = floats(a.y - y) * scan.metre_n;
  const Floats sx = floats(c.x - a.x) * scan.metre_e;
  const Floats sy = floats(c.y - a.y) * scan.metre_n;
  const Floats length2 = larger(sx * sx + sy * sy, all(1e-12F));
  const Floats share = -(ax * sx + ay * sy) / length2;
  const Floats t = smaller(larger(share, all(0)), all(1));
  const Floats e = ax + t * sx;
  const Floats n = ay + t * sy;
  const Floats d2 = e * e + n * n;
  scan.least = smaller(scan.least, d2);
  scan.extent = larger(scan.extent, magnitude(ax) + magnitude(ay) + magnitude(sx) + magnitude(sy));
  return d2;
}

float least_of(Floats v) {
  return std::min(std::min(v[0], v[1]), std::min(v[2], v[3]));
}

float largest_of(Floats v) {
  return std::max(std::max(v[0], v[1]), std::max(v[2], v[3]));
}

/// The same, side by side in whole numbers.
std::optional<bool> odd_exactly(const FenceCorner* corners, std::uint32_t sides,
                                const FencePlace& from, const FencePlace& middle) {
  const std::int64_t px = std::int64_t{from.x} - middle.x;
  const std::int64_t py = std::int64_t{from.y} - middle.y;
  if (px == 0 && py == 0) return false;
  bool odd = false;
  std::int64_t ax = std::int64_t{corners[0].x} - middle.x;
  std::int64_t ay = std::int64_t{corners[0].y} - middle.y;
  std::int64_t before = px * ay - py * ax;
  if (ax == px && ay == py) return std::nullopt;
  for (std::uint32_t i = 1; i <= sides; ++i) {
    const std::int64_t cx = std::int64_t{corners[i].x} - middle.x;
    const std::int64_t cy = std::int64_t{corners[i].y} - middle.y;
    const std::int64_t after = px * cy - py * cx;
    if (cx == px && cy == py) return std::nullopt;
    const bool along = (before | after) == 0 && std::min(ax, cx) <= px && px <= std::max(ax, cx) &&
                       std::min(ay, cy) <= py && py <= std::max(ay, cy);
    if (along) return std::nullopt;
    if ((before > 0) != (after > 0)) {
      const std::int64_t of_place = (cx - ax) * (py - ay) - (cy - ay) * (px - ax);
      const std::int64_t of_middle = (cy - ay) * ax - (cx - ax) * ay;
      if (of_place == 0) return std::nullopt;
      if ((of_place > 0) != (of_middle > 0)) odd = !odd;
    }
    ax = cx;
    ay = cy;
    before = after;
  }
  return odd;
}

/// Is the place on the other side of this one than the middle? nullopt: on its line.
std::optional<bool> parted(const FenceCorner& a, const FenceCorner& c, const FencePlace& from,
                           const FencePlace& middle) {
  const std::int64_t sx = std::int64_t{c.x} - a.x;
  const std::int64_t sy = std::int64_t{c.y} - a.y;
  const std::int64_t of_place =
      sx * (std::int64_t{from.y} - a.y) - sy * (std::int64_t{from.x} - a.x);
  const std::int64_t of_middle =
      sx * (std::int64_t{middle.y} - a.y) - sy * (std::int64_t{middle.x} - a.x);
  if (of_place == 0) return std::nullopt;
  return (of_place > 0) != (of_middle > 0);
}

}  // namespace

double nearest_side2(const FenceCorner* corners, std::uint32_t sides, const FencePlace& from) {
  double best2 = std::numeric_limits<double>::max();
  if (sides < lanes) {
    for (std::uint32_t i = 0; i < sides; ++i) {
      best2 = std::min(best2, side_distance2(corners[i], corners[i + 1], from.x, from));
    }
    return best2;
  }
  const Bits x{from.x, from.x, from.x, from.x};
  const auto up = static_cast<std::uint32_t>(from.y);
  const Bits y{up, up, up, up};
  Scan scan;
  scan.metre_e = all(static_cast<float>(from.metric.east_m));
  scan.metre_n = all(static_cast<float>(from.metric.north_m));
  std::array<float, most_corners> d2;
  for (std::uint32_t i = 0; i < sides; i += lanes) {
    // The last four may be some of those before again.
    const std::uint32_t at = std::min(i, sides - lanes);
    const Floats four = four_sides(corners + at, x, y, scan);
    std::memcpy(d2.data() + at, &four, sizeof(four));
  }
  const float limit =
      std::sqrt(least_of(scan.least)) + 2 * distance_doubt * largest_of(scan.extent);
  const float limit2 = limit * limit * 1.000001F;
  std::uint64_t may_be = 0;
  for (std::uint32_t i = 0; i < sides; ++i) may_be |= std::uint64_t{d2[i] <= limit2} << i;
  for (; may_be != 0; may_be &= may_be - 1) {
    const auto i = static_cast<std::uint32_t>(std::countr_zero(may_be));
    best2 = std::min(best2, side_distance2(corners[i], corners[i + 1], from.x, from));
  }
  return best2;
}

std::optional<bool> odd_between(const FenceCorner* corners, std::uint32_t sides,
                                const FencePlace& from, const FencePlace& middle) {
  const std::uint32_t count = sides + 1;
  if (count < lanes) return odd_exactly(corners, sides, from, middle);
  const Bits mx{middle.x, middle.x, middle.x, middle.x};
  const auto up = static_cast<std::uint32_t>(middle.y);
  const Bits my{up, up, up, up};
  const Floats px = all(static_cast<float>(std::int64_t{from.x} - middle.x));
  const Floats py = all(static_cast<float>(std::int64_t{from.y} - middle.y));
  // On which side of the way's line is each corner?
  std::array<std::uint32_t, most_corners> crosses;
  Ints doubt{0, 0, 0, 0};
  for (std::uint32_t i = 0; i < count; i += lanes) {
    const std::uint32_t at = std::min(i, count - lanes);
    const Four four(corners + at);
    const Floats one = px * floats(four.y - my);
    const Floats other = py * floats(four.x - mx);
    const Floats cross = one - other;
    doubt |= magnitude(cross) <= all(cross_doubt) * (magnitude(one) + magnitude(other));
    std::memcpy(crosses.data() + at, &cross, sizeof(cross));
  }
  if ((doubt[0] | doubt[1] | doubt[2] | doubt[3]) != 0) {
    return odd_exactly(corners, sides, from, middle);
  }
  std::uint64_t below = 0;
  for (std::uint32_t i = 0; i < count; ++i) below |= std::uint64_t{crosses[i] >> 31} << i;
  std::uint64_t cut = (below ^ below >> 1) & ((std::uint64_t{1} << sides) - 1);
  bool odd = false;
  for (; cut != 0; cut &= cut - 1) {
    const auto i = static_cast<std::uint32_t>(std::countr_zero(cut));
    const auto other_side = parted(corners[i], corners[i + 1], from, middle);
    if (!other_side) return std::nullopt;
    odd = odd != *other_side;
  }
  return odd;
}

}  // namespace lujing::core
