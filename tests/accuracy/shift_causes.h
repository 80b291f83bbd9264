// Why a metre of kerb was credited though it was not cleaned, or cleaned and not credited: the
// moment at which the vehicle passed it, what it really did then, and what the records say of that
// moment. Every wrong metre gets exactly one cause.
#pragma once

#include "base/result.h"
#include "protocol/record.h"
#include "sim/score/intervals.h"
#include "sim/score/ways.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lujing::accuracy {

using Kerb = std::pair<std::int64_t, bool>;  ///< way and kerb (true: right of its points)

/// A coverage record in the truth's terms.
struct Told {
  std::int64_t way = 0;
  bool left = false;  ///< kerbs of the way's points
  bool right = false;
  bool backward = false;
  double from_m = 0;  ///< along the way
  double to_m = 0;
  double begin_s = 0;  ///< since the scenario's start
  double end_s = 0;
  protocol::CoverageState state = protocol::CoverageState::covered;
  protocol::WorkReason reason = protocol::WorkReason::none;
  bool covers(const Kerb& kerb) const {
    return way == kerb.first && (kerb.second ? right : left) &&
           state == protocol::CoverageState::covered;
  }
};

/// What really happened, each second (sim/truth/TRUTH.md).
class ShiftTruth {
 public:
  /// `folder`: what the simulator wrote; of its vehicle `id`.
  static Result<ShiftTruth> read(const std::string& folder, const std::string& id);

  struct Second {
    double t_s = 0;
    std::int64_t way = 0;
    bool along_way = true;
    double way_m = 0;
    double gap_m = 0;   ///< from the vehicle's right side to the kerb
    double work_m = 0;  ///< driven since this piece of work began; below 0: it does not work
  };
  /// The second that is nearest; the first or last one outside.
  const Second& at(double t_s) const;
  bool effective(double t_s) const;
  /// Seconds between that moment and the nearest change of what the machine does.
  double to_change_s(double t_s) const;
  /// Kerbs cleaned up to `until_s`.
  std::map<Kerb, score::Intervals> cleaned(double until_s) const;
  /// How far `way_m` lies ahead of where the vehicle was then, in its direction; nothing where it
  /// was on another road.
  std::optional<double> ahead_m(std::int64_t way, double way_m, double t_s) const;
  /// When the vehicle passed that place, effective and within reach of this kerb; below 0: never.
  double cleaned_at_s(const Kerb& kerb, double way_m) const;

 private:
  struct Swept {
    Kerb kerb;
    double begin_s, end_s;
    double first_m, last_m;  ///< in the order of travel
  };
  std::vector<Second> seconds_;
  std::vector<Swept> swept_;
  std::vector<std::pair<double, bool>> changes_;  ///< effective from then on
};

/// Only what the vehicle passed up to `until_s`.
Told cut_at(const Told& told, double until_s);
/// What `places` has and `others` have not.
score::Intervals without(const score::Intervals& places, const score::Intervals& others);

/// Metres by cause.
using Causes = std::map<std::string, double>;

/// `wrong`: places of `kerb` that are credited and not cleaned. `ends`: of the way's links, along
/// it.
void add_wrong(const Kerb& kerb, const score::Intervals& wrong, const std::vector<Told>& told,
               const ShiftTruth& truth, const std::vector<double>& ends, Causes& causes);
/// `missed`: places that are cleaned and not credited.
void add_missed(const Kerb& kerb, const score::Intervals& missed, const std::vector<Told>& told,
                const ShiftTruth& truth, const std::vector<double>& ends, Causes& causes);

}  // namespace lujing::accuracy
