// What a driver, a fitter or a status page wants to know now: a copy of the core's state.
#pragma once

#include "hal/observation.h"
#include "protocol/record.h"
#include "terminal/core/alarm/alarms.h"
#include "terminal/core/fusion/fix_gate.h"
#include "terminal/core/fusion/pose.h"
#include "terminal/core/haul/control.h"
#include "terminal/core/prompt/prompt.h"
#include "terminal/core/work/engine.h"
#include "terminal/core/work/guide.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lujing::core {

/// What the driver sees (prompt/prompt.h, work/guide.h).
struct DriverView {
  std::optional<PromptId> prompt;  ///< shown now
  RoadAdvice advice;               ///< without its names: they are the next two
  std::string road;
  std::string next_road;
  WorkState work{};
  bool has_plan = false;     ///< one is in force, whether it asks for something now or not
  bool tells_work = false;   ///< the vehicle has a profile of its machine
  std::uint8_t blocked = 0;  ///< 1 + ExceptionReason: the kerb is told as blocked
  protocol::MarkEnd mark_ended = protocol::MarkEnd::none;  ///< a moment ago, by itself
  std::optional<double> min_kmh;                           ///< of work here and now
  std::optional<double> max_kmh;
  std::optional<double> limit_mps;  ///< put on the vehicle, or of a fence here
  bool hauls = false;
  std::string permit;  ///< in force; empty: none
  std::optional<double> permit_left_s;
  std::int32_t utc_offset_min = 480;
};

/// Of DriverView what of the roads is covered, with what is under way (Core::road_shown()).
struct RoadShown {
  std::string road;
  bool on_plan = false;
  std::int64_t required_cm = 0;
  std::int64_t covered_cm = 0;
  std::int64_t all_required_cm = 0;
  std::int64_t all_covered_cm = 0;
};
void put(const RoadShown& shown, DriverView& view);

struct Snapshot {
  std::uint64_t boot_id = 0;
  BootTime now;                ///< of the last observation
  std::optional<UtcTime> utc;  ///< the same moment; nullopt: not known yet
  double utc_uncertainty_s = 0;
  std::uint64_t utc_refused = 0;

  Pose pose;          ///< what the filter knows
  GeoPoint position;  ///< the pose's; invalid: there was none
  protocol::PositionSource position_source = protocol::PositionSource::none;
  std::optional<BootTime> position_at;  ///< of the last accepted fix
  std::optional<double> error_m;        ///< 95 %
  double course_rad = 0;
  std::optional<double> speed_mps;
  bool speed_is_wheels = false;
  bool moving = false;
  double odometer_m = 0;

  protocol::VehicleState state;  ///< as in the last VehicleState record
  std::vector<OpenAlarm> alarms;

  std::optional<FixVerdict> last_fix;
  FixCounts fixes;
  hal::SkyView sky;
  hal::Power power;
  std::vector<hal::LinkState> links;              ///< the last word on each
  std::string rule_set;                           ///< "name@version" that judges now
  std::vector<hal::DirectiveInForce> directives;  ///< in force or withdrawn, by kind
  Limits limits;                                  ///< put on the vehicle now
  std::string driver_text;                        ///< the dispatcher's last word; empty: none
  DriverView driver;
  std::uint64_t observations = 0;  ///< taken since the core was made
  std::uint64_t records = 0;
};

}  // namespace lujing::core
