// What the machine did in the last quarter of an hour, and where on the odometer: what matching
// says later about a stretch can then be told piece by piece. And the intervals as records.
#pragma once

#include "protocol/record.h"
#include "terminal/core/work/engine.h"
#include "terminal/core/work/kerb_marks.h"

#include <cstddef>
#include <vector>

namespace lujing::core {

/// One moment. The state holds from here to the next one.
struct WorkSample {
  BootTime at;
  double driven_m = 0;  ///< odometer
  WorkState state{};
  Blocked blocked;  ///< the driver says that this kerb cannot be cleaned
};

/// A bounded ring of samples, oldest first: at each change of state and once a second.
class WorkHistory {
 public:
  static constexpr std::size_t capacity = 2048;

  WorkHistory();
  void add(BootTime at, double driven_m, const WorkState& state, const Blocked& blocked = {});
  /// The same for a state that had to last before it was believed: it holds from `since` on. Only
  /// kinds of work whose state changes are told again.
  void change(BootTime since, BootTime at, double driven_m, const WorkState& state,
              const Blocked& blocked);
  /// What went on still went on at `at`, but the driver's mark ended there.
  void unmark(BootTime at, double driven_m);
  std::size_t size() const { return size_; }
  const WorkSample& at(std::size_t i) const { return ring_[(first_ + i) % capacity]; }
  /// The newest sample at or before `when`; nullopt: that is forgotten, or has not been.
  std::optional<std::size_t> find(BootTime when) const;
  /// Between two samples in proportion to time.
  double driven_m(BootTime when) const;

 private:
  std::vector<WorkSample> ring_;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
  std::vector<WorkSample> tail_;  ///< kept for its memory
};

/// Turns the states of six kinds of work into records of time.
class WorkIntervals {
 public:
  static constexpr double cut_s = 60;  ///< so that a power cut costs no more

  explicit WorkIntervals(const WorkProfile& profile) : tank_l_(profile.tank_l) {}
  /// Appends the intervals that have ended. `now` never goes back.
  void judge(BootTime now, double driven_m, const WorkEngine& engine,
             std::vector<protocol::WorkRecord>& ended);

 private:
  struct Open {
    WorkNow now;
    BootTime since;
    double driven_m = 0;
    double water_l = 0;
    std::optional<double> tank_share;
  };
  void use_water(BootTime now, const WorkEngine& engine);
  protocol::WorkRecord ended(const Open& open, std::size_t kind, double driven_m,
                             const WorkEngine& engine) const;

  double tank_l_;
  std::array<Open, protocol::work_kinds> open_{};
  std::optional<BootTime> water_at_;
  double flow_lpm_ = 0;
};

}  // namespace lujing::core
