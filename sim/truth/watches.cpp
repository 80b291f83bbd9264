#include "sim/truth/watches.h"

#include "sim/city/plane.h"
#include "sim/city/route.h"
#include "sim/directives/plan.h"
#include "sim/wiring.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace lujing::sim {
namespace {

constexpr double laden_from = 0.3;
constexpr double empty_to = 0.1;
constexpr double moving_mps = 0.5;
constexpr double load_told_from = 0.5;  ///< grown by so much it is a load
constexpr int stuck_after = 3;          // loads
constexpr double limit_settles_s = 30;  // it has been put on by then
constexpr double boots_within_s = 10;
constexpr double road_step_m = 20;
constexpr double finds_itself_s = 60;  // until a receiver that was off has its place again

}  // namespace

Watches::Watches(const Scenario& scenario, const City& city, const VehiclePlan& plan)
    : scenario_(scenario), city_(city), plan_(plan) {
  for (const Asked& asked : plan.asked) {
    for (const LinkId id : asked_links(city, asked)) {
      asked_ways_.insert(city.link(id).way);
    }
  }
  if (plan.type != VehicleType::muck || city.sites().empty()) {
    return;
  }
  approved_site_ = &city.site(SiteKind::construction, plan.permit.construction);
  approved_dump_ = &city.site(SiteKind::disposal, plan.permit.disposal);
  for (const auto& [from, to] :
       {std::pair{approved_site_, approved_dump_}, std::pair{approved_dump_, approved_site_}}) {
    for (const LinkId id : find_route(city, from->gate, to->gate)) {
      // A map's line has few points where the road is straight.
      for (double at_m = 0; at_m < city.link(id).length_m + road_step_m; at_m += road_step_m) {
        approved_.push_back(city.point({id, at_m}));
      }
    }
  }
}

void Watches::hold(const char* rule, bool condition, double needs_s, const VehicleState& state,
                   std::vector<Found>& ended, const char* detail) {
  const auto at = open_.find(rule);
  if (condition) {
    Found& found =
        at != open_.end()
            ? at->second
            : open_.emplace(rule, Found{rule, state.t_s, state.t_s, needs_s, state.at, detail})
                  .first->second;
    found.end_s = state.t_s;
    found.needs_s = needs_s;
  } else if (at != open_.end()) {
    ended.push_back(std::move(at->second));
    open_.erase(at);
  }
}

void Watches::event(const char* rule, const VehicleState& state, std::vector<Found>& ended,
                    const char* detail) {
  ended.push_back({rule, state.t_s, state.t_s, 0, state.at, detail});
}

void Watches::finish(std::vector<Found>& ended) {
  if (change_ > 0 && last_load_ - change_from_load_ >= load_told_from && grows_outside_) {
    open_.emplace("MT-06",
                  Found{"MT-06", change_from_s_, last_s_, 0, last_at_, "loaded outside a site"});
  }
  for (auto& [rule, found] : open_) ended.push_back(std::move(found));
  open_.clear();
}

const Site* Watches::yard_of(SiteKind kind, Offset at) const {
  for (const Site& site : city_.sites()) {
    if (site.kind == kind && !site.yard.empty() && contains(site.yard, at)) {
      return &site;
    }
  }
  return nullptr;
}

bool Watches::in_window(double from_h, double to_h, double t_s) const {
  const double hour = local_hour({scenario_.start.ms + static_cast<std::int64_t>(t_s * 1000)});
  return from_h <= to_h ? hour >= from_h && hour < to_h : hour >= from_h || hour < to_h;
}

bool Watches::off_route(Offset at) const {
  const double limit = scenario_.limits.off_route_m;
  for (const Offset& point : approved_) {
    const Offset away = minus(point, at);
    if (dot(away, away) < limit * limit) return false;
  }
  return true;
}

void Watches::take(const VehicleState& state, std::vector<Found>& ended) {
  judge_terminal(state, ended);
  if (plan_.type == VehicleType::muck) {
    judge_muck(state, ended);
    judge_load(state, ended);
    judge_places(state, ended);
  } else if (plan_.type == VehicleType::garbage) {
    judge_garbage(state, ended);
  } else {
    judge_street(state, ended);
  }
  last_doing_ = state.doing;
}

void Watches::judge_muck(const VehicleState& s, std::vector<Found>& ended) {
  const Limits& limit = scenario_.limits;
  const bool laden = s.body.load_share >= laden_from;
  const double kmh = s.speed_mps * 3.6;
  const bool moving = s.speed_mps > moving_mps;
  hold("MT-01", laden && s.body.cover_open >= 0.02 && kmh > limit.unsealed_kmh, limit.unsealed_s, s,
       ended);
  const bool limits = limit.rule_limits > 0;
  hold("MT-02", limits && laden && s.body.cover_open >= 0.02 && kmh > limit.unsealed_kmh,
       limit.unsealed_s, s, ended, "asks for a limit of speed");
  const bool permitted = permitted_at(s.t_s);
  const bool at_dump =
      permitted && approved_dump_ != nullptr && contains(approved_dump_->yard, s.at);
  hold("MT-03", s.body.hoist_deg > limit.hoist_deg && !at_dump, limit.hoist_s, s, ended);
  hold("MT-04", limits && s.body.hoist_deg > limit.hoist_deg && !at_dump, limit.hoist_s, s, ended,
       "asks for a limit of the hoist");
  hold("MT-10", laden && moving && in_window(limit.deny_from_h, limit.deny_to_h, s.t_s),
       limit.deny_s, s, ended);
  hold("MT-12", kmh > limit.truck_kmh, limit.truck_speed_s, s, ended);
  hold("MT-17", s.body.load_share > limit.overload_share && moving, limit.overload_s, s, ended);
  const bool in_yard = yard_of(SiteKind::construction, s.at) != nullptr ||
                       yard_of(SiteKind::disposal, s.at) != nullptr;
  hold("MT-20", laden && !moving && !in_yard, limit.laden_stop_s, s, ended);
  hauled_ = hauled_ || moving;
  hold("MT-13", hauled_ && !permitted, limit.unpermitted_s, s, ended, "no valid permit");
  hold("MT-14", plan_.driver == DriverCard::unknown && moving, limit.driver_s, s, ended);
  hold("MT-15", plan_.listed && moving, limit.listed_s, s, ended);
}

bool Watches::permitted_at(double t_s) const {
  const Permit& permit = plan_.permit;
  return permit.there && t_s >= permit.from_s && t_s < permit.until_s;
}

/// Loading and unloading outside the places for it: by the load alone.
void Watches::judge_load(const VehicleState& s, std::vector<Found>& ended) {
  const double load = s.body.load_share;
  const double delta = last_load_ < 0 ? 0 : load - last_load_;
  const int change = delta > 1e-6 ? 1 : delta < -1e-6 ? -1 : 0;
  if (change_ == 0 && change != 0) {
    change_from_load_ = last_load_;
    change_from_s_ = s.t_s;
    change_ = change;
  }
  // A load that is lost on the way is lost in one go, however the truck drives; one that grows is
  // what a stop brought.
  const bool over = change_ != 0 && (change == -change_ || (change == 0 && change_ < 0) ||
                                     (change_ > 0 && (s.speed_mps > 2 || last_doing_ != s.doing)));
  if (over) {
    const bool at_dump =
        permitted_at(s.t_s) && approved_dump_ != nullptr && contains(approved_dump_->yard, s.at);
    const bool at_site = yard_of(SiteKind::construction, s.at) != nullptr;
    // As for a trip of the truth: below this it is no load any more, wherever the rest is.
    if (change_ < 0 && change_from_load_ >= laden_from && load < laden_from && !at_dump) {
      ended.push_back(
          {"MT-05", change_from_s_, s.t_s, 0, s.at, "tipped outside the permitted site"});
    }
    if (change_ > 0 && load - change_from_load_ >= load_told_from && !at_site) {
      ended.push_back({"MT-06", change_from_s_, s.t_s, 0, s.at, "loaded outside a site"});
    }
    if (change_ < 0 && change_from_load_ >= laden_from && load < empty_to) count_cycle(s);
    const bool early = plan_.permit.from_s > change_from_s_;
    if (change_ > 0 && load - change_from_load_ >= load_told_from && at_site && early) {
      ended.push_back({"MT-22", change_from_s_, s.t_s, 0, s.at, "loaded before the permit began"});
    }
    change_ = 0;
  }
  last_load_ = load;
  last_s_ = s.t_s;
  last_at_ = s.at;
  grows_outside_ = yard_of(SiteKind::construction, s.at) == nullptr;
}

/// A load has come and gone. A sensor that did not move in all that time is stuck.
void Watches::count_cycle(const VehicleState& s) {
  const bool stuck = active_fault(plan_.faults, FaultKind::switch_stuck_on, s.t_s) != nullptr ||
                     active_fault(plan_.faults, FaultKind::switch_stuck_off, s.t_s) != nullptr ||
                     active_fault(plan_.faults, FaultKind::load_stuck, s.t_s) != nullptr;
  stuck_cycles_ = stuck ? stuck_cycles_ + 1 : 0;
}

/// A sensor that says what cannot be, or says nothing. One that chatters reports no fault: a
/// vehicle does not know then where its cover is, and the rule is about what sensors report.
bool Watches::sensor_fault(const VehicleState& s) const {
  const auto active = [&](FaultKind kind, int input = -1) {
    return active_fault(plan_.faults, kind, s.t_s, input);
  };
  const Fault* load = active(FaultKind::load_fault);
  const bool impossible = load != nullptr && (load->value > 1.5 || load->value < 0);
  // A magnet at one end switch of the cover while it really is at the other end.
  constexpr int closed = 0;
  constexpr int open = 1;
  const bool both_ends =
      (active(FaultKind::switch_stuck_on, closed) != nullptr && s.body.cover_open > 0.98) ||
      (active(FaultKind::switch_stuck_on, open) != nullptr && s.body.cover_open < 0.02);
  return impossible || both_ends || active(FaultKind::io_off) != nullptr;
}

/// As the site's fence has it: 0 inside.
double Watches::away_from_yard_m(const Site& site, Offset at) const {
  if (site.yard.empty()) return length_m(minus(city_.point(site.gate), at));
  if (contains(site.yard, at)) return 0;
  double least_m = length_m(minus(site.yard.front(), at));
  for (std::size_t i = 0; i < site.yard.size(); ++i) {
    const Offset next = site.yard[(i + 1) % site.yard.size()];
    least_m = std::min(least_m, distance_to_segment_m(at, site.yard[i], next));
  }
  return least_m;
}

void Watches::judge_places(const VehicleState& s, std::vector<Found>& ended) {
  const Limits& limit = scenario_.limits;
  const bool laden = s.body.load_share >= laden_from;
  const bool moving = s.speed_mps > moving_mps;
  const Site* yard = yard_of(SiteKind::construction, s.at);
  if (last_yard_ != nullptr && yard == nullptr && laden) {
    unwashed_ = s.body.washed_s < limit.wash_s;
    left_site_s_ = s.t_s;
    told_late_ = false;
  }
  if (!laden) left_site_s_.reset();
  last_yard_ = yard;
  // It stands as long as the load is on the way: where the sky is bad it is seen late, and is true.
  unwashed_ = unwashed_ && laden && yard == nullptr;
  hold("MT-16", unwashed_, 0, s, ended, "left the site unwashed");
  bool forbidden = false;
  bool weak = false;
  for (const Zone& zone : city_.zones()) {
    (zone.kind == ZoneKind::forbidden ? forbidden : weak) |= contains(zone.area, s.at);
  }
  hold("MT-11", forbidden && moving, limit.forbidden_s, s, ended);
  hold("MT-19", weak && laden, 0, s, ended);
  bool wrong_dump = false;
  for (const Site& site : city_.sites()) {
    wrong_dump = wrong_dump || (site.kind == SiteKind::disposal &&
                                (&site != approved_dump_ || !permitted_at(s.t_s)) &&
                                away_from_yard_m(site, s.at) < limit.site_radius_m);
  }
  const bool at_site = approved_site_ != nullptr && permitted_at(s.t_s) &&
                       length_m(minus(city_.point(approved_site_->gate), s.at)) < limit.arrive_m;
  hold("MT-08", limit.arrive_s > 0 && at_site && s.speed_mps * 3.6 < limit.arrive_kmh,
       limit.arrive_s, s, ended);
  hold("MT-07", wrong_dump && laden && s.speed_mps * 3.6 < limit.visit_kmh, limit.visit_s, s,
       ended);
  const bool in_dump = yard_of(SiteKind::disposal, s.at) != nullptr;
  const bool under_way = laden && left_site_s_.has_value() && yard == nullptr && !in_dump;
  // Whoever loads elsewhere is under way too, from when he drives off.
  drove_laden_ = laden && (drove_laden_ || moving);
  const bool hauls = drove_laden_ && yard == nullptr && !in_dump;
  hold("MT-09", hauls && permitted_at(s.t_s) && off_route(s.at), limit.off_route_s, s, ended);
  if (under_way && s.t_s - *left_site_s_ > limit.haul_s && !told_late_) {
    told_late_ = true;
    event("MT-21", s, ended, "did not reach a disposal site in time");
  }
}

void Watches::judge_street(const VehicleState& s, std::vector<Found>& ended) {
  const Limits& limit = scenario_.limits;
  const double kmh = s.speed_mps * 3.6;
  const Work work = work_of(plan_.type, s.body);
  const bool sweeps = s.body.brush_rpm > 60 && s.body.suction_down > 0.9;
  const bool wet = s.body.water_pump && s.body.valve;
  const bool sprinkler =
      plan_.type == VehicleType::sprinkler || plan_.type == VehicleType::fog_cannon;
  const bool elsewhere = !asked_ways_.empty() && !asked_ways_.contains(city_.link(s.link).way);
  const bool assigned = std::strcmp(s.doing, "work") == 0 && !elsewhere && s.speed_mps > moving_mps;
  const bool patrol = limit.patrol_from_h != limit.patrol_to_h &&
                      in_window(limit.patrol_from_h, limit.patrol_to_h, s.t_s);
  hold("SW-01", sweeps && !patrol && kmh > limit.sweep_kmh, limit.sweep_s, s, ended);
  hold("SW-02", sweeps && patrol && kmh > limit.patrol_kmh, limit.sweep_s, s, ended);
  hold("SW-03", assigned && !work.effective && kmh > limit.fake_min_kmh && kmh < limit.fake_max_kmh,
       limit.fake_s, s, ended, work.why_not);
  const double low = sprinkler ? limit.aux_sprinkle_min : limit.aux_sweep_min;
  const double high = sprinkler ? limit.aux_sprinkle_max : limit.aux_sweep_max;
  hold("CV-07", work.effective && elsewhere, limit.elsewhere_s, s, ended);
  hold("SW-04", work.effective && (s.body.aux_rpm < low || s.body.aux_rpm > high), limit.aux_s, s,
       ended);
  hold("SP-01", sprinkler && (s.body.water_pump || s.body.valve) && kmh > limit.sprinkle_kmh,
       limit.sprinkle_s, s, ended);
  const Weather weather = scenario_.weather_at(s.t_s);
  const bool peak = in_window(7, 10, s.t_s) || in_window(17, 20, s.t_s);
  hold("SP-02", work.kind.has_value() && peak, limit.peak_s, s, ended);
  hold("SP-03", wet && weather.temperature_c < limit.cold_c, limit.cold_s, s, ended);
  hold("SP-05", sweeps && weather.wind_force >= limit.wind_force, limit.wind_s, s, ended);
  // Flushing is jets, from whichever machine.
  const bool jets = s.body.jet || work.kind == WorkKind::flush;
  hold("SP-06", wet && jets && in_window(limit.jet_from_h, limit.jet_to_h, s.t_s), limit.jet_s, s,
       ended);
}

void Watches::judge_garbage(const VehicleState& s, std::vector<Found>& ended) {
  const bool at_station = yard_of(SiteKind::transfer, s.at) != nullptr;
  hold("GB-02", s.body.hoist_deg > scenario_.limits.hoist_deg && !at_station, 5, s, ended);
  // A stop at the bins, which ends without one having been lifted.
  if (std::strcmp(s.doing, "bin") == 0) {
    if (stop_lifts_ < 0) {
      stop_lifts_ = s.body.bin_lifts;
    }
  } else if (stop_lifts_ >= 0 && s.speed_mps > moving_mps) {
    if (s.body.bin_lifts == stop_lifts_) {
      event("GB-03", s, ended, "stopped at the bins and lifted none");
    }
    stop_lifts_ = -1;
  }
}

/// A limit that stood when the terminal lost its supply stands when it is back, until it is
/// released.
void Watches::judge_limits(const VehicleState& s, bool cut, std::vector<Found>& ended) {
  if (plan_.orders.empty()) {
    return;
  }
  outlived_.resize(plan_.orders.size());
  bool stands = false;
  for (std::size_t n = 0; n < plan_.orders.size(); ++n) {
    const LimitOrder& order = plan_.orders[n];
    if (cut && !was_cut_) {
      outlived_[n] = order.active(s.t_s) && s.t_s - order.at_s >= limit_settles_s;
    }
    stands = stands || (outlived_[n] && order.active(s.t_s));
  }
  was_cut_ = cut;
  hold("MT-24", !cut && stands, boots_within_s, s, ended, "a limit outlives a power cut");
}

void Watches::judge_terminal(const VehicleState& s, std::vector<Found>& ended) {
  const Limits& limit = scenario_.limits;
  const auto active = [&](FaultKind kind) { return active_fault(plan_.faults, kind, s.t_s); };
  const double kmh = s.speed_mps * 3.6;
  const Fault* low = active(FaultKind::power_low);
  const bool cut = active(FaultKind::power_cut) != nullptr;
  hold("AC-01", low != nullptr && low->value < limit.supply_low_v, limit.supply_s, s, ended);
  // Both contacts are inputs of the collector: without one nobody hears of them.
  const bool wired = has_collector(plan_.type);
  hold("AC-02", wired && active(FaultKind::gnss_off) != nullptr, 1, s, ended);
  hold("AC-03", sensor_fault(s), 3, s, ended);
  hold("AC-04", stuck_cycles_ >= stuck_after, 0, s, ended, "a sensor never moved in three loads");
  const bool frozen = active(FaultKind::gnss_freeze) != nullptr;
  const bool jammed = active(FaultKind::gnss_jam) != nullptr;
  const Fault* spoof = active(FaultKind::gnss_spoof);
  const double pulled_m =
      spoof == nullptr ? 0
                       : std::abs(spoof->value) * (s.t_s - spoof->at_s) + std::abs(spoof->jump_m);
  hold("AC-05",
       (frozen && kmh > limit.mismatch_kmh) || (pulled_m > limit.apart_m && spoof->value != 0),
       limit.mismatch_s, s, ended);
  // A minute of driving, with the stops between it.
  const bool lost = frozen || jammed || active(FaultKind::gnss_off) != nullptr;
  if (!lost) {
    lost_stood_s_.reset();
  } else if (kmh > limit.jam_kmh) {
    lost_stood_s_ = lost_stood_s_.value_or(0);
  } else if (lost_stood_s_) {
    *lost_stood_s_ += 0.1;
  }
  hold("AC-06", lost_stood_s_.has_value(), limit.jam_s + lost_stood_s_.value_or(0), s, ended);
  const bool bus_off = active(FaultKind::bus_off) != nullptr && !cut;
  hold("AC-08", bus_off && kmh > limit.silent_kmh, limit.silent_s + limit.silent_for_s, s, ended);
  hold("AC-09", wired && active(FaultKind::unit_removed) != nullptr, 1, s, ended);
  hold("AC-10", active(FaultKind::uplink_off) != nullptr, limit.offline_s, s, ended);
  hold("AC-11", bus_off || active(FaultKind::io_off) != nullptr, limit.device_s, s, ended);
  const bool far = spoof != nullptr && std::abs(spoof->jump_m) >= limit.jump_m;
  if (far && !jumped_) {
    event("AC-07", s, ended, "a false signal, far away");
  }
  jumped_ = far;
  // The next place that is told may lie far from the last one.
  if (!cut && !jammed && active(FaultKind::gnss_off) == nullptr) {
    if (heard_ && length_m(minus(s.at, last_heard_)) > limit.jump_m) {
      ended.push_back(
          {"MT-18", s.t_s, s.t_s + finds_itself_s, 0, s.at, "nothing was told between two places"});
    }
    last_heard_ = s.at;
    heard_ = true;
  }
  judge_limits(s, cut, ended);
  drained_l_ = s.body.fuel_drain_lps > 0 ? drained_l_ + s.body.fuel_drain_lps * 0.1 : 0;
  hold("FU-01", s.body.fuel_drain_lps > 0 && s.speed_mps == 0 && drained_l_ >= limit.fuel_l, 0, s,
       ended, "fuel taken while parked");
}

}  // namespace lujing::sim
