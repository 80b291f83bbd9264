// Two paths, metre by metre: what of one the other does not pass, and what kind of mistake that is.
#pragma once

#include "base/geo.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace lujing::accuracy {

/// Where a stretch lies that one path has and the other has not.
enum class Cause : std::uint8_t {
  ends,      ///< the path's first or last metres
  parallel,  ///< the other path runs beside, the same way: frontage roads, lanes drawn apart
  opposite,  ///< the other path runs beside, the other way: the wrong carriageway
  turned,    ///< there and back again: a U-turn that was not
  elsewhere  ///< the other path is far: another street, or nothing at all
};
inline constexpr std::size_t cause_count = 5;
const char* name_of(Cause cause);

using Causes = std::array<double, cause_count>;  ///< metres

/// A path as points about a metre apart, in squares for looking up.
class SampledPath {
 public:
  explicit SampledPath(GeoPoint origin) : origin_(origin) {}
  void add_line(const std::vector<GeoPoint>& line);
  /// Length of this path farther than `tolerance_m` from the other, by cause.
  Causes missing_in(const SampledPath& other, double tolerance_m) const;

 private:
  struct Sample {
    Offset at;
    double length_m;
    double bearing_rad;
  };
  struct Beside {
    bool same_way = false;
    bool other_way = false;
  };
  static std::int64_t key(std::int64_t x, std::int64_t y) { return x * 4'000'037 + y; }
  Beside beside(const Sample& sample, double within_m) const;
  Cause cause_of(std::size_t from, std::size_t to, const SampledPath& other) const;

  GeoPoint origin_;
  std::vector<Sample> all_;
  std::unordered_map<std::int64_t, std::vector<std::uint32_t>> squares_;
};

}  // namespace lujing::accuracy
