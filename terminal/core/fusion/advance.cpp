#include "terminal/core/fusion/advance.h"

#include "base/trig.h"
#include "terminal/core/fusion/linear.h"
#include "terminal/core/fusion/noise.h"

#include <algorithm>
#include <cmath>

namespace lujing::core {
namespace {

constexpr double longest_step_s = 1.0;
constexpr int most_steps = 64;
constexpr double straight_on_s = 300;

/// About e^-x for x >= 0, always within (0, 1].
double fading(double x) {
  return 1.0 / (1.0 + x * (1.0 + x * (0.5 + x * (1.0 / 6))));
}

/// A quantity that forgets: its share that stays, and the variance that comes anew.
void fade(Estimate& e, state::Index i, double keep, double stationary) {
  e.x[i] *= keep;
  for (std::size_t j = 0; j < state::size; ++j) e.p[i][j] *= keep;
  for (std::size_t j = 0; j < state::size; ++j) e.p[j][i] *= keep;
  e.p[i][i] += (1 - keep * keep) * stationary;
}

/// Row and column `i` take `by` of row and column `from`: one entry of F.
void tie(Estimate& e, state::Index i, state::Index from, double by) {
  for (std::size_t j = 0; j < state::size; ++j) e.p[i][j] += by * e.p[from][j];
  for (std::size_t j = 0; j < state::size; ++j) e.p[j][i] += by * e.p[j][from];
}

void move_unknown_way(Estimate& e, double step_s) {
  const double far = std::fabs(e.x[state::speed]) * step_s;
  if (e.age_s(e.heading_lost_ns) < straight_on_s) {
    const SinCos nose = sin_cos(e.x[state::heading]);
    e.x[state::east] += e.x[state::speed] * step_s * nose.sin;
    e.x[state::north] += e.x[state::speed] * step_s * nose.cos;
  }
  for (const state::Index i : {state::east, state::north}) {
    e.p[i][i] += far * (far + 2 * std::sqrt(e.p[i][i]));
  }
}

void move(Estimate& e, double step_s) {
  using namespace state;
  const double v = e.x[speed];
  const SinCos nose = sin_cos(e.x[heading] + 0.5 * e.x[turn] * step_s);
  const double far = v * step_s;
  e.x[east] += far * nose.sin;
  e.x[north] += far * nose.cos;
  e.x[heading] += e.x[turn] * step_s;
  tie(e, east, heading, far * nose.cos);
  tie(e, east, speed, step_s * nose.sin);
  tie(e, east, turn, 0.5 * step_s * far * nose.cos);
  tie(e, north, heading, -far * nose.sin);
  tie(e, north, speed, step_s * nose.cos);
  tie(e, north, turn, -0.5 * step_s * far * nose.sin);
  tie(e, heading, turn, step_s);
  const double side = noise::side_share * noise::side_share * std::fabs(far);
  e.p[east][east] += side;
  e.p[north][north] += side;
  const double angle = noise::heading_share * e.x[turn];
  e.p[heading][heading] += angle * angle * step_s;
}

void step_moving(Estimate& e, double step_s) {
  if (e.heading_known) {
    move(e, step_s);
    if (e.variance(state::heading) > noise::heading_lost * noise::heading_lost) {
      e.heading_known = false;
      e.heading_lost_ns = e.at.ns;
      renew(e, state::heading, e.x[state::heading], pi * pi);
      renew(e, state::turn, 0, noise::turn_unseen * noise::turn_unseen);
    }
  } else if (e.placed) {
    move_unknown_way(e, step_s);
  }
  e.driven_m += std::fabs(e.x[state::speed]) * step_s;
  if (!wheels_fresh(e)) {
    const double vague = noise::unseen_way_m * noise::unseen_way_m * step_s;
    e.p[state::east][state::east] += vague;
    e.p[state::north][state::north] += vague;
  }
  const bool seen = turns_seen(e);
  const double jerky = wheels_fresh(e) ? noise::jerky_mps : noise::unseen_jerky_mps;
  e.p[state::speed][state::speed] += jerky * jerky * step_s;
  // Nobody turns on the spot: below walking speed turns are as slow as the vehicle.
  const double able = std::min(1.0, std::fabs(e.x[state::speed]) / 4);
  const double turn = (seen ? noise::turn_seen : noise::turn_unseen) * (seen ? able : 1);
  const double lasts_s = seen ? noise::turn_seen_s : noise::turn_unseen_s;
  fade(e, state::turn, fading(step_s / lasts_s), turn * turn);
}

void step(Estimate& e, double step_s) {
  if (!e.standing) step_moving(e, step_s);
  const double drift_s = e.standing ? noise::drift_standing_s : noise::drift_s;
  const double keep = fading(step_s / drift_s);
  fade(e, state::gnss_east, keep, e.gnss_drift_var);
  fade(e, state::gnss_north, keep, e.gnss_drift_var);
  e.p[state::scale][state::scale] += noise::scale_walk * noise::scale_walk * step_s;
  e.p[state::gyro_bias][state::gyro_bias] += noise::gyro_walk * noise::gyro_walk * step_s;
  e.p[state::curve_bias][state::curve_bias] += noise::curve_walk * noise::curve_walk * step_s;
}

}  // namespace

bool wheels_fresh(const Estimate& e) {
  return e.age_s(e.wheel_ns) < noise::wheel_fresh_s && !e.wheels_doubted;
}

bool turns_seen(const Estimate& e) {
  return e.age_s(e.gyro_ns) < noise::turn_fresh_s || e.age_s(e.pair_ns) < noise::turn_fresh_s ||
         e.age_s(e.steering_ns) < noise::turn_fresh_s;
}

void advance(Estimate& e, BootTime to) {
  if (!e.running) {
    e.running = true;
    e.at = to;
    return;
  }
  if (to.ns <= e.at.ns) return;
  const double seconds = static_cast<double>(to.ns - e.at.ns) / static_cast<double>(ns_per_s);
  const int steps =
      static_cast<int>(std::min<double>(most_steps, std::ceil(seconds / longest_step_s)));
  for (int i = 0; i < steps; ++i) step(e, seconds / steps);
  e.at = to;
}

}  // namespace lujing::core
