// What the rules of cleaning may look at. What is not known is nullopt or Truth::unknown.
#pragma once

#include "terminal/core/alarm/truth.h"
#include "terminal/core/roads/network.h"
#include "terminal/core/work/coverage.h"

#include <optional>
#include <string>

namespace lujing::core {

/// What is owed at a deadline that has just passed; held for a minute, then gone.
struct Owed {
  std::string task;
  WorkMask works = 0;
  int kerbs = 0;
  int kerbs_below = 0;   ///< covered to less than a pass needs
  int one_sided = 0;     ///< links with one kerb complete and the other not
  int kerbs_short = 0;   ///< with fewer passes than the day asks
  int out_of_order = 0;  ///< kerbs on which the steps were not done in order and in time
  bool by_heat = false;  ///< the passes were raised by heat
  bool by_wind = false;  ///< or by wind
  bool steps = false;    ///< the task has steps
};

struct CleaningFacts {
  WorkMask on = 0;            ///< switched on, effective or not
  WorkMask effective = 0;     ///< of those
  WorkMask perhaps = 0;       ///< signals are silent
  bool tells_work = false;    ///< the vehicle has a profile: off means off
  std::optional<int> minute;  ///< of the local day
  int weekday = 0;            ///< 0 Monday
  std::optional<bool> jets;   ///< sprinkling: at high pressure; nullopt: the machine does not tell
  std::optional<double> aux_rpm;
  std::optional<double> ambient_c;
  std::optional<int> wind_force;
  std::optional<RoadClass> road;
  Truth elevated = Truth::unknown;  ///< a bridge or an expressway
  Truth in_area = Truth::unknown;   ///< some task of the plan is about this road
  Truth due = Truth::unknown;       ///< a task asks for sweeping or water here and now
  WorkMask asked = 0;               ///< the works that tasks ask for here
  std::optional<double> min_kmh;    ///< that task's band
  std::optional<double> max_kmh;
  std::optional<Owed> owed;
  Truth point_missed = Truth::unknown;       ///< a collection point was not served when it was due
  Truth left_without_lift = Truth::unknown;  ///< it stood at a point, and drove on without a lift
  Truth at_station = Truth::unknown;         ///< where may be emptied
  std::optional<double> fuel_drop_l;         ///< while parked, within the time of the profile
};

}  // namespace lujing::core
