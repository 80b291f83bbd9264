#include "terminal/core/fusion/dissent.h"

#include "base/trig.h"

#include <algorithm>
#include <cmath>

namespace lujing::core {
namespace {

constexpr double gap_s = 2.5;  ///< longer without a word: another run
constexpr int enough = 3;
constexpr double enough_s = 0.15;
constexpr double slow_enough_s = 0.8;  ///< two that are so far apart are no one disturbance
constexpr int long_enough = 5;
constexpr double long_s = 3;
constexpr double turns_apart = 0.05;  ///< rad/s
constexpr double least_share = 0.5;
constexpr double seconded_s = 1.2;
constexpr double seconded_braking_s = 0.5;
constexpr double braking = 8;  ///< m/s^2: nothing on tyres changes its speed faster
constexpr double apart_mps = 0.5;
constexpr double apart_share = 0.05;
constexpr double longest_s = 3;     ///< a place is not taken back further
constexpr double chord = 2;         ///< two ways as long as each other end at most so far apart
constexpr double even_share = 0.3;  ///< sigma of when within a gap it was, in gaps

double seconds_between(std::int64_t from_ns, std::int64_t to_ns) {
  return static_cast<double>(to_ns - from_ns) / static_cast<double>(ns_per_s);
}

bool same_side(double a, double b) {
  return (a < 0) == (b < 0);
}

}  // namespace

void refused(Dissent& dissent, const Estimate& e, double told, double off, double apart) {
  const bool goes_on = dissent.count > 0 && seconds_between(dissent.last_ns, e.at.ns) <= gap_s &&
                       same_side(off, dissent.off) && std::fabs(told - dissent.told) <= apart;
  if (!goes_on) {
    dissent.count = 0;
    dissent.since_ns = e.at.ns;
  }
  ++dissent.count;
  dissent.last_ns = e.at.ns;
  dissent.told = told;
  dissent.off = off;
}

void agreed(Dissent& dissent, const Estimate& e) {
  dissent.count = 0;
  dissent.agreed_ns = e.at.ns;
}

bool lasts(const Dissent& dissent) {
  const double span_s = seconds_between(dissent.since_ns, dissent.last_ns);
  return (dissent.count >= enough && span_s >= enough_s) ||
         (dissent.count > 1 && span_s >= slow_enough_s);
}

bool lasts_long(const Dissent& dissent) {
  return dissent.count >= long_enough &&
         seconds_between(dissent.since_ns, dissent.last_ns) >= long_s;
}

void refused_turn(Dissent& dissent, Estimate& e, state::Index bias, double share, double off_rad_s,
                  double first_sigma) {
  refused(dissent, e, off_rad_s, off_rad_s, turns_apart);
  if (!lasts_long(dissent) || std::fabs(share) < least_share) return;
  renew(e, bias, e.x[bias] + off_rad_s / share, first_sigma * first_sigma);
  ++e.turn_bias_anew;
  agreed(dissent, e);
}

double speeds_apart_mps(double mps, double seconds) {
  return apart_mps + apart_share * mps + braking * seconds;
}

bool seconded(const Dissent& other, const Estimate& e, double told_mps, double off_mps) {
  if (other.count == 0 || !same_side(off_mps, other.off)) return false;
  const double age_s = e.age_s(other.last_ns);
  if (age_s > seconded_s) return false;
  const double apart = speeds_apart_mps(told_mps, std::min(age_s, seconded_braking_s));
  return std::fabs(told_mps - other.told) <= apart;
}

void believe_speed(Estimate& e, const Dissent& run, const Row& row, double innovation,
                   double variance) {
  using namespace state;
  const double q = innovation * innovation;
  if (e.heading_known) {
    // When it changed: somewhere between the last one that agreed and the first that did not. Since
    // then the place has run on at the wrong speed, or since a fix put it right.
    const double last_s = std::min(longest_s, e.age_s(run.agreed_ns));
    const double first_s = std::min(last_s, e.age_s(run.since_ns));
    const double fix_s = std::max(0.0, e.age_s(e.position_ns));
    const double wrong_s = std::min(0.5 * (last_s + first_s), fix_s);
    const double vague_s = std::min(even_share * (last_s - first_s), fix_s);
    const SinCos nose = sin_cos(e.x[heading]);
    const double by[] = {nose.sin, nose.cos};
    const Index place[] = {east, north};
    for (std::size_t i = 0; i < 2; ++i) {
      const double tied = q * wrong_s * by[i];
      e.p[place[i]][speed] += tied;
      e.p[speed][place[i]] += tied;
      for (std::size_t j = 0; j < 2; ++j) {
        e.p[place[i]][place[j]] += q * (wrong_s * wrong_s + vague_s * vague_s) * by[i] * by[j];
      }
    }
  }
  e.p[speed][speed] += q;
  correct(e, row, innovation, variance);
  agreed(e.wheels_dissent, e);
  agreed(e.gnss_dissent, e);
}

void believe_heading(Estimate& e, const Row& row, double off_rad, double variance) {
  using namespace state;
  const double wrong_s = std::clamp(
      std::min(e.age_s(e.course_dissent.agreed_ns), e.age_s(e.position_ns)), 0.0, longest_s);
  const double far = e.x[speed] * wrong_s * std::min(chord, std::fabs(off_rad));
  for (const Index i : {east, north}) e.p[i][i] += far * far;
  e.p[heading][heading] += off_rad * off_rad;
  correct(e, row, off_rad, variance);
  agreed(e.course_dissent, e);
}

}  // namespace lujing::core
