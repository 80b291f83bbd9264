// What the body carries and whether it is sealed: cover, hoist and load, from the inputs.
//
// Cover, two switches:        closed on   closed off
//                  open off   closed      between: not_fully_open if it was closed before,
//                                         not_fully_closed if it was open (or not known)
//                  open on    fault       open
// One switch only: on and off of it are closed and open. A switch in fault: fault, so that a cut
// wire is no way out of a rule. A switch not read yet: invalid.
//
// Load by the analog input, share of a full load: below 0.10 empty, 0.30 light, 0.60 half (where a
// display on sale draws its lines: 30 and 60 %), 1.05 full, above over; a class is left when the
// value is 0.02 beyond its edge. By a raw sensor: the same, of the values that were learnt
// (load_learner.h). By the switch: full or empty. Of several the first that is good, in this order:
// the one that a fitter set up, the learnt one, the switch. That two of them say "laden" and "not
// laden" for ten seconds is counted (health counter load_sources_differ).
#pragma once

#include "hal/observation.h"
#include "protocol/record.h"
#include "terminal/core/config.h"
#include "terminal/core/haul/load_learner.h"

#include <cstdint>
#include <optional>

namespace lujing::core {

class Body {
 public:
  explicit Body(const CoreConfig& config) : config_(config), learner_(config.haul.load) {}

  /// True: it is one of this body's inputs.
  void take(const hal::Switch& input);
  void take(const hal::Analog& input);
  /// The same for the raw load sensor, which learns by what is around.
  void take_raw(BootTime now, const hal::Analog& input, const LoadSurroundings& around);
  /// Time passes: sources that differ are counted.
  void pass(BootTime now);
  /// What was learnt before a power cut.
  void recall_load(double empty, double full) { learner_.recall(empty, full); }
  const LoadLearner& learner() const { return learner_; }
  std::int64_t load_sources_differ() const { return differ_; }

  protocol::Cover cover() const { return cover_; }
  protocol::Hoist hoist() const { return hoist_; }
  protocol::Load load() const { return load_; }
  /// Of a full load, by the first sensor that is good; nullopt: only a switch tells, or nothing.
  std::optional<double> load_share() const;
  /// A load sensor says what none says, whatever another source makes of the load.
  bool load_sensor_fault() const {
    return by_analog_ == protocol::Load::fault || by_raw_ == protocol::Load::fault;
  }

 private:
  void judge_cover();
  void judge_load();

  const CoreConfig& config_;
  hal::SwitchState closed_ = hal::SwitchState::invalid;
  hal::SwitchState open_ = hal::SwitchState::invalid;
  hal::SwitchState laden_ = hal::SwitchState::invalid;
  protocol::Load by_analog_ = protocol::Load::invalid;
  double analog_share_ = 0;  ///< while by_analog_ is known
  protocol::Load by_raw_ = protocol::Load::invalid;
  LoadLearner learner_;
  std::optional<BootTime> differ_since_;
  bool differ_counted_ = false;
  std::int64_t differ_ = 0;
  bool was_closed_ = false;  ///< the last end position that was seen
  protocol::Cover cover_ = protocol::Cover::invalid;
  protocol::Hoist hoist_ = protocol::Hoist::invalid;
  protocol::Load load_ = protocol::Load::invalid;
};

}  // namespace lujing::core
