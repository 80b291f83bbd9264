// Which of a rule's missed and false alarms are none: the truth lies on the rule's own line, nearer
// to it than anything on the vehicle measures, or the terminal had no supply.
#pragma once

#include "sim/scenario/scenario.h"
#include "sim/score/score.h"

#include <map>
#include <string>

namespace lujing::accuracy {

/// How near to what a rule asks for the truth decides nothing. A crossing of a fence's side is told
/// when it is sure, seconds after it; a wheel's speed is known to some percent.
constexpr double line_s = 5;
constexpr double line_kmh = 0.5;

/// Of one rule; none of them is an error of the product.
struct OnLine {
  unsigned missed = 0;
  unsigned invented = 0;
  unsigned off = 0;  ///< missed while the terminal had no supply for a part of it
};

/// Adds what of this vehicle's differences is none, by rule.
void add_on_line(const sim::VehiclePlan& plan, const sim::Limits& limits, const score::Truth& run,
                 const score::TruthOfVehicle& truth, const score::FoundOfVehicle& found,
                 std::map<std::string, OnLine>& by_rule);

}  // namespace lujing::accuracy
