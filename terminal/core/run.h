// One run of the core, from a Boot to the next: its parts, and what they are told by directives.
// Private to core.cpp, which decides in which order they judge, and to what looks at them from
// outside.
#pragma once

#include "protocol/record.h"
#include "terminal/core/alarm/alarms.h"
#include "terminal/core/clock/device_time.h"
#include "terminal/core/clock/utc_clock.h"
#include "terminal/core/directive/directives.h"
#include "terminal/core/fusion/fix_gate.h"
#include "terminal/core/fusion/fusion.h"
#include "terminal/core/fusion/vehicle.h"
#include "terminal/core/haul/body.h"
#include "terminal/core/haul/control.h"
#include "terminal/core/haul/haul.h"
#include "terminal/core/health/counters.h"
#include "terminal/core/recall/recall.h"
#include "terminal/core/roads/on_road.h"
#include "terminal/core/track/track.h"
#include "terminal/core/trust/watch.h"
#include "terminal/core/work/cleaning.h"

#include <optional>
#include <string>
#include <vector>

namespace lujing::core {

struct RoadShown;
struct Snapshot;

/// Everything that one boot has taught. A new boot begins with nothing, as the vehicle does.
struct Run {
  Run(const CoreConfig& base, const DirectiveInputs& inputs)
      : config(base),
        directives(inputs.library),
        gate(config.gnss),
        fusion(config.fusion),
        vehicle(config),
        body(config),
        cleaning(config),
        haul(config.haul, config.driver_verified, config.driver_card),
        control(config.haul.control),
        trust(config),
        alarms(config),
        track(config.track),
        prompter(config.prompts) {
    listen(base, inputs);
  }
  Run(const Run&) = delete;  // its parts look at its configuration
  Run& operator=(const Run&) = delete;

  void listen(const CoreConfig& base, const DirectiveInputs& inputs);

  CoreConfig config;  ///< with the rules that are in force
  Directives directives;
  std::uint64_t boot_id = 0;
  DeviceTime time;
  UtcClock clock;
  FixGate gate;
  Fusion fusion;
  Vehicle vehicle;
  Body body;
  OnRoad on_road;  ///< before cleaning, which looks at its network
  Cleaning cleaning;
  Haul haul;
  Control control;
  TrustWatch trust;
  Alarms alarms;
  Track track;
  Prompter prompter;
  BootTime prompted_at{-ns_per_s};
  Counters counters;
  std::optional<BootTime> health_at;
  protocol::VehicleState state;
  std::optional<FixVerdict> last_fix;
  std::optional<BootTime> position_at;
  hal::SkyView sky;
  hal::Power power;
  std::vector<hal::LinkState> links;
  DirectiveBody driver_text;
  RecalledPieces recalled;
  std::optional<std::vector<LimitRequest>> platform_limits;  ///< told by a directive just now
  std::string platform_limits_sha256;                        ///< of the body that was followed last
};

/// What the load sensor was found to say when empty and full, and whose card was shown, as
/// counters; and back again, told after the next Boot.
void count_haul(const Run& run, Counters& counters);
void recall_haul(Run& run, const protocol::Record& told);

/// What is to be told after the next start.
std::vector<protocol::Record> recall_of(const Run& run);
/// All of it but the core's own counts.
Snapshot snapshot_of(const Run& run);
RoadShown road_shown_of(const Run& run);
/// Where it drives, if that is known.
std::optional<double> heading_of(const Pose& pose);

}  // namespace lujing::core
