// The receiver's position: the true one, plus an error that lasts (two states), plus one that is
// new at each fix. How the reported variance is shared among the two is learnt from what is seen.
#include "terminal/core/fusion/advance.h"
#include "terminal/core/fusion/gnss_error.h"
#include "terminal/core/fusion/heading_run.h"
#include "terminal/core/fusion/linear.h"
#include "terminal/core/fusion/measurements.h"
#include "terminal/core/fusion/noise.h"
#include "terminal/core/fusion/receiver.h"
#include "terminal/core/fusion/standstill.h"

#include <algorithm>
#include <cmath>

namespace lujing::core {
namespace {

using namespace state;

constexpr double plane_m = 4000;  ///< further from the anchor: a new one
constexpr double unplaced_var = 1e8;
constexpr double agrees_mps = 2;
constexpr double agrees_share = 0.2;
constexpr double leap_share = 0.3;
constexpr double leap_sigmas = 8;  ///< a leap of the receiver's error beyond this is no error

constexpr Row east_row{{east, 1}, {gnss_east, 1}};
constexpr Row north_row{{north, 1}, {gnss_north, 1}};

void place(Estimate& e, const FixTold& fix, const ErrorShares& share) {
  e.anchor = fix.position;
  for (const Index i : {east, north}) renew(e, i, 0, unplaced_var);
  for (const Index i : {gnss_east, gnss_north}) renew(e, i, 0, share.drift_var);
  e.placed = true;
  e.refused_in_a_row = 0;
  e.fix_east_m = 0;
  e.fix_north_m = 0;
  e.run = {};
}

void move_anchor(Estimate& e) {
  const double far = std::max(std::fabs(e.x[east]), std::fabs(e.x[north]));
  if (far < plane_m) return;
  const GeoPoint to = moved(e.anchor, {e.x[east], e.x[north]});
  if (!to.valid()) return;
  const Offset by = offset(e.anchor, to);
  e.anchor = to;
  e.x[east] -= by.east_m;
  e.x[north] -= by.north_m;
  e.held_east_m -= by.east_m;
  e.held_north_m -= by.north_m;
  e.fix_east_m -= by.east_m;
  e.fix_north_m -= by.north_m;
  e.run.east_m -= by.east_m;
  e.run.north_m -= by.north_m;
}

/// Nothing that is known can speak against the receiver.
bool must_place(const Estimate& e, const FixTold& fix) {
  if (!e.placed || fix.anew) return true;
  const double worst_m = std::max(100.0, 4 * fix.position_sigma_m);
  const bool vague = e.variance(heading) > noise::heading_vague * noise::heading_vague;
  return e.age_s(e.position_ns) > 4 * noise::gnss_fresh_s && !e.standing &&
         (largest_variance(e) > worst_m * worst_m || vague);
}

/// The receiver moves as the vehicle does: its fixes may be believed again.
bool moves_alike(const Estimate& e, const FixTold& fix) {
  if (!fix.speed_mps) return !wheels_fresh(e);
  const double v = std::fabs(e.x[speed]);
  return std::fabs(*fix.speed_mps - v) < agrees_mps + agrees_share * v;
}

/// Refused again and again: the receiver's lasting error has leapt (other satellites, a
/// reflection); what it says from now on is true but for that.
void let_error_leap(Estimate& e, double by_east, double by_north, const ErrorShares& share) {
  renew(e, gnss_east, by_east + e.x[gnss_east], by_east * by_east / 4 + share.drift_var);
  renew(e, gnss_north, by_north + e.x[gnss_north], by_north * by_north / 4 + share.drift_var);
  e.refused_in_a_row = 0;
  if (e.standing) return;
  // Where it leaps so far it leaps less far too, unseen.
  for (const Index i : {east, north}) e.p[i][i] += leap_share * share.drift_var;
}

/// Over a silence at least the straight way from fix to fix was driven.
void bridge(Estimate& e, const FixTold& fix) {
  if (e.silent_since_fix_s > 0 && e.fix_place.valid()) {
    const double straight_m = distance_m(e.fix_place, fix.position);
    const double missing_m = straight_m - (e.driven_m - e.fix_driven_m);
    if (missing_m > fix.position_sigma_m) {
      e.driven_m += missing_m;
      e.bridged_m += missing_m;
    }
  }
  e.silent_since_fix_s = 0;
  e.fix_place = fix.position;
  e.fix_driven_m = e.driven_m;
}

/// What was believed instead is wrong, whatever it was: wheels that say another speed go with it.
void begin_anew(Estimate& e, const FixTold& fix, const ErrorShares& share) {
  ++e.placed_anew;
  if (refused_too_long(e) && !moves_alike(e, fix) && !e.wheels_doubted)
    doubt_wheels(e, fix.speed_mps.value_or(0));
  place(e, fix, share);
  e.refused_since_ns = never_ns;
  correct(e, east_row, 0, share.fresh_var);
  correct(e, north_row, 0, share.fresh_var);
  e.position_ns = e.at.ns;
  bridge(e, fix);
}

FixInnovation innovation_of(const Estimate& e, double off_east, double off_north,
                            const ErrorShares& share) {
  return {off_east, off_north, projected(e, east_row) + share.fresh_var,
          projected(e, north_row) + share.fresh_var, projected(e, east_row, north_row)};
}

void refuse(Estimate& e, const FixTold& fix, double off_east, double off_north,
            const ErrorShares& share) {
  ++e.count(Sensor::gnss_position).refused;
  e.refused_in_a_row = moves_alike(e, fix) ? e.refused_in_a_row + 1 : 0;
  if (e.refused_since_ns == never_ns) e.refused_since_ns = e.at.ns;
  if (refused_too_long(e)) {
    begin_anew(e, fix, share);
    return;
  }
  if (e.refused_in_a_row < noise::sky_changed_fixes) return;
  const double most = leap_sigmas * fix.position_sigma_m;
  if (off_east * off_east + off_north * off_north < most * most) {
    let_error_leap(e, off_east, off_north, share);
  } else if (e.refused_in_a_row >= 4 * noise::sky_changed_fixes) {
    begin_anew(e, fix, share);
  }
}

}  // namespace

void take_gnss_position(Estimate& e, const FixTold& fix) {
  const ErrorShares share = error_shares(e, fix.position_sigma_m);
  e.gnss_drift_var = share.drift_var;
  const bool first = must_place(e, fix);
  if (first) {
    if (e.placed) ++e.placed_anew;
    if (e.placed && refused_too_long(e)) {
      if (!moves_alike(e, fix) && !e.wheels_doubted) doubt_wheels(e, fix.speed_mps.value_or(0));
      e.refused_since_ns = never_ns;
    }
    place(e, fix, share);
    e.fix_ns = never_ns;
  }
  move_anchor(e);
  const Offset at = offset(e.anchor, fix.position);
  const double off_east = at.east_m - e.x[east] - e.x[gnss_east];
  const double off_north = at.north_m - e.x[north] - e.x[gnss_north];
  FixInnovation off = innovation_of(e, off_east, off_north, share);
  if (!first && off.times(off_east, off_north) > noise::turn_likelier && e.heading_known &&
      !e.standing && heading_free(e, fix)) {
    widen_by_unseen_turn(e);
    off = innovation_of(e, off_east, off_north, share);
  }
  SensorCount& count = e.count(Sensor::gnss_position);
  count.innovation = std::sqrt(off_east * off_east + off_north * off_north);
  count.innovation_var = off.east_var + off.north_var;
  judge_receiver(e, fix, at, share.fresh_var);
  if (!e.placed) {  // the heading was none, and so is the place that it led to
    begin_anew(e, fix, share);
    return;
  }
  // It says that it drives off: until that is believed, its places teach nothing. They would be
  // taken for an error that lasts, and stay as one.
  if (!first && e.standing && e.leaving > 0) {
    e.position_ns = e.at.ns;
    return;
  }
  if (!first) learn_how_it_lasts(e, off);
  const bool refused = !(off.times(off_east, off_north) <= noise::gate_2);
  if (follow_run(e, fix, at, share.fresh_var, refused)) {
    e.p[east][east] += off_east * off_east;
    e.p[north][north] += off_north * off_north;
  } else if (refused) {
    refuse(e, fix, off_east, off_north, share);
    return;
  }
  ++count.accepted;
  e.refused_in_a_row = 0;
  if (!first) e.refused_since_ns = never_ns;
  e.position_ns = e.at.ns;
  bridge(e, fix);
  correct(e, east_row, off_east, share.fresh_var);
  correct(e, north_row, at.north_m - e.x[north] - e.x[gnss_north], share.fresh_var);
  learn_how_large(e);
  if (first && e.standing) {
    e.held_east_m = e.x[east];
    e.held_north_m = e.x[north];
  }
  hold(e);
}

}  // namespace lujing::core
