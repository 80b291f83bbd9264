// What the upper body does now, out of the vehicle's profile (work/profile.h).
//
//   facts   a number against two thresholds, debounced            yes, no, unknown, not connected
//   rows    "when" all yes: switched on; "needs" all yes: effective; else the first reason why not
//   kinds   the best row of each kind: effective before not effective before perhaps
//
// A fact whose signal is silent is unknown at once: work that may go on unseen is "perhaps", which
// is neither done nor not done.
#pragma once

#include "hal/observation.h"
#include "terminal/core/work/profile.h"

#include <array>
#include <optional>

namespace lujing::core {

/// One kind of work at one moment.
struct WorkNow {
  enum class Presence : std::uint8_t { off = 0, on = 1, perhaps = 2 };
  Presence presence = Presence::off;
  protocol::WorkSide side = protocol::WorkSide::unknown;
  protocol::WorkReason reason = protocol::WorkReason::none;  ///< none: effective, if it is on
  protocol::Evidence evidence = protocol::Evidence::measured;
  std::uint8_t row = 0;  ///< of the profile
  bool operator==(const WorkNow&) const = default;
  bool effective() const {
    return presence == Presence::on && reason == protocol::WorkReason::none;
  }
};
using WorkState = std::array<WorkNow, protocol::work_kinds>;

class WorkEngine {
 public:
  explicit WorkEngine(WorkProfile profile);

  void take(BootTime now, const hal::CanSignal& signal);
  void take(BootTime now, const hal::Switch& input);
  void take(BootTime now, const hal::Analog& input);
  /// The vehicle's own speed; nullopt: not known.
  void take_speed(BootTime now, std::optional<double> speed_mps);
  /// Time has come this far: what had to last is judged. Cheap where nothing changed.
  const WorkState& judge(BootTime now);

  const WorkState& state() const { return state_; }
  /// Since when what the last judge() found has been so: before its `now` where it had to last.
  BootTime since() const { return since_; }
  const WorkProfile& profile() const { return profile_; }
  std::optional<double> measure(Measure measure) const {
    return measures_[static_cast<std::size_t>(measure)];
  }
  /// Bit n: protocol::Work(n) is effective.
  std::uint32_t work_bits() const;
  /// Whether water goes out as jets, where the profile has a fact "jets" and knows.
  std::optional<bool> jets() const;

 private:
  enum class Is : std::uint8_t { no, yes, unknown, missing };
  struct FactState {
    Is raw = Is::unknown;
    Is is = Is::unknown;
    BootTime since;  ///< of raw
  };
  void take(BootTime now, WorkSource source, std::optional<double> value);
  Is ask(const WorkTerm& term) const;
  Is any(const std::vector<WorkTerm>& terms) const;
  WorkNow judge_row(std::size_t index) const;
  void judge_needs(const WorkRow& row, WorkNow& now) const;
  void judge_side(const WorkRow& row, WorkNow& now) const;
  bool rests_on_machine(const WorkRow& row) const;

  WorkProfile profile_;
  std::vector<FactState> facts_;
  std::vector<std::size_t> jet_facts_;  ///< of them, those that are named "jets"
  std::vector<bool> inferred_;          ///< of each row: nothing of the machine is behind it
  std::array<std::optional<double>, measure_count> measures_;
  WorkState state_{};
  BootTime since_;
  bool dirty_ = true;
  bool waiting_ = false;  ///< some fact has yet to last
};

}  // namespace lujing::core
