#include "tests/accuracy/path_compare.h"

#include <cmath>

namespace lujing::accuracy {
namespace {

constexpr double square_m = 8;
constexpr double beside_m = 60;
constexpr double on_itself_m = 6;
constexpr double longest_end_m = 60;
constexpr double along_rad = 35 * pi / 180;

std::int64_t square(double m) {
  return static_cast<std::int64_t>(std::floor(m / square_m));
}

}  // namespace

const char* name_of(Cause cause) {
  constexpr std::array<const char*, cause_count> names = {"ends", "parallel", "opposite", "turned",
                                                          "elsewhere"};
  return names.at(static_cast<std::size_t>(cause));
}

void SampledPath::add_line(const std::vector<GeoPoint>& line) {
  for (std::size_t i = 1; i < line.size(); ++i) {
    const Offset a = offset(origin_, line[i - 1]);
    const Offset b = offset(origin_, line[i]);
    const double length = std::hypot(b.east_m - a.east_m, b.north_m - a.north_m);
    const double bearing = std::atan2(b.east_m - a.east_m, b.north_m - a.north_m);
    const int steps = static_cast<int>(std::ceil(length));
    for (int k = 0; k < steps; ++k) {
      const double share = (k + 0.5) / steps;
      const Offset at{a.east_m + share * (b.east_m - a.east_m),
                      a.north_m + share * (b.north_m - a.north_m)};
      squares_[key(square(at.east_m), square(at.north_m))].push_back(
          static_cast<std::uint32_t>(all_.size()));
      all_.push_back({at, length / steps, bearing});
    }
  }
}

/// Whether this path runs beside such a sample, and in which direction.
SampledPath::Beside SampledPath::beside(const Sample& sample, double within_m) const {
  Beside found;
  const auto reach = static_cast<std::int64_t>(std::ceil(within_m / square_m));
  for (std::int64_t dx = -reach; dx <= reach; ++dx) {
    for (std::int64_t dy = -reach; dy <= reach; ++dy) {
      const auto cell =
          squares_.find(key(square(sample.at.east_m) + dx, square(sample.at.north_m) + dy));
      if (cell == squares_.end()) continue;
      for (const std::uint32_t i : cell->second) {
        const Sample& mine = all_[i];
        if (std::hypot(mine.at.east_m - sample.at.east_m, mine.at.north_m - sample.at.north_m) >
            within_m) {
          continue;
        }
        const double turn = std::fabs(wrap_pi(mine.bearing_rad - sample.bearing_rad));
        found.same_way = found.same_way || turn < along_rad;
        found.other_way = found.other_way || turn > pi - along_rad;
      }
    }
  }
  return found;
}

Cause SampledPath::cause_of(std::size_t from, std::size_t to, const SampledPath& other) const {
  const bool end = from == 0 || to == all_.size();
  double same = 0;
  double opposite = 0;
  double back = 0;
  double length = 0;
  for (std::size_t i = from; i < to; ++i) {
    const Sample& sample = all_[i];
    length += sample.length_m;
    const Beside there = other.beside(sample, beside_m);
    if (there.same_way) {
      same += sample.length_m;
    } else if (there.other_way) {
      opposite += sample.length_m;
    }
    if (beside(sample, on_itself_m).other_way) back += sample.length_m;
  }
  if (end && length < longest_end_m) return Cause::ends;
  if (back > length / 2) return Cause::turned;
  if (same > length / 2) return Cause::parallel;
  if (opposite > length / 2) return Cause::opposite;
  return Cause::elsewhere;
}

Causes SampledPath::missing_in(const SampledPath& other, double tolerance_m) const {
  Causes sums{};
  const auto passed = [&](const Sample& sample) {
    const auto reach = static_cast<std::int64_t>(std::ceil(tolerance_m / square_m));
    for (std::int64_t dx = -reach; dx <= reach; ++dx) {
      for (std::int64_t dy = -reach; dy <= reach; ++dy) {
        const auto cell =
            other.squares_.find(key(square(sample.at.east_m) + dx, square(sample.at.north_m) + dy));
        if (cell == other.squares_.end()) continue;
        for (const std::uint32_t i : cell->second) {
          const double east = other.all_[i].at.east_m - sample.at.east_m;
          const double north = other.all_[i].at.north_m - sample.at.north_m;
          if (east * east + north * north <= tolerance_m * tolerance_m) return true;
        }
      }
    }
    return false;
  };
  for (std::size_t i = 0; i < all_.size();) {
    if (passed(all_[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    double length = 0;
    while (end < all_.size() && !passed(all_[end])) length += all_[end++].length_m;
    sums.at(static_cast<std::size_t>(cause_of(i, end, other))) += length;
    i = end;
  }
  return sums;
}

}  // namespace lujing::accuracy
