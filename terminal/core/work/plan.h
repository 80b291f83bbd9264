// A work plan: which roads, what is to be done on them, how often, when, how fast, by when, in
// which order, and what the weather changes. Made on the platform, sent as a directive (its form is
// TOML, terminal/config/plan.h), judged on the vehicle while it works and again on the platform.
#pragma once

#include "base/geo.h"
#include "base/time.h"
#include "protocol/work_records.h"
#include "terminal/core/roads/network.h"
#include "terminal/core/work/coverage.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lujing::core {

/// Hours of a local day, in minutes; to <= from: until the next day.
struct PlanWindow {
  std::uint16_t from_min = 0;
  std::uint16_t to_min = 1440;
  bool operator==(const PlanWindow&) const = default;
};

/// Which roads: every condition that is given must hold. None: every road that can be swept.
struct RoadChoice {
  std::uint32_t classes = 0;             ///< bit n: RoadClass(n); 0: any
  std::vector<std::int64_t> ways;        ///< in order where the task asks for an order; empty: any
  std::vector<std::string> names;        ///< road names; empty: any
  std::vector<std::uint16_t> districts;  ///< as the road file numbers them; empty: any
  std::vector<GeoPoint> zone;            ///< a polygon around them; empty: anywhere
  bool operator==(const RoadChoice&) const = default;
};

struct PlanTask {
  std::string name;
  WorkMask works = machine_swept;  ///< any of them will do
  /// 吸、冲、洗、补 and the like: all of these, in this order, within `steps_within_min`.
  std::vector<protocol::Work> steps;
  std::uint16_t steps_within_min = 120;
  RoadChoice roads;
  std::uint8_t passes = 1;          ///< a day
  std::vector<PlanWindow> windows;  ///< none: the whole day
  std::optional<std::uint16_t> deadline_min;
  std::optional<double> min_kmh;
  std::optional<double> max_kmh;
  bool both_kerbs = true;
  bool in_order = false;  ///< the ways one after the other
  /// At least this warm: this many passes. None: heat changes nothing.
  std::optional<double> heat_c;
  std::uint8_t heat_passes = 0;
  /// In at least this wind (Beaufort): this many passes. None: what the city's rules say.
  std::optional<int> wind_force;
  std::uint8_t wind_passes = 0;
  bool operator==(const PlanTask&) const = default;
};

/// Where something is collected: each day once.
struct CollectionPoint {
  std::string name;
  GeoPoint place;
  double radius_m = 15;
  std::optional<std::uint16_t> due_min;  ///< of the day; none: by its end
  bool operator==(const CollectionPoint&) const = default;
};

/// Where may be emptied.
struct Station {
  std::string name;
  GeoPoint place;
  double radius_m = 60;
  bool operator==(const Station&) const = default;
};

struct Weather {
  std::optional<double> temperature_c;
  std::optional<int> wind_force;  ///< Beaufort
  bool rain = false;
  bool operator==(const Weather&) const = default;
};

/// What a city's rules make of the weather where the plan says nothing: more passes of work that
/// puts water on the road (SP-04, SP-05).
struct WeatherRules {
  double heat_c = 30;
  int heat_more = 0;
  int wind_force = 5;
  int wind_more = 0;
  bool operator==(const WeatherRules&) const = default;
};
struct PassesAsked {
  int passes = 0;
  bool by_heat = false;
  bool by_wind = false;
};

struct Plan {
  std::string name;
  std::int64_t version = 0;
  std::string company;
  std::int32_t utc_offset_min = 480;
  std::vector<PlanTask> tasks;
  std::vector<CollectionPoint> points;
  std::vector<Station> stations;
  Weather weather;
  bool operator==(const Plan&) const = default;
};

/// How many passes a day the task asks for in the day's weather: heat and wind raise its own
/// number, never lower it. Weather that is not known raises nothing.
PassesAsked passes_asked(const PlanTask& task, const Weather& weather, const WeatherRules& rules);

bool chosen(const RoadChoice& choice, const RoadNetwork& roads, LinkId link);
/// No windows: the whole day.
bool within_windows(std::span<const PlanWindow> windows, int minute);
/// Even-odd rule; a point on the line may be either.
bool inside(std::span<const GeoPoint> polygon, GeoPoint place);

/// Local time of day and day number (since 1970) of a moment.
struct LocalTime {
  std::int64_t day = 0;
  int minute = 0;
  int weekday = 0;  ///< 0 Monday
};
LocalTime local_time(UtcTime utc, std::int32_t utc_offset_min);
/// The day in UTC milliseconds.
TimeWindow day_window(std::int64_t local_day, std::int32_t utc_offset_min);

/// What is still owed of a task.
struct TaskBalance {
  std::int64_t required_cm = 0;  ///< kerbs of its roads, without what was excepted
  std::int64_t covered_cm = 0;   ///< at least once
  std::int64_t no_data_cm = 0;
  std::int64_t excepted_cm = 0;
  int kerbs = 0;
  int kerbs_below = 0;   ///< covered to less than the pass threshold
  int one_sided = 0;     ///< links of which one kerb is complete and the other is not
  int kerbs_short = 0;   ///< complete, but with fewer passes than asked
  int out_of_order = 0;  ///< links on which the steps were not done in order and in time
};
/// What was done of the task on the local day, in its hours. `passes`: how many are asked (heat may
/// raise the task's own). `question` gives the pass gap and threshold.
TaskBalance balance(const PlanTask& task, const RoadNetwork& roads, const CoverageLedger& ledger,
                    std::int64_t local_day, std::int32_t utc_offset_min, int passes,
                    const Question& question);
/// The task's steps were begun on this kerb in order and in time, on that day.
bool steps_in_order(const PlanTask& task, const CoverageLedger& ledger, KerbId kerb,
                    TimeWindow day);
/// The task's hours on that day, in UTC; a window over midnight begins on that day.
std::vector<TimeWindow> task_windows(const PlanTask& task, std::int64_t local_day,
                                     std::int32_t utc_offset_min);
/// Whose day's hours it is now: yesterday's, in a window that goes over midnight.
std::int64_t task_day(const PlanTask& task, const LocalTime& now);
/// From the first of its hours on that day to the last.
TimeWindow task_span(const PlanTask& task, std::int64_t local_day, std::int32_t utc_offset_min);
/// By when it is to be done, in minutes since the day began, 1 to 2879: its deadline, which is of
/// the next day where it lies before the hours of the evening (22:00-06:00, by 06:30), else the end
/// of its last window.
int due_minute(const PlanTask& task);

}  // namespace lujing::core
