// Random numbers that are the same on every machine and with every standard library.
#pragma once

#include <cstdint>
#include <string_view>

namespace lujing::sim {

/// xoshiro256** seeded by SplitMix64 (Blackman and Vigna's public-domain generators), with
/// distributions of our own: those of the standard library differ between implementations.
class Random {
 public:
  explicit Random(std::uint64_t seed);
  /// A stream of its own for one purpose: drawing from it leaves the others as they are.
  Random(std::uint64_t seed, std::string_view purpose);

  std::uint64_t bits();
  /// [0, 1).
  double uniform();
  double uniform(double from, double to) { return from + (to - from) * uniform(); }
  /// [0, n); n must be at least 1.
  std::uint32_t below(std::uint32_t n);
  bool chance(double probability) { return uniform() < probability; }
  /// Near-normal, mean 0, deviation 1, within +-6 (the sum of twelve uniforms): no transcendental
  /// function, so the same bits everywhere.
  double gaussian();

 private:
  std::uint64_t state_[4];
};

/// Noise that forgets: a first-order Gauss-Markov process.
class Drift {
 public:
  Drift(double deviation, double time_constant_s)
      : deviation_(deviation), time_constant_s_(time_constant_s) {}
  /// Moves on by dt_s and returns the value.
  double step(double dt_s, Random& random);
  double value() const { return value_; }

 private:
  double deviation_;
  double time_constant_s_;
  double value_ = 0;
};

}  // namespace lujing::sim
