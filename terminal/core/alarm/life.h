// The life of an alarm, the same for every rule.
//
//            condition        lasted sustain_s                  gone for clear_s
//     idle ────────────► pending ───────────────► raised ──────────────────────► idle
//                          │ gone for pause_s:        "raised"          "cleared"
//                          │ no record
//                          │
//                          └─ lasted, but within suppress_s of the last raise:
//                                              suppressed ─── gone for clear_s: idle, no record
//                                                  │ suppress_s is over, and it still lasts
//                                                  └──────────► raised
//
// Time that counts is time in which the condition was seen, that before a pause too. While it is
// unknown (a sensor is silent) nothing counts, neither for raising nor for clearing; a pending one
// that has not been seen for a minute is withdrawn. A silence of all devices counts for two seconds
// at most: nobody saw what was in it.
#pragma once

#include "base/time.h"
#include "protocol/record.h"
#include "terminal/core/alarm/facts.h"
#include "terminal/core/config.h"

#include <optional>

namespace lujing::core {

class AlarmLife {
 public:
  enum class Stage : std::uint8_t { idle, pending, raised, suppressed };

  /// The condition as it is from now on. The change of state that a record tells, if there is one.
  /// Called at each observation, `now` never going back.
  std::optional<protocol::AlarmState> judge(BootTime now, Truth condition,
                                            const AlarmConfig& config);

  /// The rule is judged no more: what stands is cleared, what was pending is withdrawn.
  std::optional<protocol::AlarmState> end();

  Stage stage() const { return stage_; }
  /// The condition was seen true at the last look, and stands as an alarm (a suppressed one too) or
  /// has lasted for `warn_after_s`.
  bool holds(BootTime now, double warn_after_s) const;
  /// When the condition of this occurrence became true; good for the record that judge() told.
  BootTime since() const { return since_; }

 private:
  std::optional<protocol::AlarmState> judge_pending(BootTime now, const AlarmConfig& config);
  std::optional<protocol::AlarmState> judge_standing(BootTime now, const AlarmConfig& config);
  bool may_raise(BootTime now, const AlarmConfig& config) const;
  protocol::AlarmState raise(BootTime now);

  Stage stage_ = Stage::idle;
  Truth condition_ = Truth::unknown;
  BootTime judged_;
  BootTime since_;
  std::int64_t true_ns_ = 0;     ///< seen true in this occurrence
  std::int64_t gone_ns_ = 0;     ///< seen false since it was last true
  std::int64_t unknown_ns_ = 0;  ///< not seen at all, without a break
  std::optional<BootTime> raised_at_;
};

}  // namespace lujing::core
