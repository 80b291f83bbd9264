#include "terminal/core/fusion/standstill.h"

#include "terminal/core/fusion/linear.h"
#include "terminal/core/fusion/noise.h"

#include <algorithm>
#include <cmath>

namespace lujing::core {
namespace {

constexpr double receiver_stands_s = 3;
constexpr double still_sigma_mps = 0.02;
constexpr double still_turn = 0.002;
constexpr double receiver_sigmas = 3;
constexpr double still_at_least_mps = 0.4;
constexpr double longest_unseen_s = 10;

bool lasted(const Estimate& e, double seconds) {
  return e.slow_since_ns != never_ns && e.age_s(e.slow_since_ns) >= seconds;
}

/// How fast it may turn at a speed: rad/s, one sigma.
double turns_at(double mps) {
  return noise::turn_seen * std::min(1.0, std::fabs(mps) / noise::full_turn_mps);
}

/// What may have happened while nobody looked: evenly faster until now, in a turn as any.
void vague_start(Estimate& e, double speed_mps, double seconds) {
  const double mean_mps = 0.5 * std::fabs(speed_mps);
  const double far = mean_mps * seconds;
  const double angle = turns_at(mean_mps) * seconds;
  e.p[state::east][state::east] += far * far;
  e.p[state::north][state::north] += far * far;
  e.p[state::heading][state::heading] += angle * angle;
}

}  // namespace

void stand(Estimate& e) {
  if (!e.standing) {
    e.held_east_m = e.x[state::east];
    e.held_north_m = e.x[state::north];
  }
  e.standing = true;
  e.leaving = 0;
  e.slow_at_ns = e.at.ns;
  renew(e, state::speed, 0, still_sigma_mps * still_sigma_mps);
  renew(e, state::turn, 0, still_turn * still_turn);
}

void drive_off(Estimate& e, double speed_mps, double unseen_s) {
  const double seconds = std::clamp(unseen_s, 0.0, longest_unseen_s);
  vague_start(e, speed_mps, seconds);
  e.standing = false;
  e.leaving = 0;
  e.slow_since_ns = never_ns;
  e.direction = 1;  // forwards, as nearly always; two courses will tell (gnss_course.cpp)
  renew(e, state::speed, speed_mps, 1.0);
  const double turn = turns_at(speed_mps) * std::min(1.0, seconds / noise::turn_seen_s);
  renew(e, state::turn, 0, noise::turn_unseen * noise::turn_unseen + turn * turn);
}

void judge_standing_by_wheels(Estimate& e, double wheel_mps, double silent_s) {
  if (wheel_mps > noise::wheels_stand_mps) {
    e.slow_since_ns = never_ns;
    if (e.standing) drive_off(e, wheel_mps, silent_s);
    return;
  }
  if (e.slow_since_ns == never_ns) e.slow_since_ns = e.at.ns;
  if (!e.standing && lasted(e, noise::wheels_stand_s)) stand(e);
}

void judge_standing_by_receiver(Estimate& e, double speed_mps, double sigma_mps) {
  const double noise_mps = receiver_sigmas * sigma_mps;
  if (e.standing) {
    const bool leaves = speed_mps > std::max(noise::drives_off_mps, noise_mps);
    e.leaving = leaves ? e.leaving + 1 : 0;
    if (e.leaving < noise::drives_off_fixes) return;
    // It has driven for as long as it was not believed.
    const double far = speed_mps * noise::drives_off_fixes;
    e.p[state::east][state::east] += far * far;
    e.p[state::north][state::north] += far * far;
    drive_off(e, speed_mps, 0);
    return;
  }
  if (speed_mps > std::max(still_at_least_mps, noise_mps)) {
    e.slow_since_ns = never_ns;
  } else if (e.slow_since_ns == never_ns) {
    e.slow_since_ns = e.at.ns;
  }
  if (lasted(e, receiver_stands_s)) stand(e);
}

void hold(Estimate& e) {
  if (!e.standing) return;
  const double east = e.x[state::east] - e.held_east_m;
  const double north = e.x[state::north] - e.held_north_m;
  if (east * east + north * north <= 4 * largest_variance(e)) return;
  e.held_east_m = e.x[state::east];
  e.held_north_m = e.x[state::north];
}

}  // namespace lujing::core
