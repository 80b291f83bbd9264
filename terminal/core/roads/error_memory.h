// How large the fixes' error really is, its slow part and the part that is new in each of them, as
// the residuals of what was decided show it.
//
// Of one residual, slow and own variance add up; of two neighbours' product only the slow one is
// left, less what was forgotten between them. Both sums are compared with what was believed.
#pragma once

#include "base/geo.h"

namespace lujing::core {

/// Factors on the variances that were believed.
struct ErrorScale {
  double slow = 1;
  double own = 1;
  bool operator==(const ErrorScale&) const = default;
};

class ErrorMemory {
 public:
  /// What is believed before anything was seen, and how many independent sightings that weighs.
  ErrorMemory(const ErrorScale& start, double weight);

  struct Seen {
    Offset error;         ///< from the road to the fix
    double slow_m2 = 0;   ///< as first believed, unscaled
    double own_m2 = 0;    ///< the same
    double known_m2 = 0;  ///< what is neither: lanes, the map
    double kept = 0;      ///< share of the slow part that survived since the one before
  };
  void note(const Seen& seen);
  /// The next one is no neighbour of those before.
  void cut() { any_ = false; }
  /// What is believed for other reasons from now on.
  void expect(const ErrorScale& start);
  ErrorScale scale() const { return scale_; }

 private:
  void weigh();
  ErrorScale start_;
  double start_weight_;
  ErrorScale scale_;
  double weight_ = 0;
  double squares_ = 0;  ///< of the residuals, less what is known
  double products_ = 0;
  double slow_ = 0;  ///< believed
  double own_ = 0;
  double slow_products_ = 0;
  Seen last_;
  bool any_ = false;
};

}  // namespace lujing::core
