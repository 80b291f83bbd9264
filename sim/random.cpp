#include "sim/random.h"

#include <bit>
#include <cmath>

namespace lujing::sim {
namespace {

std::uint64_t split_mix(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9E3779B97F4A7C15ULL);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001B3ULL;
  }
  return hash;
}

}  // namespace

Random::Random(std::uint64_t seed) : state_{} {
  for (auto& word : state_) {
    word = split_mix(seed);
  }
}

Random::Random(std::uint64_t seed, std::string_view purpose)
    : Random(seed * 0xD6E8FEB86659FD93ULL ^ fnv1a(purpose)) {}

std::uint64_t Random::bits() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Random::uniform() {
  return static_cast<double>(bits() >> 11) * 0x1.0p-53;
}

std::uint32_t Random::below(std::uint32_t n) {
  return static_cast<std::uint32_t>(((bits() >> 32) * n) >> 32);
}

double Random::gaussian() {
  double sum = -6.0;
  for (int i = 0; i < 12; ++i) {
    sum += uniform();
  }
  return sum;
}

double Drift::step(double dt_s, Random& random) {
  const double keep = time_constant_s_ / (time_constant_s_ + dt_s);
  value_ = keep * value_ + deviation_ * std::sqrt(1.0 - keep * keep) * random.gaussian();
  return value_;
}

}  // namespace lujing::sim
