// What really was wrong, judged from the truth alone: no sensor, no rule engine.
#pragma once

#include "sim/vehicle/vehicle.h"

#include <optional>
#include <string>
#include <vector>

namespace lujing::sim {

struct Violation {
  std::string rule;
  double begin_s = 0;
  double end_s = 0;
};

/// MT-01's condition: load at 30 % or more, cover not closed, faster than 5 km/h. The bare
/// condition from its first to its last moment; how long it must last is the rule's matter.
class UnsealedWatch {
 public:
  /// Returns a violation when it has just ended.
  std::optional<Violation> take(const VehicleState& state);
  /// One that still goes on.
  std::optional<Violation> open() const { return open_; }

 private:
  std::optional<Violation> open_;
};

}  // namespace lujing::sim
