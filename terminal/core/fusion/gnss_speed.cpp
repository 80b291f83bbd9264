// The receiver's speed over ground. It is what the wheels' scale is learnt from; and it ends a
// doubt about wheels, or begins one.
#include "terminal/core/fusion/advance.h"
#include "terminal/core/fusion/dissent.h"
#include "terminal/core/fusion/linear.h"
#include "terminal/core/fusion/measurements.h"
#include "terminal/core/fusion/noise.h"
#include "terminal/core/fusion/standstill.h"

#include <algorithm>
#include <cmath>

namespace lujing::core {
namespace {

/// A receiver's speed errors last for some fixes: one fix teaches less than its sigma says.
constexpr double lasting = 3;
constexpr double contradiction_mps = 2;
constexpr double contradiction_share = 0.2;

/// Wheels that stand while the receiver drives on for half a minute are not the vehicle's: a sensor
/// is unplugged. The other way round the receiver is wrong (frozen, jammed), never the wheels.
void judge_wheels(Estimate& e, double speed_mps) {
  if (e.age_s(e.wheel_ns) >= noise::wheel_fresh_s) return;
  const double most = e.wheel_mps + contradiction_mps + contradiction_share * speed_mps;
  const bool contradicts = speed_mps > most;
  const int step = contradicts ? 1 : -3;
  e.doubt_of_wheels = std::clamp(e.doubt_of_wheels + step, 0, noise::wheels_doubted_fixes);
  if (e.doubt_of_wheels == noise::wheels_doubted_fixes && !e.wheels_doubted) {
    e.wheels_doubted = true;
    drive_off(e, speed_mps);
  }
  if (e.doubt_of_wheels == 0) e.wheels_doubted = false;
}

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
  const double sign = v < 0 ? -1 : 1;
  const double variance = lasting * fix.speed_sigma_mps * fix.speed_sigma_mps;
  const Row row{{state::speed, sign}};
  const double off = measured - std::fabs(v);
  Dissent& dissent = e.gnss_dissent;
  if (correct_gated(e, Sensor::gnss_speed, row, off, variance)) {
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
