// The parameters of the muck-truck rules (MT-01 has its own): which there are, and what they are
// where a profile says nothing.
#pragma once

#include "terminal/core/alarm/alarm_config.h"
#include "terminal/core/clock/windows.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace lujing::core {

enum class Mt : std::uint8_t {
  mt03,
  mt05,
  mt06,
  mt07,
  mt08,
  mt09,
  mt10,
  mt11,
  mt12,
  mt13,
  mt14,
  mt15,
  mt16,
  mt17,
  mt18,
  mt19,
  mt20,
  mt21,
  mt22
};
inline constexpr std::size_t mt_count = 19;

/// A rule uses those that its row names; the others stay as they are.
struct MtParameters {
  AlarmConfig alarm;
  double speed_mps = 0;
  double distance_m = 0;
  double time_s = 0;
  std::vector<DayWindow> windows;  ///< local hours
  bool operator==(const MtParameters&) const = default;
};

struct MtRow {
  const char* id;  ///< "MT-03"
  AlarmConfig alarm;
  bool speed = false;  ///< has a speed_kmh
  bool distance = false;
  bool time = false;
  bool windows = false;
  double speed_kmh = 0;  ///< its default
  double distance_m = 0;
  double time_s = 0;
  double stop_s = 0;  ///< of a rule about driving: what a profile has that names no alarm.pause_s
};

/// By Mt.
std::span<const MtRow> mt_rows();

struct MtConfig {
  std::array<MtParameters, mt_count> rules;
  MtConfig();
  const MtParameters& of(Mt rule) const { return rules[static_cast<std::size_t>(rule)]; }
  bool operator==(const MtConfig&) const = default;
};

}  // namespace lujing::core
