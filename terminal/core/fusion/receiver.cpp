#include "terminal/core/fusion/receiver.h"

#include "base/trig.h"
#include "terminal/core/fusion/linear.h"
#include "terminal/core/fusion/noise.h"
#include "terminal/core/fusion/source.h"
#include "terminal/core/fusion/standstill.h"

#include <algorithm>
#include <cmath>

namespace lujing::core {
namespace {

constexpr double longest_receiver_step_s = 3;
constexpr double shortest_step_s = 0.05;
constexpr double receiver_apart_mps = 2;
constexpr double receiver_apart_share = 0.2;
constexpr double wheels_apart_mps = 1;
constexpr double wheels_apart_share = 0.15;  ///< tyres, and a scale that nobody set
constexpr double drives_mps = 2;
constexpr double drives_lately_s = 1.5;
constexpr int consistent_fixes = 5;
constexpr double alive_s = 10;
constexpr double refused_driving_s = 60;    ///< a receiver that drives is refused no longer
constexpr double refused_standing_s = 600;  ///< one that stands: a jammed one does that too
constexpr int standing_fixes_count_once = 20;
constexpr double way_keep = 0.95;       ///< of the ways, from fix to fix
constexpr double way_least_m = 50;      ///< shorter ones show no side
constexpr double way_sigmas = 10;       ///< and in a canyon only longer ones
constexpr double side_apart = 0.9;      ///< cosine of 26 degrees: a course that is none
constexpr double side_far_apart = 0.5;  ///< 60 degrees: seen twice is enough
constexpr double side_alike = 0.98;

double tolerance(double mps) {
  return receiver_apart_mps + receiver_apart_share * mps;
}

/// A course that is wrong fits in one direction by chance: it has to agree in three of four.
void trust_course_again(Estimate& e, double cosine) {
  if (!e.course_doubted || cosine < side_apart) {
    e.course_quarters = 0;
    return;
  }
  if (cosine < side_alike) return;
  e.course_quarters |=
      1 << (e.went_east_m > 0 ? (e.went_north_m > 0 ? 0 : 1) : (e.went_north_m > 0 ? 2 : 3));
  int quarters = 0;
  for (int i = 0; i < 4; ++i) quarters += (e.course_quarters >> i) & 1;
  if (quarters < 3) return;
  e.course_doubted = false;
  set_unused(e, Sensor::gnss_course, false);
}

/// Does its course lead where its places do?
void judge_course(Estimate& e, const FixTold& fix, double east_m, double north_m) {
  if (!fix.course_rad || !fix.speed_mps) return;
  const double far = std::sqrt(east_m * east_m + north_m * north_m);
  const SinCos way = sin_cos(*fix.course_rad);
  e.went_east_m = way_keep * e.went_east_m + east_m;
  e.went_north_m = way_keep * e.went_north_m + north_m;
  e.said_east_m = way_keep * e.said_east_m + far * way.sin;
  e.said_north_m = way_keep * e.said_north_m + far * way.cos;
  const double went = std::sqrt(e.went_east_m * e.went_east_m + e.went_north_m * e.went_north_m);
  const double said = std::sqrt(e.said_east_m * e.said_east_m + e.said_north_m * e.said_north_m);
  if (std::min(went, said) < std::max(way_least_m, way_sigmas * fix.position_sigma_m)) return;
  const double cosine =
      (e.went_east_m * e.said_east_m + e.went_north_m * e.said_north_m) / (went * said);
  trust_course_again(e, cosine);
  const int weight = cosine < side_far_apart ? consistent_fixes : 1;
  e.sides_apart = cosine > side_apart ? 0 : e.sides_apart + weight;
  if (e.sides_apart <= consistent_fixes || e.course_doubted) return;
  doubt_course(e);  // and with it the heading that it gave, and the place that this led to
  e.heading_known = false;
  e.heading_lost_ns = never_ns;
  e.placed = false;
  renew(e, state::heading, e.x[state::heading], pi * pi);
}

}  // namespace

void judge_receiver(Estimate& e, const FixTold& fix, Offset at, double fresh_var) {
  const double step_s = e.age_s(e.fix_ns);
  const double east = at.east_m - e.fix_east_m;
  const double north = at.north_m - e.fix_north_m;
  const bool first = e.fix_ns == never_ns || fix.anew;
  if (first || east != 0 || north != 0) e.fix_changed_ns = e.at.ns;
  e.fix_ns = e.at.ns;
  e.fix_east_m = at.east_m;
  e.fix_north_m = at.north_m;
  if (first || step_s > longest_receiver_step_s) {
    e.fixes_consistent = 0;
    e.fixes_driving = 0;
    return;
  }
  if (step_s < shortest_step_s) return;
  const double went_mps = std::sqrt(east * east + north * north) / step_s;
  const double said_mps = fix.speed_mps.value_or(went_mps);
  const double noise_mps = 3 * std::sqrt(2 * fresh_var) / step_s;
  const bool consistent = std::fabs(went_mps - said_mps) < tolerance(said_mps) + noise_mps;
  e.fixes_consistent = consistent ? std::min(e.fixes_consistent + 1, consistent_fixes) : 0;
  const bool drives = consistent && std::min(went_mps, said_mps) > drives_mps;
  e.fixes_driving = drives ? std::min(e.fixes_driving + 1, consistent_fixes) : 0;
  if (!drives) return;
  judge_course(e, fix, east, north);
}

void doubt_course(Estimate& e) {
  e.course_doubted = true;
  e.course_quarters = 0;
  set_unused(e, Sensor::gnss_course, true);
}

bool receiver_drives(const Estimate& e) {
  if (e.age_s(e.fix_ns) > drives_lately_s) return false;
  return e.fixes_driving >= consistent_fixes && e.age_s(e.fix_changed_ns) < alive_s;
}

bool refused_too_long(const Estimate& e) {
  if (e.refused_since_ns == never_ns || e.age_s(e.fix_changed_ns) > alive_s) return false;
  if (e.fixes_consistent < consistent_fixes) return false;
  return e.age_s(e.refused_since_ns) >
         (receiver_drives(e) ? refused_driving_s : refused_standing_s);
}

void doubt_wheels(Estimate& e, double speed_mps) {
  e.doubt_of_wheels = noise::wheels_doubted_fixes;
  e.wheels_doubted = true;
  ++e.times_wheels_doubted;
  set_unused(e, Sensor::wheel_speed, true);
  drive_off(e, speed_mps, 0);
}

void judge_wheels(Estimate& e, double speed_mps) {
  if (e.age_s(e.wheel_ns) >= noise::wheel_fresh_s) return;
  const double faster = std::max(speed_mps, e.wheel_mps);
  const bool apart =
      std::fabs(speed_mps - e.wheel_mps) > wheels_apart_mps + wheels_apart_share * faster;
  // A receiver that says less than the wheels may be frozen or jammed: then what it is seen to
  // drive counts, and only little what a live one says that stands.
  const bool counts = speed_mps > e.wheel_mps || (speed_mps > drives_mps && receiver_drives(e));
  const bool alive = e.fixes_consistent >= consistent_fixes && e.age_s(e.fix_changed_ns) < alive_s;
  int step = 0;
  if (apart && counts) {
    step = 1;
  } else if (apart && alive) {
    e.fixes_against = (e.fixes_against + 1) % standing_fixes_count_once;
    step = e.fixes_against == 0 ? 1 : 0;
  } else if (!apart && faster > drives_mps) {  // standing alike says nothing of a dead sensor
    step = -1;
  }
  e.doubt_of_wheels = std::clamp(e.doubt_of_wheels + step, 0, noise::wheels_doubted_fixes);
  if (e.doubt_of_wheels == 0) {
    e.wheels_doubted = false;
    set_unused(e, Sensor::wheel_speed, false);
  }
  if (e.doubt_of_wheels == noise::wheels_doubted_fixes && !e.wheels_doubted) {
    doubt_wheels(e, speed_mps);
  }
}

}  // namespace lujing::core
