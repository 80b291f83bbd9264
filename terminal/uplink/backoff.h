// How long to wait before the next try, so that a fleet that was cut off does not come back at
// once.
#pragma once

#include <chrono>
#include <cstdint>
#include <random>

namespace lujing::uplink {

/// Full jitter: anything up to a ceiling that doubles from `min` to `max` with each failure (M.
/// Brooker, "Exponential Backoff and Jitter", 2015: least load on the server of the usual ways).
class Backoff {
 public:
  using Milliseconds = std::chrono::milliseconds;

  Backoff(Milliseconds min, Milliseconds max, std::uint64_t seed);
  /// The wait before the next try.
  Milliseconds next();
  /// The wait when the platform has named one: never less than that, spread by half of it more.
  Milliseconds after(Milliseconds named);
  /// A session did well.
  void reset() { ceiling_ = min_; }

 private:
  Milliseconds up_to(Milliseconds most);

  Milliseconds min_;
  Milliseconds max_;
  Milliseconds ceiling_;
  std::mt19937_64 random_;
};

}  // namespace lujing::uplink
