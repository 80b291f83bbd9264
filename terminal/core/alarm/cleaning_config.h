// Parameters of the rules of cleaning (SW, SP, CV, GB, FU). The numbers come from a city profile,
// with their source; a rule that the profile does not name is off.
#pragma once

#include "terminal/core/alarm/alarm_config.h"

#include <cstdint>
#include <vector>

namespace lujing::core {

/// [from, to) in minutes of the local day; to <= from: until the next day, which counts as the
/// same one.
struct WeekWindow {
  std::uint8_t weekdays = 0x7f;  ///< bit n: 0 Monday ... 6 Sunday
  std::uint16_t from_min = 0;
  std::uint16_t to_min = 1440;
  bool holds(int weekday, int minute) const;
  bool operator==(const WeekWindow&) const = default;
};
bool any_holds(const std::vector<WeekWindow>& windows, int weekday, int minute);

/// Each rule of cleaning, by its place in CleaningConfig::rules.
enum class CleaningRule : std::uint8_t {
  sw01,
  sw02,
  sw03,
  sw04,
  sp01,
  sp02,
  sp03,
  sp04,
  sp05,
  sp06,
  sp07,
  cv01,
  cv02,
  cv03,
  cv04,
  cv07,
  gb01,
  gb02,
  gb03,
  fu01
};
inline constexpr std::size_t cleaning_rule_count = 20;

struct CleaningConfig {
  CleaningConfig();
  AlarmConfig rules[cleaning_rule_count];
  std::int32_t utc_offset_min = 480;       ///< of the windows below
  double sweep_kmh = 8;                    ///< SW-01
  double patrol_kmh = 15;                  ///< SW-02
  std::vector<WeekWindow> patrol_windows;  ///< hours of patrol cleaning (保洁)
  double fake_min_kmh = 2;                 ///< SW-03: where the plan gives no band of speed
  double fake_max_kmh = 8;
  double sweep_rpm_min = 1600;  ///< SW-04
  double sweep_rpm_max = 2000;
  double sprinkle_rpm_min = 1500;
  double sprinkle_rpm_max = 1700;
  double sprinkle_kmh = 15;                  ///< SP-01
  std::vector<WeekWindow> deny_windows;      ///< SP-02
  std::vector<WeekWindow> elevated_windows;  ///< on bridges and expressways only
  double cold_c = 4;                         ///< SP-03
  double heat_c = 30;                        ///< SP-04, where the plan gives none
  int heat_more_passes = 0;                  ///< and so many more, of work with water
  int wind_force = 5;                        ///< SP-05: stops sweeping, and asks for more water:
  int wind_more_passes = 0;                  ///< so many more passes, where the plan gives none
  std::vector<WeekWindow> daytime_windows;   ///< SP-06
  double pass_share = 0.9;                   ///< CV-01: of a kerb, for a pass
  double pass_gap_s = 600;                   ///< two coverings closer than this are one pass
  double mark_max_m = 150;                   ///< a driver's mark of a blocked kerb: so far,
  double mark_max_s = 300;                   ///< so long,
  double mark_max_kmh = 20;                  ///< and only this slowly
  double fuel_drop_l = 5;                    ///< FU-01
  double fuel_within_s = 600;
  bool operator==(const CleaningConfig&) const = default;
  const AlarmConfig& of(CleaningRule rule) const { return rules[static_cast<std::size_t>(rule)]; }
  AlarmConfig& of(CleaningRule rule) { return rules[static_cast<std::size_t>(rule)]; }
};

}  // namespace lujing::core
