// The receiver's course over ground: where the nose points, or the tail when it reverses.
#include "terminal/core/fusion/advance.h"
#include "terminal/core/fusion/dissent.h"
#include "terminal/core/fusion/linear.h"
#include "terminal/core/fusion/measurements.h"
#include "terminal/core/fusion/noise.h"
#include "terminal/core/fusion/source.h"

#include <algorithm>
#include <cmath>

namespace lujing::core {
namespace {

constexpr double backwards_rad = 2.2;
constexpr double fastest_reverse_mps = 4;
constexpr double slowest_reverse_mps = 0.5;
constexpr double too_fast_reverse_mps = 8;
constexpr double was_slow_s = 20;
constexpr double course_lasts = 2;  ///< of the variance: course errors last for some fixes
constexpr double turn_fully = 0.3;  ///< rad/s: a turn that nobody saw begin
constexpr double longest_turn_s = 3;
constexpr double unseen_turn_share = 0.3;
constexpr double apart_rad = 0.15;  ///< two courses that say the same
constexpr double sideways_mps = 2;  ///< nobody pulls a receiver off as fast: the heading is wrong

double sigma_of(const FixTold& fix) {
  const double by_speed = fix.speed_sigma_mps / std::max(*fix.speed_mps, 0.5);
  const double said = fix.course_sigma_rad.value_or(by_speed);
  return std::clamp(said, noise::course_best, by_speed * 3 + 0.03);
}

/// After a stop the vehicle may come back the way it went: two courses in a row that point to its
/// tail.
bool judge_direction(Estimate& e, double off_rad, double speed_mps) {
  const bool slow = speed_mps < fastest_reverse_mps || e.direction < 0;
  const bool can = speed_mps > slowest_reverse_mps && slow && e.age_s(e.slow_at_ns) < was_slow_s &&
                   e.variance(state::heading) < noise::heading_vague * noise::heading_vague;
  if (!can || std::fabs(off_rad) < backwards_rad) {
    e.opposite = 0;
    return false;
  }
  if (++e.opposite < 2) return true;
  e.opposite = 0;
  e.direction = -e.direction;
  renew(e, state::speed, e.direction * speed_mps, 1.0);
  return true;
}

/// A turn that no sensor saw: where in the second before it lay is not known, nor the place that it
/// led to.
void widen_by_turn(Estimate& e, double off_rad, double expected_var) {
  if (turns_seen(e)) return;
  const double unexpected = off_rad * off_rad - expected_var;
  if (!(unexpected > 0)) return;
  const double passed_s = std::min(e.age_s(e.fix_ns), longest_turn_s);
  const double far =
      unseen_turn_share * e.x[state::speed] * passed_s * std::min(1.0, std::sqrt(unexpected));
  for (const state::Index i : {state::east, state::north}) e.p[i][i] += far * far;
}

/// Refused: a run of the same is believed soon, unless a sensor of turns says otherwise and it is
/// so little that a receiver which is pulled off would say it too.
void take_dissent(Estimate& e, const Row& row, double off, double variance, double speed_mps) {
  Dissent& dissent = e.course_dissent;
  const bool seen = turns_seen(e);
  const double turned = seen ? 0 : turn_fully * e.age_s(dissent.last_ns);
  refused(dissent, e, off, off, apart_rad + 2 * std::sqrt(variance) + turned);
  const bool clear = !seen || std::fabs(off) * speed_mps > sideways_mps;
  if (clear ? lasts(dissent) : dissent.count >= 4 * noise::sky_changed_fixes) {
    believe_heading(e, row, off, variance);
    return;
  }
  // What no sensor of turns can contradict is a turn.
  if (!seen) {
    e.p[state::heading][state::heading] += turn_fully * turn_fully;
    e.p[state::turn][state::turn] += turn_fully * turn_fully;
  }
}

}  // namespace

void take_gnss_course(Estimate& e, const FixTold& fix) {
  if (e.standing || !fix.course_rad || !fix.speed_mps) return;
  if (e.course_doubted) {
    ++e.count(Sensor::gnss_course).refused;
    return;
  }
  const double slow = std::min(std::fabs(e.x[state::speed]), *fix.speed_mps);
  if (*fix.speed_mps < noise::course_slowest_mps / 2 || slow < noise::course_slowest_mps / 3)
    return;
  const double sigma = sigma_of(fix);
  if (!e.heading_known) {
    if (*fix.speed_mps < noise::course_slowest_mps) return;
    e.heading_known = true;
    e.direction = 1;
    renew(e, state::speed, *fix.speed_mps, 1.0);
    renew(e, state::heading, *fix.course_rad, course_lasts * sigma * sigma);
    return;
  }
  if (e.direction < 0 && *fix.speed_mps > too_fast_reverse_mps) {
    e.direction = 1;
    renew(e, state::speed, *fix.speed_mps, 1.0);
    renew(e, state::heading, *fix.course_rad, course_lasts * sigma * sigma);
    return;
  }
  const double nose = e.direction > 0 ? *fix.course_rad : *fix.course_rad + pi;
  double off = wrap_pi(nose - e.x[state::heading]);
  if (judge_direction(e, off, *fix.speed_mps)) return;
  if (*fix.speed_mps < noise::course_slowest_mps) return;
  const Row row{{state::heading, 1}};
  const double variance = course_lasts * sigma * sigma;
  widen_by_turn(e, off, e.variance(state::heading) + variance);
  const bool accepted = correct_gated(e, Sensor::gnss_course, row, off, variance);
  judge_source(e, Sensor::gnss_course, accepted);
  if (unused(e, Sensor::gnss_course)) e.course_doubted = true;
  if (accepted) {
    agreed(e.course_dissent, e);
  } else {
    take_dissent(e, row, off, variance, *fix.speed_mps);
  }
}

}  // namespace lujing::core
