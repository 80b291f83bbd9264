// Parameters of the trust rules, AC-01 to AC-12. Where each default comes from:
// deploy/profiles/default.toml.
#pragma once

#include "terminal/core/alarm/alarm_config.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace lujing::core {

inline constexpr std::size_t trust_rules = 12;

struct TrustConfig {
  /// [0]: AC-01.
  std::array<AlarmConfig, trust_rules> alarms{{
      {true, 15, 15, 7200},    // power
      {true, 1, 5, 7200},      // antenna
      {true, 3, 5, 7200},      // sensor fault
      {true, 1, 5, 7200},      // stuck sensor
      {true, 10, 10, 7200},    // receiver and wheels apart
      {true, 60, 10, 7200},    // jammed or frozen
      {true, 0, 5, 600},       // jump
      {true, 30, 5, 7200},     // bus silent
      {true, 1, 5, 7200},      // removed
      {true, 3600, 10, 7200},  // offline
      {true, 60, 10, 7200},    // device fault
      {true, 0, 5, 600},       // clock
  }};
  double system_24v = 19;  ///< a battery above it is one of 24 V
  double low_24v = 22;
  double low_12v = 11;
  double lost_v = 5;
  double stuck_cycles = 3;  ///< loads or lifts without the other changing
  double speed_apart_mps = 10 / 3.6;
  double place_apart_m = 80;  ///< the receiver's way from the wheels' way, within two minutes
  double jam_speed_mps = 5 / 3.6;
  double jam_cn0_dbhz = 25;  ///< mean of the strongest satellites, below: collapsed
  double leap_m = 2000;
  double bus_speed_mps = 10 / 3.6;
  double bus_silent_s = 5;
  double clock_step_s = 60;
  bool operator==(const TrustConfig&) const = default;
};

/// One number of one rule, as a profile names it (times `factor` it is SI) and as a journal's
/// header names it (SI).
struct TrustNumber {
  std::size_t rule = 0;  ///< of AC-01: 0
  const char* key = "";
  const char* si_key = "";
  double TrustConfig::*value = nullptr;
  double factor = 1;
  double most = 0;  ///< in the profile's unit
};
std::span<const TrustNumber> trust_numbers();
/// "AC-01".
const char* trust_rule_name(std::size_t rule);

}  // namespace lujing::core
