// A vehicle on drawn streets: where it drives, and what a receiver makes of it.
#pragma once

#include "terminal/core/roads/matching.h"
#include "tests/support/ascii_roads.h"

#include <cmath>
#include <random>
#include <string_view>
#include <vector>

namespace lujing::tests {

class Drive {
 public:
  explicit Drive(const AsciiRoads& town, unsigned seed = 1) : town_(town), random_(seed) {}

  Drive& noise(double sigma_m) {
    noise_m_ = sigma_m;
    return *this;
  }
  Drive& speed(double mps) {
    speed_mps_ = mps;
    return *this;
  }
  Drive& every(double seconds) {
    every_s_ = seconds;
    return *this;
  }
  /// Straight from letter to letter, `right_m` beside the lines.
  Drive& along(std::string_view letters, double right_m = 0) {
    for (std::size_t i = 0; i + 1 < letters.size(); ++i) {
      const double length = distance_m(town_.at(letters[i]), town_.at(letters[i + 1]));
      for (; ahead_m_ <= length; ahead_m_ += speed_mps_ * every_s_) {
        see(town_.between(letters[i], letters[i + 1], ahead_m_ / length, right_m));
      }
      ahead_m_ -= length;
    }
    return *this;
  }
  /// From here to a place that has no letter, in a straight line.
  Drive& to(GeoPoint place) {
    const GeoPoint start = here_;
    const Offset way = offset(start, place);
    const double length = std::sqrt(way.east_m * way.east_m + way.north_m * way.north_m);
    for (double at = speed_mps_ * every_s_; at <= length; at += speed_mps_ * every_s_) {
      see(moved(start, {way.east_m * at / length, way.north_m * at / length}));
    }
    ahead_m_ = speed_mps_ * every_s_;
    return *this;
  }
  Drive& stand(double seconds) {
    for (double s = 0; s < seconds; s += every_s_) see(here_);
    return *this;
  }
  /// Nothing is received while so many seconds pass and so many metres of `letters` are driven.
  Drive& blind(double seconds) {
    now_s_ += seconds;
    return *this;
  }
  Drive& see(GeoPoint place) {
    here_ = place;
    std::normal_distribution<double> error(0, noise_m_);
    const Offset by = noise_m_ > 0 ? Offset{error(random_), error(random_)} : Offset{};
    fixes_.push_back(
        {BootTime{static_cast<std::int64_t>(now_s_ * 1e9)}, moved(place, by), {}, {}, {}});
    now_s_ += every_s_;
    return *this;
  }
  Drive& add(const core::RawFix& fix) {
    fixes_.push_back(fix);
    return *this;
  }
  double now_s() const { return now_s_; }
  const std::vector<core::RawFix>& fixes() const { return fixes_; }

 private:
  const AsciiRoads& town_;
  std::mt19937 random_;
  double noise_m_ = 0;
  double speed_mps_ = 10;
  double every_s_ = 1;
  double ahead_m_ = 0;
  double now_s_ = 1000;
  GeoPoint here_;
  std::vector<core::RawFix> fixes_;
};

/// What the matcher says to all of it.
inline core::Matches match(const AsciiRoads& town, const std::vector<core::RawFix>& fixes,
                           const core::MatchConfig& config = {}) {
  core::Matcher matcher(town.roads(), config);
  core::Matches found;
  for (const core::RawFix& fix : fixes) matcher.take(fix, found);
  matcher.finish(found);
  return found;
}

/// "AB BD": the edges in driving order, each once; " / " where the path is not joined.
inline std::string path(const AsciiRoads& town, const core::Matches& found) {
  std::string words;
  core::EdgeId last;
  for (const core::Driven& driven : found.driven) {
    const bool same = driven.joined && driven.edge == last;
    if (same) continue;
    if (!words.empty()) words += driven.joined ? " " : " / ";
    words += town.letters(driven.edge);
    last = driven.edge;
  }
  return words;
}

}  // namespace lujing::tests
