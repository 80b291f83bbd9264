// Parameters that every rule has; the numbers come from a city profile.
#pragma once

namespace lujing::core {

struct AlarmConfig {
  bool enabled = true;
  double sustain_s = 5.0;      ///< the condition must last
  double clear_s = 5.0;        ///< and be gone for this long
  double suppress_s = 7200.0;  ///< no second alarm of the rule within this time
  double pause_s = 0;          ///< gone for less than this (a red light), it goes on where it was
  bool operator==(const AlarmConfig&) const = default;
};

}  // namespace lujing::core
