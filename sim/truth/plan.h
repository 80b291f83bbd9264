// The plan's rules (CV-01 to CV-04, SP-04, SP-07), judged at each deadline from the kerbs that were
// really cleaned.
#pragma once

#include "sim/scenario/scenario.h"
#include "sim/truth/watches.h"

#include <vector>

namespace lujing::sim {

/// A stretch of one kerb, cleaned in one go.
struct Cleaned {
  LinkId link = no_id;
  bool right = true;  ///< of travel
  WorkKind kind = WorkKind::sweep;
  double from_m = 0;
  double to_m = 0;
  double begin_s = 0;
  double end_s = 0;
};

/// Of one vehicle's work, in the order in which it was done. What is wrong is appended.
void judge_plan(const Scenario& scenario, const City& city, const VehiclePlan& plan,
                const std::vector<Cleaned>& done, std::vector<Found>& found);

/// Which share of those links' kerbs (both of each street) was cleaned at all, once or more often.
double cleaned_share(const City& city, const std::vector<LinkId>& links,
                     const std::vector<Cleaned>& done);

}  // namespace lujing::sim
