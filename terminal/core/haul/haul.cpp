#include "terminal/core/haul/haul.h"

#include <algorithm>

namespace lujing::core {
namespace {

constexpr std::int64_t pulse_ns = 5 * ns_per_s;
/// Driven so far without a place that fences can be judged by, it is no longer sure where it is.
constexpr double unsure_after_m = 30;

/// No muck truck drives farther in the time that nobody looked.
constexpr double fastest_mps = 100 / 3.6;

/// An odometer is wrong by a few per cent, a site's gate is wide.
constexpr double reach_of(double driven_m) {
  return driven_m * 1.05 + 30;
}

}  // namespace

Truth Haul::Pulse::now(BootTime now) const {
  return truth(at && now.ns - at->ns < pulse_ns);
}

void Haul::Stay::take(BootTime now, bool here) {
  if (here && !since) since = now;
  if (here || !since) return;
  ns += now.ns - since->ns;
  since.reset();
}

void Haul::set_fences(std::shared_ptr<const FenceIndex> index) {
  watch_.reset();
  sites_.clear();
  if (index != nullptr) watch_.emplace(std::move(index), config_.fence);
  for (std::uint32_t i = 0; watch_ && i < watch_->index().size(); ++i) {
    const FenceKind kind = watch_->index().fence(i).kind;
    if (kind != FenceKind::unloading && kind != FenceKind::loading) continue;
    sites_.push_back({watch_->index().shapes().bounds(i), i});
  }
  places_ = {};
  facts_ = {};
  minute_ = INT64_MIN;
  if (watch_) changes_.reserve(64);
  if (watch_) found_.resize(watch_->index().most_found());
}

void Haul::set_permits(std::optional<PermitSet> permits) {
  permits_ = std::move(permits);
  driver_.set_cards(permits_ ? permits_->drivers : std::vector<std::uint64_t>());
  active_.clear();
  if (permits_) active_.reserve(permits_->permits.size());
  minute_ = INT64_MIN;
  facts_ = {};
}

void Haul::take(const hal::Switch& input) {
  if (input.id == driver_verified_) driver_.take_switch(input.state);
}

void Haul::take(BootTime now, const hal::Analog& input) {
  if (input.id == driver_card_) driver_.take_card(now, input);
}

void Haul::judge(const HaulInput& input, std::vector<protocol::ZoneRecord>& zones,
                 std::vector<protocol::TripRecord>& trips) {
  if (!config_.enabled) return;
  if (begun_.ns == INT64_MIN) begun_ = input.now;
  judge_permits(input);
  watch(input, zones);
  judge_places(input);
  judge_fences(input);
  judge_near(input);
  judge_ahead(input);
  judge_gap(input);
  judge_load(input, trips);
  judge_wash(input);
  driver_.judge(input.now, input.utc, input.moving, config_.mt.of(Mt::mt14).time_s);
  facts_.driver = driver_.verified();
  facts_.driver_card = driver_.card();
  facts_.dumped = dumped_.now(input.now);
  facts_.dug = dug_.now(input.now);
  facts_.early = early_.now(input.now);
  facts_.unwashed = unwashed_.now(input.now);
  facts_.gap = gap_.now(input.now);
}

void Haul::watch(const HaulInput& input, std::vector<protocol::ZoneRecord>& zones) {
  if (!watch_ || input.pose.at == pose_at_) return;
  pose_at_ = input.pose.at;
  changes_.clear();
  watch_->take(input.pose, input.utc, changes_);
  if (watch_->known() && watch_->judged_at() == pose_at_) {
    sure_driven_m_ = input.pose.driven_m;
    sure_position_ = input.pose.position;
  }
  for (const FenceChange& change : changes_) {
    protocol::ZoneRecord& record = zones.emplace_back();
    const Fence& fence = watch_->index().fence(change.fence);
    record.fence = fence.id;
    record.zone = fence.kind;
    record.event = change.event;
    record.since_boot_ms = change.since.ms();
    record.stay_ms = change.stay_ns / ns_per_ms;
    record.fences_version = watch_->index().version();
    record.position = input.pose.position;
  }
}

/// Once a minute: a permit's hours have no seconds.
void Haul::judge_permits(const HaulInput& input) {
  const int offset = config_.fence.utc_offset_min;
  const std::int64_t minute = input.utc ? input.utc->ms / ms_per_minute : INT64_MIN + 1;
  if (minute == minute_) return;
  minute_ = minute;
  active_.clear();
  facts_.permit = {};
  facts_.permitted = Truth::unknown;
  facts_.curfew = Truth::unknown;
  facts_.listed = permits_ ? truth(names(permits_->listed, config_.vehicle)) : Truth::unknown;
  if (!input.utc) return;
  facts_.permit_left_s.reset();
  bool night_work = false;
  bool endless = false;
  if (permits_) {
    for (std::size_t i = 0; i < permits_->permits.size(); ++i) {
      const Permit& permit = permits_->permits[i];
      if (!covers(permit, config_.vehicle)) continue;
      if (state_at(permit, *input.utc, offset) != PermitState::valid) continue;
      active_.push_back(i);
      night_work = night_work || permit.night_work;
      if (facts_.permit.empty()) facts_.permit = permit.id;
      endless = endless || !permit.valid_until;
      if (!permit.valid_until) continue;
      const double left_s = static_cast<double>(permit.valid_until->ms - input.utc->ms) / 1000;
      facts_.permit_left_s = std::max(facts_.permit_left_s.value_or(0), left_s);
    }
    facts_.permitted = truth(!active_.empty());
    if (endless) facts_.permit_left_s.reset();
  }
  const auto& curfew = config_.mt.of(Mt::mt10).windows;
  facts_.curfew = truth(within_any(curfew, local_minute(*input.utc, offset)) && !night_work);
}

bool Haul::permit_names(const std::string& fence, std::vector<std::string> Permit::*list) const {
  return std::any_of(active_.begin(), active_.end(),
                     [&](std::size_t i) { return names(permits_->permits[i].*list, fence); });
}

bool Haul::permits_have_roads() const {
  return !active_.empty() && std::all_of(active_.begin(), active_.end(), [&](std::size_t i) {
    return !permits_->permits[i].routes.empty();
  });
}

void Haul::judge_places(const HaulInput& input) {
  places_ = {};
  const bool known = watch_ && watch_->known();
  sure_ = known && input.pose.driven_m - sure_driven_m_ <= unsure_after_m;
  if (!sure_) return judge_unsure_places(input);
  bool right_tip = false;
  for (const Presence& presence : watch_->inside()) {
    const Fence& fence = watch_->index().fence(presence.fence);
    if (presence.applies == Truth::no) continue;
    places_.place = places_.place || fence.kind == FenceKind::parking ||
                    fence.kind == FenceKind::loading || fence.kind == FenceKind::unloading ||
                    fence.kind == FenceKind::unloading_ring;
    places_.wash = places_.wash || fence.kind == FenceKind::wash;
    if (fence.kind == FenceKind::loading) places_.site = &fence;
    if (fence.kind == FenceKind::unloading) {
      const bool right = permit_names(fence.id, &Permit::unloading);
      if (places_.tip == nullptr || right) places_.tip = &fence;
      right_tip = right_tip || right;
    }
    if (fence.kind == FenceKind::route) {
      places_.on_route = places_.on_route || permit_names(fence.id, &Permit::routes);
    }
  }
  facts_.at_place = truth(places_.place);
  // Which disposal sites are right is known only where permits are.
  facts_.at_tip = permits_ && input.utc ? truth(right_tip) : Truth::unknown;
  facts_.off_route = permits_have_roads() && trips_.left_at()
                         ? truth(!places_.on_route && !places_.place)
                         : Truth::no;
}

/// It has driven on without being seen. No disposal site within what it has driven: then it is in
/// none, for certain; a jammer hides nothing on the way.
void Haul::judge_unsure_places(const HaulInput& input) {
  facts_.at_place = facts_.off_route = Truth::unknown;
  const bool known = watch_ && watch_->known() && permits_ && input.utc && input.speed_mps;
  if (!known) {
    facts_.at_tip = Truth::unknown;
    return;
  }
  if (reach_at_.ns != INT64_MIN && input.now.ns - reach_at_.ns < ns_per_s) return;
  reach_at_ = input.now;
  const double reach_m = reach_of(input.pose.driven_m - sure_driven_m_);
  const bool near = within_reach(FenceKind::unloading, true, sure_position_, reach_m) != nullptr;
  facts_.at_tip = near ? Truth::unknown : Truth::no;
}

/// Where what has happened unseen can have happened; nullptr: in no such place.
const Fence* Haul::held_place(const Held& held, FenceKind kind, const HaulInput& input) const {
  const double driven_m = input.pose.driven_m - held.driven_m;
  if (driven_m <= unsure_after_m) return kind == FenceKind::loading ? places_.site : places_.tip;
  const double reach_m = reach_of(driven_m);
  const Fence* right = within_reach(kind, true, input.pose.position, reach_m);
  return right != nullptr ? right : within_reach(kind, false, input.pose.position, reach_m);
}

void Haul::judge_fences(const HaulInput& input) {
  facts_.forbidden = facts_.restricted = facts_.over_limit = Truth::unknown;
  facts_.limit_mps = 0;
  facts_.place = {};
  facts_.laden = load_.laden();
  if (!watch_ || !watch_->known()) return;
  if (sure_) facts_.forbidden = facts_.restricted = Truth::no;
  for (const Presence& presence : watch_->inside()) {
    const Fence& fence = watch_->index().fence(presence.fence);
    Truth holds = presence.applies;
    if (fence.load == LoadCondition::laden) holds = both(holds, facts_.laden);
    if (fence.load == LoadCondition::empty) holds = both(holds, negated(facts_.laden));
    const bool limit = fence.speed_limit_mps > 0 && holds == Truth::yes;
    if (limit && (facts_.limit_mps <= 0 || fence.speed_limit_mps < facts_.limit_mps)) {
      facts_.limit_mps = fence.speed_limit_mps;
    }
    if (fence.kind != FenceKind::forbidden || !sure_) continue;
    const double inside_s = seconds_of(input.now.ns - presence.applies_since.ns);
    if (holds == Truth::yes && inside_s < fence.tolerated_s.value_or(0)) holds = Truth::no;
    // Beyond the line, though not by the margin or not for long enough: that is no time inside.
    if (holds == Truth::yes && presence.beyond) holds = Truth::unknown;
    Truth& fact = fence.load == LoadCondition::laden ? facts_.restricted : facts_.forbidden;
    if (holds == Truth::yes || (holds == Truth::unknown && fact == Truth::no)) fact = holds;
    if (holds == Truth::yes) facts_.place = fence.id;
  }
  if (facts_.limit_mps <= 0) {
    facts_.over_limit = Truth::no;
  } else if (input.speed_mps) {
    facts_.over_limit = truth(*input.speed_mps > facts_.limit_mps);
  }
}

Truth Haul::at_site() const {
  return sure_ ? truth(places_.site != nullptr) : Truth::unknown;
}

/// The load's next event, as soon as it is known where it was: one that came unseen, or over a
/// power cut, waits for that.
LoadEvent Haul::load_event(const HaulInput& input, LoadPlaces& where) {
  const Truth before = load_.laden();
  LoadEvent event = next_event_;
  next_event_ = LoadEvent::none;
  const bool open = !input.moving && input.cover != protocol::Cover::closed &&
                    input.cover != protocol::Cover::invalid;
  if (event == LoadEvent::none) event = load_.take(input.now, input.load, open);
  const bool first_seen = before == Truth::unknown && load_.laden() == Truth::no;
  const bool unseen = event == LoadEvent::unloaded && facts_.at_tip == Truth::unknown && watch_ &&
                      !sure_ && trips_.under_way();
  const bool over_cut = first_seen && trips_.waits_for_load();
  if (over_cut || unseen) {
    emptied_ = {true, input.pose.driven_m, over_cut};
    trips_.hold();
    return LoadEvent::none;
  }
  if (!emptied_.waits) return event;
  const bool judged = sure_ && (!permits_ || facts_.at_tip != Truth::unknown);
  if (event == LoadEvent::none && !judged) return event;
  // Where it was is known now, or nobody will ever know.
  next_event_ = event;
  where.tip = sure_ ? held_place(emptied_, FenceKind::unloading, input) : nullptr;
  where.at_tip = held_at_tip(input, where.tip);
  emptied_ = {};
  return LoadEvent::unloaded;
}

/// Was it a right disposal site? Over a power cut: no only if none was within reach meanwhile.
Truth Haul::held_at_tip(const HaulInput& input, const Fence* tip) const {
  if (!sure_ || facts_.at_tip == Truth::unknown) return facts_.at_tip;
  if (tip != nullptr && permit_names(tip->id, &Permit::unloading)) return Truth::yes;
  if (!emptied_.over_cut) return Truth::no;
  if (!cut_at_ || !input.utc) return Truth::unknown;
  const double away_s = static_cast<double>(input.utc->ms - cut_at_->ms) / 1000;
  const double reach_m = reach_of(std::max(0.0, away_s) * fastest_mps);
  const bool near = within_reach(FenceKind::unloading, true, input.pose.position, reach_m);
  return near ? Truth::unknown : Truth::no;
}

void Haul::judge_load_event(const HaulInput& input, LoadEvent event, LoadPlaces& where) {
  const bool gone = event == LoadEvent::unloaded || event == LoadEvent::less;
  if (gone && where.at_tip == Truth::no) dumped_.at = input.now;
  if (event == LoadEvent::loaded) {
    washed_ = {};
    unseen_ = {};
    moved_laden_ = false;
    loaded_ = {!sure_ && watch_, input.pose.driven_m, false};
  }
  const bool late = loaded_.waits && sure_;
  if (!late && (event != LoadEvent::loaded || !sure_)) return;
  if (late) where.site = held_place(loaded_, FenceKind::loading, input);
  loaded_ = {};
  if (where.site == nullptr) {
    dug_.at = input.now;
    return;
  }
  if (late) trips_.name_site(where.site->id);
  if (begins_later(where.site->id, input.utc)) early_.at = input.now;
}

/// A permit of this vehicle names the site, none of them is in force yet.
bool Haul::begins_later(const std::string& site, std::optional<UtcTime> utc) const {
  if (!permits_ || !utc || permit_names(site, &Permit::loading)) return false;
  return std::any_of(permits_->permits.begin(), permits_->permits.end(), [&](const Permit& permit) {
    return covers(permit, config_.vehicle) && names(permit.loading, site) &&
           state_at(permit, *utc, config_.fence.utc_offset_min) == PermitState::future;
  });
}

void Haul::judge_load(const HaulInput& input, std::vector<protocol::TripRecord>& trips) {
  LoadPlaces where{places_.site, places_.tip, facts_.at_tip};
  const LoadEvent event = load_event(input, where);
  facts_.laden = load_.laden();
  judge_load_event(input, event, where);
  TripInput trip;
  trip.now = input.now;
  trip.boot_id = input.boot_id;
  trip.load_share = input.load_share;
  trip.rated_kg = config_.load.rated_kg;
  trip.cover = input.cover;
  trip.moving = input.moving;
  trip.driven_m = input.pose.driven_m;
  trip.fix = input.pose.mode != PoseMode::none && input.pose.mode != PoseMode::lost;
  trip.placed = sure_ || !watch_;
  trip.position = input.pose.position;
  if (where.site != nullptr) trip.site = where.site->id;
  if (where.tip != nullptr) trip.tip = where.tip->id;
  trip.at_wash = places_.wash;
  trip.at_place = places_.place;
  trip.permit = facts_.permit;
  if (permits_have_roads()) trip.on_route = places_.on_route;
  if (!without_power_s_ && cut_at_ && input.utc) {
    const double ran_s = seconds_of(input.now.ns - begun_.ns);
    without_power_s_ = static_cast<double>(input.utc->ms - cut_at_->ms) / 1000 - ran_s;
  }
  trip.unseen_s = without_power_s_;
  const double wash_s = config_.mt.of(Mt::mt16).time_s;
  if (seconds_of(washed_.ns) >= wash_s) {
    trip.washed = protocol::Washed::yes;
  } else if (sure_ && seconds_of(washed_.ns + unseen_.ns) < wash_s) {
    trip.washed = protocol::Washed::no;
  }
  trips_.take(trip, event, trips);
  const auto left = trips_.left_at();
  facts_.overdue =
      truth(left && seconds_of(input.now.ns - left->ns) > config_.mt.of(Mt::mt21).time_s);
}

/// A wash lies at the site's gate, inside of it or outside: what counts is a stay in it between
/// loading and the first moment at which the vehicle is in neither. Where it stood unseen (no
/// receiver, a power cut, a wash within the position's error) nobody can say that it was not
/// washed.
void Haul::judge_wash(const HaulInput& input) {
  moved_laden_ = moved_laden_ || input.moving;
  // Before it has moved with its load it cannot have been washed, seen or not.
  washed_.take(input.now, sure_ && places_.wash && !input.moving && moved_laden_);
  unseen_.take(input.now, !input.moving && moved_laden_ && (!sure_ || perhaps_in_wash(input)));
  facts_.wash_due = Truth::unknown;
  if (!sure_) return;
  const bool laden = facts_.laden == Truth::yes;
  if (places_.site != nullptr) leaves_laden_ = laden;
  const MtParameters& rule = config_.mt.of(Mt::mt16);
  const bool washed = seconds_of(washed_.ns + unseen_.ns) >= rule.time_s;
  facts_.wash_due = truth(places_.site != nullptr && !places_.wash && laden && input.moving &&
                          !washed && rule.alarm.enabled);
  if (places_.site != nullptr || places_.wash || !leaves_laden_) return;
  leaves_laden_ = false;
  if (laden && !washed) unwashed_.at = input.now;
}

void Haul::judge_gap(const HaulInput& input) {
  if (input.pose.mode != PoseMode::gnss || !input.pose.position.valid()) return;
  if (fix_ && distance_m(*fix_, input.pose.position) > config_.mt.of(Mt::mt18).distance_m) {
    gap_.at = input.now;
  }
  fix_ = input.pose.position;
}

}  // namespace lujing::core
