// Raw fixes in, sightings out a few seconds later: what a vehicle can do between two fixes takes
// the white noise out of dense ones, and gives them a heading.
//
// A filter of constant velocity, forward over each fix and back over the last few
// (Rauch-Tung-Striebel with a fixed lag). How noisy a dense track is, its own second differences
// say: three fixes in a row do not lie on a line by the noise and by what the vehicle can
// accelerate. Sparse fixes pass through unchanged, since nothing ties them together.
#pragma once

#include "terminal/core/roads/match_config.h"
#include "terminal/core/roads/raw_fix.h"
#include "terminal/core/roads/sighting.h"

#include <array>
#include <cstddef>

namespace lujing::core {

class Smoother {
 public:
  explicit Smoother(const MatchConfig& config);

  /// Takes one fix; times must not go back (Matcher refuses those that do).
  void take(const RawFix& fix);
  /// The oldest sighting that is ready, if any. `all`: do not wait for later fixes.
  bool next(Sighting& out, bool all);

 private:
  /// One axis pair: both axes share their variances.
  struct State {
    Offset place;
    Offset speed;
    double pp = 0;  ///< variance of the place, m^2
    double ps = 0;
    double ss = 0;
  };
  struct Step {
    RawFix fix;
    double seconds = 0;  ///< since the step before it
    Offset seen;
    double noise_m2 = 0;
    double slow_m2 = 0;
    State predicted;
    State filtered;
    bool first = false;  ///< nothing before it is tied to it
  };
  static constexpr std::size_t room = 64;

  Step& step(std::size_t age) { return ring_[(head_ + room - age) % room]; }
  State predict(const State& from, double seconds) const;
  void learn_noise(const Step& now);
  void update(Step& now, const Step* before) const;
  State back(std::size_t age);
  double wait_s() const;
  bool tied(const Step& step) const;
  double own_m2(const Step& step) const;
  double slow_m2(const Step& step) const;
  void emit(const Step& step, const State& smooth, Sighting& out);

  const MatchConfig& config_;
  std::array<Step, room> ring_;
  std::size_t head_ = 0;     ///< the newest
  std::size_t held_ = 0;     ///< steps that are kept, the oldest ones already emitted
  std::size_t waiting_ = 0;  ///< of these, not emitted
  GeoPoint origin_;
  double noise_m2_;      ///< white variance per axis, as the track shows it
  double noise_weight_;  ///< how many triples stand behind it
  GeoPoint last_place_;
};

}  // namespace lujing::core
