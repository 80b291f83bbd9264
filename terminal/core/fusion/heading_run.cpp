#include "terminal/core/fusion/heading_run.h"

#include "base/trig.h"
#include "terminal/core/fusion/advance.h"
#include "terminal/core/fusion/linear.h"
#include "terminal/core/fusion/noise.h"
#include "terminal/core/fusion/receiver.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lujing::core {
namespace {

constexpr double unseen_turn_rad_s = 0.3;  ///< rad/s: a turn at a crossing
constexpr double unseen_turn_most_s = 3;
constexpr double run_apart_share = 0.2;  ///< of the way driven: tyres, a bend
constexpr double run_apart_m = 2;
constexpr double run_sigmas = 3;       ///< shorter ways show no side
constexpr double run_bend_rad = 0.15;  ///< the way's chord, beside where it points in the end
constexpr double run_aside_rad = 0.35;
constexpr double run_course_rad = 0.45;  ///< 26 degrees: a course that is none
constexpr double run_backwards_rad = 2.2;
constexpr double run_reverse_mps = 4;
constexpr double run_was_slow_s = 20;
constexpr double way_sigmas_alone = 2;  ///< of what the receiver reports
constexpr double way_sigmas_with_course = 8;
constexpr int run_alone = 2;        ///< positions, where nothing else tells a side
constexpr int run_with_course = 3;  ///< where a course speaks against them

bool course_told(const Estimate& e, const FixTold& fix) {
  return fix.course_rad && fix.speed_mps && !e.course_doubted;
}

void begin_run(PositionRun& run, const Estimate& e, Offset at) {
  run = {1, at.east_m, at.north_m, e.driven_m};
}

bool run_reverses(const Estimate& e, double off_rad) {
  return std::fabs(off_rad) > run_backwards_rad && std::fabs(e.x[state::speed]) < run_reverse_mps &&
         e.age_s(e.slow_at_ns) < run_was_slow_s;
}

void turn_to(Estimate& e, double way_rad, double sigma_rad) {
  const double nose = e.direction > 0 ? way_rad : way_rad + pi;
  const double off = e.heading_known ? wrap_pi(nose - e.x[state::heading]) : 0;
  if (e.heading_known && run_reverses(e, off)) {
    e.direction = -e.direction;
    renew(e, state::speed, -e.x[state::speed], 1.0);
    return;
  }
  if (!e.heading_known) e.direction = 1;
  renew(e, state::heading, e.heading_known ? e.x[state::heading] + off : way_rad,
        sigma_rad * sigma_rad);
  renew(e, state::turn, 0, unseen_turn_rad_s * unseen_turn_rad_s / 4);
  e.heading_known = true;
}

}  // namespace

bool heading_free(const Estimate& e, const FixTold& fix) {
  return !turns_seen(e) && !course_told(e, fix);
}

void widen_by_unseen_turn(Estimate& e) {
  const double passed_s = std::clamp(e.age_s(e.fix_ns), 0.0, unseen_turn_most_s);
  const SinCos nose = sin_cos(e.x[state::heading]);
  const double aside = 0.5 * e.x[state::speed] * unseen_turn_rad_s * passed_s * passed_s;
  std::array<double, state::size> by{};
  by[state::east] = aside * nose.cos;
  by[state::north] = -aside * nose.sin;
  by[state::heading] = unseen_turn_rad_s * passed_s;
  by[state::turn] = unseen_turn_rad_s;
  for (std::size_t i = 0; i <= state::turn; ++i) {
    for (std::size_t j = i; j <= state::turn; ++j) e.p[i][j] += by[i] * by[j];
  }
}

bool follow_run(Estimate& e, const FixTold& fix, Offset at, double fresh_var, bool refused) {
  PositionRun& run = e.run;
  const bool course = course_told(e, fix);
  if (e.standing || (e.heading_known ? !refused || turns_seen(e) : course)) {
    run.fixes = 0;
    return false;
  }
  const double east_m = at.east_m - run.east_m;
  const double north_m = at.north_m - run.north_m;
  const double far = std::sqrt(east_m * east_m + north_m * north_m);
  const double sigma_m = std::sqrt(2 * fresh_var);
  const double way = e.driven_m - run.driven_m;
  const double apart = run_apart_m + run_apart_share * way + run_sigmas * sigma_m;
  if (run.fixes == 0 || std::fabs(far - way) > apart) {
    begin_run(run, e, at);
    return false;
  }
  ++run.fixes;
  const double least_m =
      (course ? way_sigmas_with_course : way_sigmas_alone) * fix.position_sigma_m;
  if (run.fixes < (course ? run_with_course : run_alone) ||
      far < std::max(run_sigmas * sigma_m, least_m)) {
    return false;
  }
  const double way_rad = arc_tangent(east_m, north_m);
  const double nose = e.direction > 0 ? way_rad : way_rad + pi;
  const double vague = 2 * sigma_m / far;
  if (e.heading_known && std::fabs(wrap_pi(nose - e.x[state::heading])) < run_aside_rad + vague)
    return false;
  if (course) {
    if (std::fabs(wrap_pi(*fix.course_rad - way_rad)) < run_course_rad + vague) return false;
    doubt_course(e);
  }
  turn_to(e, way_rad, run_bend_rad + sigma_m / far);
  begin_run(run, e, at);
  return true;
}

}  // namespace lujing::core
