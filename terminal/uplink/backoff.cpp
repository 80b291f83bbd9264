#include "terminal/uplink/backoff.h"

#include <algorithm>

namespace lujing::uplink {
namespace {

constexpr Backoff::Milliseconds longest_named{10 * 60 * 1000};

}  // namespace

Backoff::Backoff(Milliseconds min, Milliseconds max, std::uint64_t seed)
    : min_(std::max(min, Milliseconds(1))),
      max_(std::max(max, min_)),
      ceiling_(min_),
      random_(seed) {}

Backoff::Milliseconds Backoff::up_to(Milliseconds most) {
  return Milliseconds(
      static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(most.count() + 1)));
}

Backoff::Milliseconds Backoff::next() {
  const Milliseconds wait = up_to(ceiling_);
  ceiling_ = std::min(max_, ceiling_ * 2);
  return wait;
}

Backoff::Milliseconds Backoff::after(Milliseconds named) {
  const Milliseconds least = std::clamp(named, Milliseconds(0), longest_named);
  return least + up_to(std::max(least / 2, min_));
}

}  // namespace lujing::uplink
