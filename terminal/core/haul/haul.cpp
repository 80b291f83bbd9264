#include "terminal/core/haul/haul.h"

#include "base/trig.h"

#include <algorithm>

namespace lujing::core {
namespace {

constexpr std::int64_t pulse_ns = 5 * ns_per_s;
constexpr std::int64_t near_every_ns = 5 * ns_per_s;
constexpr double ahead_step_m = 50;
constexpr double ahead_unsure_rad = 0.35;

}  // namespace

Truth Haul::Pulse::now(BootTime now) const {
  return truth(at && now.ns - at->ns < pulse_ns);
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
  active_.clear();
  if (permits_) active_.reserve(permits_->permits.size());
  minute_ = INT64_MIN;
  facts_ = {};
}

void Haul::take(const hal::Switch& input) {
  if (input.id != driver_verified_) return;
  driver_ = Truth::unknown;
  if (input.state == hal::SwitchState::on) driver_ = Truth::yes;
  if (input.state == hal::SwitchState::off) driver_ = Truth::no;
}

void Haul::judge(const HaulInput& input, std::vector<protocol::ZoneRecord>& zones,
                 std::vector<protocol::TripRecord>& trips) {
  if (!config_.enabled) return;
  judge_permits(input);
  watch(input, zones);
  judge_places(input);
  judge_fences(input);
  judge_near(input);
  judge_ahead(input);
  judge_gap(input);
  judge_load(input, trips);
  judge_wash(input);
  facts_.driver = driver_;
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
  const bool known = watch_ && watch_->known();
  places_ = {};
  if (!known) {
    facts_.at_tip = facts_.at_place = facts_.off_route = Truth::unknown;
    return;
  }
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

void Haul::judge_fences(const HaulInput& input) {
  facts_.forbidden = facts_.restricted = facts_.over_limit = Truth::unknown;
  facts_.limit_mps = 0;
  facts_.place = {};
  facts_.laden = load_.laden();
  if (!watch_ || !watch_->known()) return;
  facts_.forbidden = facts_.restricted = Truth::no;
  for (const Presence& presence : watch_->inside()) {
    const Fence& fence = watch_->index().fence(presence.fence);
    Truth holds = presence.applies;
    if (fence.load == LoadCondition::laden) holds = both(holds, facts_.laden);
    if (fence.load == LoadCondition::empty) holds = both(holds, negated(facts_.laden));
    const bool limit = fence.speed_limit_mps > 0 && holds == Truth::yes;
    if (limit && (facts_.limit_mps <= 0 || fence.speed_limit_mps < facts_.limit_mps)) {
      facts_.limit_mps = fence.speed_limit_mps;
    }
    if (fence.kind != FenceKind::forbidden) continue;
    const double inside_s = seconds_of(input.now.ns - presence.applies_since.ns);
    if (holds == Truth::yes && inside_s < fence.tolerated_s.value_or(0)) holds = Truth::no;
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

/// What lies within so many metres of a place, by the bounds of shapes only: ten thousand of them
/// are asked in one step.
class Reach {
 public:
  Reach(const FencePlace& here, double metres)
      : x_(here.x),
        y_(here.y),
        aside_(static_cast<std::int64_t>(std::min(metres / here.metric.east_m, 1e9)) + 1),
        up_(static_cast<std::int64_t>(std::min(metres / here.metric.north_m, 1e9)) + 1) {}
  bool touches(const FenceShapes::Bounds& bounds) const {
    constexpr std::int64_t full_turn = 3'600'000'000;
    const bool level = y_ + up_ >= bounds.south && y_ - up_ <= bounds.north;
    if (!level) return false;
    // Near the date line a shape is seen from both sides.
    for (const std::int64_t x : {x_, x_ + full_turn, x_ - full_turn}) {
      if (x + aside_ >= std::int64_t{bounds.west} && x - aside_ <= std::int64_t{bounds.east})
        return true;
    }
    return false;
  }

 private:
  std::int64_t x_;
  std::int64_t y_;
  std::int64_t aside_;
  std::int64_t up_;
};

/// Every few seconds: disposal sites and sites are far apart.
void Haul::judge_near(const HaulInput& input) {
  if (!watch_ || !watch_->known() || !permits_ || !input.utc) {
    facts_.near_other_tip = facts_.near_site = Truth::unknown;
    return;
  }
  if (near_at_.ns != INT64_MIN && input.now.ns - near_at_.ns < near_every_ns) return;
  near_at_ = input.now;
  if (!input.pose.position.valid()) return;
  const FencePlace here = FencePlace::of(input.pose.position);
  const double tip_m = config_.mt.of(Mt::mt07).distance_m;
  const double site_m = config_.mt.of(Mt::mt08).distance_m;
  facts_.near_other_tip = facts_.near_site = Truth::no;
  bool near_right_tip = false;
  const Reach reach(here, std::max(tip_m, site_m));
  for (const Site& site : sites_) {
    if (!reach.touches(site.bounds)) continue;
    const Fence& fence = watch_->index().fence(site.fence);
    const bool tip = fence.kind == FenceKind::unloading;
    const double near_m = tip ? tip_m : site_m;
    if (watch_->index().shapes().signed_distance_m(site.fence, here, near_m) > near_m) continue;
    if (tip && permit_names(fence.id, &Permit::unloading)) near_right_tip = true;
    if (tip && !permit_names(fence.id, &Permit::unloading)) facts_.near_other_tip = Truth::yes;
    if (!tip && permit_names(fence.id, &Permit::loading)) facts_.near_site = Truth::yes;
  }
  // Beside a right one, a wrong one next door proves nothing.
  if (near_right_tip) facts_.near_other_tip = Truth::no;
}

/// Once a second: places on the line that the vehicle runs along, while it runs.
void Haul::judge_ahead(const HaulInput& input) {
  if (ahead_at_.ns != INT64_MIN && input.now.ns - ahead_at_.ns < ns_per_s) return;
  ahead_at_ = input.now;
  facts_.forbidden_ahead = Truth::unknown;
  const Pose& pose = input.pose;
  if (!watch_ || !watch_->known() || !pose.position.valid()) return;
  facts_.forbidden_ahead = Truth::no;
  if (!input.moving || pose.heading_sigma > ahead_unsure_rad || pose.speed_mps <= 0) return;
  const double north = cosine(pose.heading_rad);
  const double east = sine(pose.heading_rad);
  for (double far_m = ahead_step_m; far_m <= input.ahead_m; far_m += ahead_step_m) {
    const FencePlace place =
        FencePlace::of(moved(pose.position, Offset{far_m * east, far_m * north}));
    const std::size_t count = watch_->index().at(place, found_);
    for (std::size_t i = 0; i < count; ++i) {
      const Fence& fence = watch_->index().fence(found_[i].fence);
      if (fence.kind != FenceKind::forbidden) continue;
      if (found_[i].near &&
          watch_->index().shapes().signed_distance_m(found_[i].fence, place, fence_band_m) > 0) {
        continue;
      }
      Truth holds = applies(fence, input.utc, config_.fence.utc_offset_min);
      if (fence.load == LoadCondition::laden) holds = both(holds, facts_.laden);
      if (fence.load == LoadCondition::empty) holds = both(holds, negated(facts_.laden));
      if (holds == Truth::yes) facts_.forbidden_ahead = Truth::yes;
    }
  }
}

Truth Haul::at_site() const {
  return watch_ && watch_->known() ? truth(places_.site != nullptr) : Truth::unknown;
}

/// A load that was there before a power cut and is gone after it was tipped while nobody looked:
/// here, as soon as it is known where here is.
LoadEvent Haul::load_event(const HaulInput& input) {
  const Truth before = load_.laden();
  const LoadEvent event = load_.take(input.now, input.load);
  const bool first_seen = before == Truth::unknown && load_.laden() == Truth::no;
  if (first_seen && trips_.waits_for_load()) emptied_ = true;
  if (event == LoadEvent::loaded) emptied_ = false;
  if (!emptied_ || facts_.at_tip == Truth::unknown) return event;
  emptied_ = false;
  return LoadEvent::unloaded;
}

void Haul::judge_load(const HaulInput& input, std::vector<protocol::TripRecord>& trips) {
  const LoadEvent event = load_event(input);
  facts_.laden = load_.laden();
  const bool places = watch_ && watch_->known();
  if ((event == LoadEvent::unloaded || event == LoadEvent::less) && facts_.at_tip == Truth::no)
    dumped_.at = input.now;
  if (event == LoadEvent::loaded && places && places_.site == nullptr) dug_.at = input.now;
  if (event == LoadEvent::loaded && places_.site != nullptr && permits_ && input.utc &&
      !permit_names(places_.site->id, &Permit::loading)) {
    early_.at = input.now;
  }
  if (event == LoadEvent::loaded) washed_ns_ = 0;
  TripInput trip;
  trip.now = input.now;
  trip.boot_id = input.boot_id;
  trip.load = input.load;
  trip.cover = input.cover;
  trip.moving = input.moving;
  trip.driven_m = input.pose.driven_m;
  trip.fix = input.pose.mode != PoseMode::none && input.pose.mode != PoseMode::lost;
  trip.position = input.pose.position;
  if (places_.site != nullptr) trip.site = places_.site->id;
  if (places_.tip != nullptr) trip.tip = places_.tip->id;
  trip.at_wash = places_.wash;
  trip.at_place = places_.place;
  trip.permit = facts_.permit;
  trip.on_route = places_.on_route;
  const bool long_enough = seconds_of(washed_ns_) >= config_.mt.of(Mt::mt16).time_s;
  trip.washed = places ? (long_enough ? protocol::Washed::yes : protocol::Washed::no)
                       : protocol::Washed::unknown;
  trips_.take(trip, event, trips);
  const auto left = trips_.left_at();
  facts_.overdue =
      truth(left && seconds_of(input.now.ns - left->ns) > config_.mt.of(Mt::mt21).time_s);
}

/// A wash lies at the site's gate, inside of it or outside: what counts is a stay in it between
/// loading and the first moment at which the vehicle is in neither.
void Haul::judge_wash(const HaulInput& input) {
  if (places_.wash && !input.moving) {
    if (!washes_since_) washes_since_ = input.now;
  } else if (washes_since_) {
    washed_ns_ += input.now.ns - washes_since_->ns;
    washes_since_.reset();
  }
  if (!watch_ || !watch_->known()) return;
  const bool laden = facts_.laden == Truth::yes;
  if (places_.site != nullptr) leaves_laden_ = laden;
  const bool washed = seconds_of(washed_ns_) >= config_.mt.of(Mt::mt16).time_s;
  facts_.wash_due = truth(places_.site != nullptr && !places_.wash && laden && input.moving &&
                          !washed && config_.mt.of(Mt::mt16).alarm.enabled);
  if (places_.site != nullptr || places_.wash || !leaves_laden_) return;
  leaves_laden_ = false;
  if (laden && seconds_of(washed_ns_) < config_.mt.of(Mt::mt16).time_s) unwashed_.at = input.now;
}

void Haul::judge_gap(const HaulInput& input) {
  if (input.pose.mode != PoseMode::gnss || !input.pose.position.valid()) return;
  if (fix_ && distance_m(*fix_, input.pose.position) > config_.mt.of(Mt::mt18).distance_m) {
    gap_.at = input.now;
  }
  fix_ = input.pose.position;
}

}  // namespace lujing::core
