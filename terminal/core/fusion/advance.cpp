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
constexpr auto wheel_fresh_ns = static_cast<std::int64_t>(noise::wheel_fresh_s * 1e9);
constexpr auto turn_fresh_ns = static_cast<std::int64_t>(noise::turn_fresh_s * 1e9);

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

/// Only the upper half is kept. What F from the left makes of the rows of place and heading (m_) is
/// needed in full only where F from the right reaches it: among the three.
void move_covariance(Covariances& p, const Motion& f) {
  using namespace state;
  const double eh = p[east][heading];
  const double nh = p[north][heading];
  const double es = p[east][speed];
  const double ns = p[north][speed];
  const double hs = p[heading][speed];
  const double ss = p[speed][speed];
  const double et = p[east][turn];
  const double nt = p[north][turn];
  const double ht = p[heading][turn];
  const double st = p[speed][turn];
  const double m_ee = p[east][east] + f.east_heading * eh + f.east_speed * es + f.east_turn * et;
  const double m_en = p[east][north] + f.east_heading * nh + f.east_speed * ns + f.east_turn * nt;
  const double m_nn =
      p[north][north] + f.north_heading * nh + f.north_speed * ns + f.north_turn * nt;
  const double hh = p[heading][heading];
  const double m_eh = eh + f.east_heading * hh + f.east_speed * hs + f.east_turn * ht;
  const double m_nh = nh + f.north_heading * hh + f.north_speed * hs + f.north_turn * ht;
  const double m_hh = hh + f.heading_turn * ht;
  const double m_es = es + f.east_heading * hs + f.east_speed * ss + f.east_turn * st;
  const double m_ns = ns + f.north_heading * hs + f.north_speed * ss + f.north_turn * st;
  const double m_hs = hs + f.heading_turn * st;
  for (std::size_t j = turn; j < size; ++j) {
    const double by_heading = p[heading][j];
    const double by_speed = p[speed][j];
    const double by_turn = p[turn][j];
    p[east][j] += f.east_heading * by_heading + f.east_speed * by_speed + f.east_turn * by_turn;
    p[north][j] += f.north_heading * by_heading + f.north_speed * by_speed + f.north_turn * by_turn;
    p[heading][j] += f.heading_turn * by_turn;
  }
  const double m_et = p[east][turn];
  const double m_nt = p[north][turn];
  const double m_ht = p[heading][turn];
  p[east][east] = m_ee + f.east_heading * m_eh + f.east_speed * m_es + f.east_turn * m_et;
  p[east][north] = m_en + f.north_heading * m_eh + f.north_speed * m_es + f.north_turn * m_et;
  p[north][north] = m_nn + f.north_heading * m_nh + f.north_speed * m_ns + f.north_turn * m_nt;
  p[east][heading] = m_eh + f.heading_turn * m_et;
  p[north][heading] = m_nh + f.heading_turn * m_nt;
  p[heading][heading] = m_hh + f.heading_turn * m_ht;
  p[east][speed] = m_es;
  p[north][speed] = m_ns;
  p[heading][speed] = m_hs;
}

/// A quantity that forgets takes its row and its column along.
void fade_turn(Covariances& p, double keep) {
  using namespace state;
  for (std::size_t i = 0; i < turn; ++i) p[i][turn] *= keep;
  p[turn][turn] *= keep;
  for (std::size_t j = turn; j < size; ++j) p[turn][j] *= keep;
}

void fade_gnss(Covariances& p, double keep) {
  using namespace state;
  static_assert(gnss_north == gnss_east + 1 && gnss_north + 1 == size);
  for (std::size_t i = 0; i < gnss_east; ++i) {
    p[i][gnss_east] *= keep;
    p[i][gnss_north] *= keep;
  }
  const double twice = keep * keep;
  p[gnss_east][gnss_east] *= twice;
  p[gnss_east][gnss_north] *= twice;
  p[gnss_north][gnss_north] *= twice;
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

/// Nobody has told for seconds whether it moves: it may have gone on as fast as it was, anywhere,
/// or stand. The last speed is not driven on.
void stay_unsure(Estimate& e, double told_s, double step_s) {
  const double silent_s = step_s - told_s;
  e.silent_s += silent_s;
  e.silent_since_fix_s += silent_s;
  const double far = std::fabs(e.x[state::speed]) * silent_s;
  for (const state::Index i : {state::east, state::north}) {
    e.p[i][i] += far * (far + 2 * std::sqrt(e.p[i][i]));
  }
}

/// `told_s` of the step it goes on as it was told to.
void move(Estimate& e, double told_s, double step_s) {
  using namespace state;
  const double v = e.x[speed];
  const SinCos nose = sin_cos(e.x[heading] + 0.5 * e.x[turn] * step_s);
  const double far = v * told_s;
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

/// Who turns at a crossing is slow, who is fast goes on straight: what tyres and loads bear, and
/// streets are built for, is an acceleration to the side.
double turn_unseen_at(double mps) {
  const double v = std::fabs(mps);
  if (v < noise::full_turn_mps) {
    return std::max(noise::turn_unseen, noise::turn_unseen_most * v / noise::full_turn_mps);
  }
  return std::min(noise::turn_unseen_most, noise::side_mps2 / v);
}

/// Returns the turn's.
Forgets step_moving(Estimate& e, double step_s) {
  const double told_s = std::min(step_s, std::max(0.0, noise::blind_s - motion_age_s(e)));
  if (told_s < step_s) stay_unsure(e, told_s, step_s);
  if (e.heading_known) {
    move(e, told_s, step_s);
    if (e.variance(state::heading) > noise::heading_lost * noise::heading_lost) {
      e.heading_known = false;
      e.heading_lost_ns = e.at.ns;
      renew(e, state::heading, e.x[state::heading], pi * pi);
      renew(e, state::turn, 0, noise::turn_unseen * noise::turn_unseen);
    }
  } else if (e.placed) {
    move_unknown_way(e, told_s);
  }
  e.driven_m += std::fabs(e.x[state::speed]) * told_s;
  if (!wheels_fresh(e)) {
    const double vague = noise::unseen_way_m * noise::unseen_way_m * step_s;
    e.p[state::east][state::east] += vague;
    e.p[state::north][state::north] += vague;
  }
  const bool seen = turns_seen(e);
  const double jerky = wheels_fresh(e) ? noise::jerky_mps : noise::unseen_jerky_mps;
  e.p[state::speed][state::speed] += jerky * jerky * step_s;
  const double able = std::min(1.0, std::fabs(e.x[state::speed]) / noise::full_turn_mps);
  const double turn = seen ? noise::turn_seen * able : turn_unseen_at(e.x[state::speed]);
  const double lasts_s = seen ? noise::turn_seen_s : noise::turn_unseen_s;
  return {fading(step_s / lasts_s), turn * turn};
}

void step(Estimate& e, double step_s) {
  const Forgets turn = e.standing ? Forgets{} : step_moving(e, step_s);
  const double drift_s = e.standing ? e.drift_standing_s : e.drift_s;
  const Forgets gnss{fading(step_s / drift_s), e.gnss_drift_var};
  if (!e.standing) {
    fade_turn(e.p, turn.keep);
    e.x[state::turn] *= turn.keep;
    e.p[state::turn][state::turn] += turn.anew();
  }
  fade_gnss(e.p, gnss.keep);
  for (const state::Index i : {state::gnss_east, state::gnss_north}) {
    e.x[i] *= gnss.keep;
    e.p[i][i] += gnss.anew();
  }
  e.p[state::scale][state::scale] += noise::scale_walk * noise::scale_walk * step_s;
  e.p[state::gyro_bias][state::gyro_bias] += noise::gyro_walk * noise::gyro_walk * step_s;
  e.p[state::curve_bias][state::curve_bias] += noise::curve_walk * noise::curve_walk * step_s;
}

}  // namespace

double motion_age_s(const Estimate& e) {
  const std::int64_t wheels_ns = e.wheels_doubted ? never_ns : e.wheel_ns;
  return e.age_s(std::max({wheels_ns, e.position_ns, e.gnss_dissent.agreed_ns}));
}

bool wheels_fresh(const Estimate& e) {
  return e.at.ns - e.wheel_ns < wheel_fresh_ns && !e.wheels_doubted;
}

bool turns_seen(const Estimate& e) {
  return e.at.ns - std::max({e.gyro_ns, e.pair_ns, e.steering_ns}) < turn_fresh_ns;
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
  const std::int64_t from_ns = e.at.ns;
  for (int i = 0; i < steps; ++i) {
    step(e, seconds / steps);
    e.at.ns = from_ns + (to.ns - from_ns) / steps * (i + 1);
  }
  e.at = to;
}

}  // namespace lujing::core
