// The receiver's speed over ground. It is what the wheels' scale is learnt from; and it ends a
// doubt about wheels, or begins one.
#include "terminal/core/fusion/advance.h"
#include "terminal/core/fusion/dissent.h"
#include "terminal/core/fusion/linear.h"
#include "terminal/core/fusion/measurements.h"
#include "terminal/core/fusion/noise.h"
#include "terminal/core/fusion/receiver.h"
#include "terminal/core/fusion/source.h"
#include "terminal/core/fusion/standstill.h"

#include <algorithm>
#include <cmath>

namespace lujing::core {
namespace {

/// A receiver's speed errors last for some fixes: one fix teaches less than its sigma says.
constexpr double speed_lasts = 3;
constexpr double contradiction_mps = 2;

/// Between wheels that are refused and the filter the receiver may be the one who knows.
void take_sides(Estimate& e, double measured, double off) {
  if (e.wheels_dissent.count == 0) return;
  if (std::fabs(off) < std::fabs(measured - e.wheels_dissent.told)) e.against_wheels_ns = e.at.ns;
}

}  // namespace

void take_gnss_speed(Estimate& e, const FixTold& fix) {
  if (!fix.speed_mps) return;
  const double measured = *fix.speed_mps;
  judge_wheels(e, measured);
  if (!wheels_fresh(e)) judge_standing_by_receiver(e, measured, fix.speed_sigma_mps);
  if (e.standing) {
    agreed(e.gnss_dissent, e);
    return;
  }
  const double v = e.x[state::speed];
  const double sign = e.direction;  // not v's own: noise around nothing is no reversing
  const double variance = speed_lasts * fix.speed_sigma_mps * fix.speed_sigma_mps;
  const Row row{{state::speed, sign}};
  const double off = measured - sign * v;
  Dissent& dissent = e.gnss_dissent;
  if (unused(e, Sensor::gnss_speed)) {
    judge_source(e, Sensor::gnss_speed, fits(e, Sensor::gnss_speed, row, off, variance));
    return;
  }
  const bool accepted = correct_gated(e, Sensor::gnss_speed, row, off, variance);
  // Without wheels it is all that tells a speed.
  if (wheels_fresh(e)) judge_source(e, Sensor::gnss_speed, accepted);
  if (accepted) {
    take_sides(e, measured, off);
    agreed(dissent, e);
    return;
  }
  refused(dissent, e, measured, off, speeds_apart_mps(measured, e.age_s(dissent.last_ns)));
  const bool alone = !wheels_fresh(e);
  if ((alone && lasts(dissent)) || (!alone && seconded(e.wheels_dissent, e, measured, off))) {
    believe_speed(e, dissent, row, off, variance);
  } else if (alone) {
    // Without wheels nothing else can tell that it brakes hard or was not seen for long.
    e.p[state::speed][state::speed] += contradiction_mps * contradiction_mps;
  }
}

}  // namespace lujing::core
