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

/// What moving does to the covariance, P = F P F': the entries of F beside its diagonal of ones,
/// how much of heading, speed and turn goes into place and heading.
struct Motion {
  double east_heading = 0;
  double east_speed = 0;
  double east_turn = 0;
  double north_heading = 0;
  double north_speed = 0;
  double north_turn = 0;
  double heading_turn = 0;
};

using Matrix = std::array<std::array<double, state::size>, state::size>;

/// Symmetric: what stands in row `i` is put into column `i`.
void mirror(Matrix& p, state::Index i) {
  for (std::size_t j = 0; j < state::size; ++j) p[j][i] = p[i][j];
}

/// Row by row; a column is its row mirrored, so each product is made once and P stays symmetric to
/// the last bit.
void move_covariance(Matrix& p, const Motion& f) {
  using namespace state;
  for (std::size_t j = 0; j < size; ++j) {
    p[east][j] +=
        f.east_heading * p[heading][j] + f.east_speed * p[speed][j] + f.east_turn * p[turn][j];
  }
  for (std::size_t j = 0; j < size; ++j) {
    p[north][j] +=
        f.north_heading * p[heading][j] + f.north_speed * p[speed][j] + f.north_turn * p[turn][j];
  }
  for (std::size_t j = 0; j < size; ++j) p[heading][j] += f.heading_turn * p[turn][j];
  // F from the right, where it reaches what F from the left has changed.
  for (const Index i : {east, north, heading}) {
    p[i][east] +=
        f.east_heading * p[i][heading] + f.east_speed * p[i][speed] + f.east_turn * p[i][turn];
    p[i][north] +=
        f.north_heading * p[i][heading] + f.north_speed * p[i][speed] + f.north_turn * p[i][turn];
    p[i][heading] += f.heading_turn * p[i][turn];
  }
  for (const Index i : {east, north, heading}) mirror(p, i);
}

/// A quantity that forgets takes its row and its column along.
void fade_covariance(Matrix& p, double turn_keeps, double gnss_keeps) {
  using namespace state;
  for (std::size_t j = 0; j < size; ++j) p[turn][j] *= turn_keeps;
  for (std::size_t j = 0; j < size; ++j) p[gnss_east][j] *= gnss_keeps;
  for (std::size_t j = 0; j < size; ++j) p[gnss_north][j] *= gnss_keeps;
  p[turn][turn] *= turn_keeps;
  for (const Index i : {turn, gnss_east, gnss_north}) {
    p[i][gnss_east] *= gnss_keeps;
    p[i][gnss_north] *= gnss_keeps;
  }
  for (const Index i : {turn, gnss_east, gnss_north}) mirror(p, i);
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
  Motion f;
  f.east_heading = far * nose.cos;
  f.east_speed = step_s * nose.sin;
  f.east_turn = 0.5 * step_s * far * nose.cos;
  f.north_heading = -far * nose.sin;
  f.north_speed = step_s * nose.cos;
  f.north_turn = -0.5 * step_s * far * nose.sin;
  f.heading_turn = step_s;
  move_covariance(e.p, f);
  const double side = noise::side_share * noise::side_share * std::fabs(far);
  e.p[east][east] += side;
  e.p[north][north] += side;
  const double angle = noise::heading_share * e.x[turn];
  e.p[heading][heading] += angle * angle * step_s;
}

/// What forgets: the share that stays, and the variance that it comes to.
struct Forgets {
  double keep = 1;
  double stationary = 0;
  double anew() const { return (1 - keep * keep) * stationary; }
};

/// Returns the turn's.
Forgets step_moving(Estimate& e, double step_s) {
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
  return {fading(step_s / lasts_s), turn * turn};
}

void step(Estimate& e, double step_s) {
  const Forgets turn = e.standing ? Forgets{} : step_moving(e, step_s);
  const double drift_s = e.standing ? e.drift_standing_s : e.drift_s;
  const Forgets gnss{fading(step_s / drift_s), e.gnss_drift_var};
  fade_covariance(e.p, turn.keep, gnss.keep);
  e.x[state::turn] *= turn.keep;
  e.p[state::turn][state::turn] += turn.anew();
  for (const state::Index i : {state::gnss_east, state::gnss_north}) {
    e.x[i] *= gnss.keep;
    e.p[i][i] += gnss.anew();
  }
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
