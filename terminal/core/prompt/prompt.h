// What the driver is told now: one thing at a time, the most urgent first.
//
//   what is so (PromptFacts) ──► asked_for(): a set of prompts ──► Prompter: one of them, or none
//
// The first step is a pure function. The second one remembers when each prompt was last said:
//
//   said      when it is asked for and was not said within its repeat time, so that a condition
//             that comes and goes is no chatter
//   its turn  lasts hold_s; only what is more urgent takes it away
//   shown     the one whose turn it is; after that the most urgent one that is asked for, silently
#pragma once

#include "base/time.h"
#include "terminal/core/prompt/prompt_config.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace lujing::core {

enum class PromptId : std::uint8_t {
  limit_lowered = 0,
  over_limit,
  closed_to_laden,
  overload,
  driver_unverified,
  too_cold,
  power_fault,
  cover_open,
  wash_first,
  no_lifting,
  no_dumping,
  wrong_tip,
  no_station,
  forbidden_zone,
  forbidden_ahead,
  off_route,
  curfew,
  no_permit,
  permit_ends,
  peak_hour,
  outside_plan,
  sweeps_too_fast,
  sprinkles_too_fast,
  brush_up,
  aux_engine,
  wind,
  spray_only,
  no_lift,
  long_stop,
  sensor_fault,
  missed_ahead,
  road_done,
  next_road
};
inline constexpr std::size_t prompt_count = 33;

/// One row a prompt.
struct PromptRow {
  PromptId id = PromptId::limit_lowered;
  const char* word = "";  ///< "cover_open"
  Urgency urgency = Urgency::work;
  /// Rules whose condition asks for it; empty ones are none.
  std::array<std::string_view, 3> rules{};
  bool once = false;  ///< news, not a warning: said once each time it becomes so
};
/// By PromptId. Within one urgency what stands first goes first.
std::span<const PromptRow> prompt_rows();
inline const PromptRow& row_of(PromptId id) {
  return prompt_rows()[static_cast<std::size_t>(id)];
}

/// Bit n: PromptId(n).
using PromptSet = std::uint64_t;
constexpr PromptSet bit_of(PromptId id) {
  return PromptSet{1} << static_cast<unsigned>(id);
}

/// What is so now, beside the rules' conditions.
struct PromptFacts {
  PromptSet by_rules = 0;  ///< asked for by a rule (prompts_of_rule())
  bool limited = false;    ///< a speed limit is put on the vehicle
  bool sensor_fault = false;
  bool wash_due = false;         ///< about to leave a site, laden and not washed
  bool forbidden_ahead = false;  ///< a zone that is forbidden lies ahead
  std::optional<double> permit_left_s;
  std::optional<double> missed_ahead_m;  ///< distance to the next missed stretch of this road
  bool road_done = false;                ///< this road has just become complete
  bool next_road = false;                ///< and there is one to go on to
};
/// The prompts that a rule asks for.
PromptSet prompts_of_rule(std::string_view rule);
/// What all of it asks for.
PromptSet asked_for(const PromptFacts& facts, const PromptConfig& config);

class Prompter {
 public:
  /// The configuration must outlive it.
  explicit Prompter(const PromptConfig& config) : config_(config) {}

  /// What is asked for from now on; `now` never goes back.
  void judge(BootTime now, PromptSet asked);
  /// What the driver sees; nullopt: nothing.
  std::optional<PromptId> shown() const { return shown_; }
  /// How often something has been said, and what the last time: a new number is to be said.
  std::uint64_t said_count() const { return said_count_; }
  PromptId last_said() const { return last_said_; }

 private:
  bool due(PromptId id, BootTime now) const;
  std::optional<PromptId> first_of(PromptSet set) const;

  const PromptConfig& config_;
  PromptSet asked_ = 0;
  std::array<std::optional<BootTime>, prompt_count> said_at_{};
  std::optional<PromptId> shown_;
  BootTime turn_since_;
  bool has_turn_ = false;
  std::uint64_t said_count_ = 0;
  PromptId last_said_ = PromptId::limit_lowered;
};

}  // namespace lujing::core
