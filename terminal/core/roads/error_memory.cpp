#include "terminal/core/roads/error_memory.h"

#include <algorithm>
#include <cmath>

namespace lujing::core {
namespace {

constexpr double errors_remembered = 100;  // independent sightings
constexpr double least_slow = 0.02;
constexpr double least_own = 0.25;
constexpr double most_scale = 16;
constexpr double most_squared = 16;  // beyond four sigmas it is an outlier

double dot(Offset a, Offset b) {
  return a.east_m * b.east_m + a.north_m * b.north_m;
}

}  // namespace

ErrorMemory::ErrorMemory(const ErrorScale& start, double weight)
    : start_(start), start_weight_(weight), scale_(start) {}

void ErrorMemory::note(const Seen& seen) {
  const double believed = scale_.slow * seen.slow_m2 + scale_.own * seen.own_m2 + seen.known_m2;
  const double squared = std::min(dot(seen.error, seen.error), most_squared * believed);
  // Neighbours that share most of their error are hardly two witnesses.
  const double kept = any_ ? seen.kept : 0;
  const double weight = std::max(1 - kept * kept, 1e-3);
  const double keep = std::max(1 - weight / errors_remembered, 0.0);
  for (double* sum : {&weight_, &squares_, &products_, &slow_, &own_, &slow_products_})
    *sum *= keep;
  weight_ += weight;
  squares_ += weight * (squared - seen.known_m2);
  slow_ += weight * seen.slow_m2;
  own_ += weight * seen.own_m2;
  if (any_) {
    const double length = std::sqrt(dot(seen.error, seen.error) * dot(last_.error, last_.error));
    const double product = dot(seen.error, last_.error);
    // Only what lies across the road is seen: the same error shows less on a road that has turned.
    const double shared = length > 0 ? product * product / (length * length) : 0;
    products_ += weight * std::clamp(product, -most_squared * believed, most_squared * believed);
    slow_products_ += weight * kept * shared * seen.slow_m2;
  }
  last_ = seen;
  any_ = true;
  weigh();
}

void ErrorMemory::expect(const ErrorScale& start) {
  start_ = start;
  scale_ = start;
  weigh();
}

void ErrorMemory::weigh() {
  if (!(slow_ > 0)) return;
  const double prior = start_weight_ / weight_;
  const bool own_is_known = own_ < slow_ / 100;
  const double slow =
      own_is_known ? (squares_ / slow_ + prior * start_.slow) / (1 + prior)
                   : (products_ + prior * start_.slow * slow_) / (slow_products_ + prior * slow_);
  scale_.slow = std::clamp(slow, least_slow, most_scale);
  if (own_is_known) return;
  const double own = squares_ - scale_.slow * slow_;
  scale_.own = std::clamp((own / own_ + prior * start_.own) / (1 + prior), least_own, most_scale);
}

}  // namespace lujing::core
