#include "terminal/core/trust/watch.h"

#include "terminal/core/clock/utc_clock.h"
#include "terminal/core/plausible.h"

#include <algorithm>
#include <cmath>

namespace lujing::core {
namespace {

using protocol::Cover;
using protocol::Hoist;
using protocol::Load;

constexpr double fresh_s = 3;
constexpr double sky_fresh_s = 10;
constexpr double news_within_s = 3;  ///< of driving a receiver has told another place
constexpr double good_cn0_dbhz = 33;
constexpr double good_sky_s = 30;
constexpr double highest_v = 60;
constexpr double fastest_kmh = 251;
constexpr double jump_fastest_mps = 150;
constexpr int leaps_in_a_row = 3;
constexpr int clock_off_in_a_row = 3;
constexpr double wheel_path_share = 1.1;
constexpr std::uint8_t links_of_a_kind = 32;

double seconds(BootTime from, BootTime to) {
  return static_cast<double>(to.ns - from.ns) / static_cast<double>(ns_per_s);
}

bool fresh(const std::optional<BootTime>& at, BootTime now, double most_s) {
  return at && seconds(*at, now) <= most_s;
}

/// A cut line is no way out; but where the module that reads it is down, that is AC-11's to tell,
/// and nothing is known of antenna and bracket.
Truth truth_of(hal::SwitchState state, bool module_down) {
  if (state == hal::SwitchState::invalid) return Truth::unknown;
  if (state == hal::SwitchState::fault && module_down) return Truth::unknown;
  return truth(state != hal::SwitchState::off);
}

}  // namespace

void TrustWatch::take(BootTime now, const hal::CanSignal& signal) {
  if (signal.state != hal::SignalState::ok) return;
  bus_at_ = now;
  if (signal.id == config_.wheel_speed) {
    const auto kmh = within(signal.value, 0, fastest_kmh);
    if (!kmh) return;
    if (fresh(wheel_at_, now, fresh_s)) {
      wheel_path_m_ += seen_.wheel_mps.value_or(0) * seconds(*wheel_at_, now);
    }
    seen_.wheel_mps = *kmh / 3.6;
    wheel_at_ = now;
    if (*seen_.wheel_mps > config_.trust.jam_speed_mps) drove_at_ = now;
    pull_off_.take_wheel_speed(now, *seen_.wheel_mps);
  }
  if (signal.id == config_.yaw_rate) {
    if (const auto turn = within(signal.value, -3, 3)) pull_off_.take_yaw_rate(now, *turn);
  }
}

void TrustWatch::take(BootTime now, const hal::SkyView& sky) {
  seen_.cn0_dbhz = within(sky.cn0_mean_dbhz, 0, 100);
  if (seen_.cn0_dbhz) sky_at_ = now;
  if (seen_.cn0_dbhz.value_or(0) >= good_cn0_dbhz) good_sky_at_ = now;
  // It collapsed at once, and stays collapsed: a tunnel or a garage is driven into.
  if (seen_.cn0_dbhz.value_or(0) >= config_.trust.jam_cn0_dbhz) {
    seen_.cn0_was_good = false;
  } else if (fresh(good_sky_at_, now, good_sky_s)) {
    seen_.cn0_was_good = true;
  }
}

void TrustWatch::take(const hal::Switch& input) {
  if (input.id == config_.antenna_fault) antenna_ = input.state;
  if (input.id == config_.unit_removed) removed_ = input.state;
}

void TrustWatch::take(const hal::Power& power) {
  seen_.main_v = within(power.main_v, 0, highest_v);
  seen_.main_lost = seen_.main_v && *seen_.main_v < config_.trust.lost_v;
  seen_.highest_v = std::max(seen_.highest_v, seen_.main_v.value_or(0));
}

void TrustWatch::take(const hal::LinkState& link) {
  if (link.link == hal::Link::uplink) {
    seen_.uplink_down = truth(!link.up);
    return;
  }
  const auto kind = static_cast<std::size_t>(link.link);
  if (kind >= links_down_.size() || link.index >= links_of_a_kind) return;
  const std::uint32_t bit = 1U << link.index;
  std::uint32_t& down = links_down_[kind];
  down = link.up ? down & ~bit : down | bit;
  const auto any = [&](hal::Link one) { return links_down_[static_cast<std::size_t>(one)] != 0; };
  seen_.gnss_down = any(hal::Link::gnss);
  seen_.bus_down = any(hal::Link::can);
  seen_.io_down = any(hal::Link::io);
}

void TrustWatch::take_body(BootTime now, Cover cover, Hoist hoist, Load load) {
  const bool covers = cover == Cover::closed || cover == Cover::open;
  if (covers && cover != cover_) {
    if (cover_ != Cover::invalid) seen_.loads_without_cover = 0;
    cover_ = cover;
  }
  const bool lifts = hoist == Hoist::flat || hoist == Hoist::lifted;
  if (lifts && hoist != hoist_) {
    if (hoist_ != Hoist::invalid) seen_.loads_without_hoist = 0;
    if (hoist == Hoist::lifted && loads_.laden() != Truth::unknown) ++seen_.lifts_without_load;
    hoist_ = hoist;
  }
  // A load that trembles about a class's limit is one load: what counts has lasted.
  switch (loads_.take(now, load)) {
    case LoadEvent::loaded:
      seen_.lifts_without_load = 0;
      if (cover_ != Cover::invalid) ++seen_.loads_without_cover;
      if (hoist_ != Hoist::invalid) ++seen_.loads_without_hoist;
      break;
    case LoadEvent::unloaded:
      seen_.lifts_without_load = 0;
      break;
    default:
      break;
  }
}

void TrustWatch::judge_place(BootTime now, const hal::GnssFix& fix, const FixVerdict& verdict) {
  // A gap, or a fix that is not a continuation: how far from where the vehicle can have come to?
  const auto leap_by = [&](double far) {
    seen_.leap_m = far;
    leap_at_ = now;
  };
  if (verdict.accepted()) {
    const double far = believed_.valid() ? distance_m(believed_, fix.position) : 0;
    const bool gap = fix_at_ && seconds(*fix_at_, now) > fresh_s;
    const bool rolled = fresh(wheel_at_, now, fresh_s);
    if (verdict.anew || (gap && rolled)) {
      const double rolled_m = rolled ? wheel_path_share * wheel_path_m_ : 0;
      if (far > rolled_m) leap_by(far - rolled_m);
    }
    believed_ = fix.position;
    wheel_path_m_ = 0;
    astray_in_a_row_ = 0;
  } else if (verdict.reason == FixReason::jump && believed_.valid()) {
    const bool near = astray_.valid() && distance_m(astray_, fix.position) < 200;
    astray_in_a_row_ = near ? astray_in_a_row_ + 1 : 1;
    astray_ = fix.position;
    if (astray_in_a_row_ == leaps_in_a_row) leap_by(distance_m(believed_, fix.position));
  }
}

void TrustWatch::judge_clock(BootTime now, UtcTime utc, const UtcClock& clock, int& in_a_row) {
  const auto expected = clock.utc_at(now);
  if (!expected) return;
  // Subtracted as doubles: a clock may say anything, and milliseconds of any real date are exact.
  const double step_s = (static_cast<double>(utc.ms) - static_cast<double>(expected->ms)) / 1000.0;
  if (std::fabs(step_s) <= config_.trust.clock_step_s) {
    in_a_row = 0;
    return;
  }
  if (++in_a_row != clock_off_in_a_row) return;
  seen_.clock_step_s = step_s;
  clock_at_ = now;
}

void TrustWatch::take_clock(BootTime now, const hal::ClockTick& tick, const UtcClock& clock) {
  if (!first_at_) first_at_ = now;
  if (tick.wall && tick.synchronized) judge_clock(now, *tick.wall, clock, wall_clock_off_);
}

void TrustWatch::take(BootTime now, const hal::GnssFix& fix, const FixVerdict& verdict,
                      const Fusion& fusion, const UtcClock& clock) {
  seen_.gnss_heard = true;
  if (!fix_at_) fix_at_ = now;
  if (verdict.utc && verdict.reason != FixReason::no_fix &&
      verdict.reason != FixReason::duplicate) {
    judge_clock(now, *verdict.utc, clock, gnss_clock_off_);
  }
  judge_place(now, fix, verdict);
  if (!verdict.accepted()) {
    // A cheap jammer: a fix too poor to be used that says it stands, while the wheels turn.
    const bool poor_but_stands = verdict.reason == FixReason::accuracy && fix.speed_mps &&
                                 *fix.speed_mps < receiver_stands_mps;
    if (poor_but_stands) {
      seen_.gnss_mps = 0;
      speed_at_ = now;
    }
    return;
  }
  if (!told_.valid() || !(told_ == fix.position)) {
    frozen_since_ = now;
    told_ = fix.position;
  }
  fix_at_ = now;
  seen_.gnss_mps = within(fix.speed_mps, 0, jump_fastest_mps);
  if (seen_.gnss_mps) speed_at_ = now;
  if (const auto apart = pull_off_.take_fix(now, fix.position, verdict.anew, fusion)) {
    seen_.apart_m = apart;
    apart_at_ = now;
  } else {
    seen_.apart_m.reset();
  }
}

Evidence TrustWatch::evidence(BootTime now, bool standing) const {
  Evidence told = seen_;
  if (!fresh(speed_at_, now, fresh_s)) told.gnss_mps.reset();
  if (!fresh(wheel_at_, now, fresh_s)) told.wheel_mps.reset();
  if (!fresh(sky_at_, now, sky_fresh_s)) told.cn0_dbhz.reset();
  if (!fresh(apart_at_, now, fresh_s)) told.apart_m.reset();
  if (leap_at_) told.leap_age_s = seconds(*leap_at_, now);
  if (clock_at_) told.clock_age_s = seconds(*clock_at_, now);
  told.no_fix_s = fix_at_ ? seconds(*fix_at_, now) : 0;
  const bool frozen = frozen_since_ && fix_at_ && told.no_fix_s < fresh_s;
  told.frozen_s = frozen ? seconds(*frozen_since_, *fix_at_) : 0;
  told.told_nothing_since_drive =
      frozen_since_ && drove_at_ && seconds(*frozen_since_, *drove_at_) > news_within_s;
  told.bus_expected = config_.wheel_speed.has_value();
  const auto heard = bus_at_ ? bus_at_ : first_at_;
  told.bus_silent_s = heard ? seconds(*heard, now) : 0;
  told.standing = standing;
  told.antenna_fault = truth_of(antenna_, seen_.io_down);
  told.removed = truth_of(removed_, seen_.io_down);
  return told;
}

}  // namespace lujing::core
