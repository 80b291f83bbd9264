// The wiring of the core: each observation to the part that it tells something, then the judgements
// in a fixed order, each of which may write records.
#include "terminal/core/core.h"

#include "terminal/core/fusion/inputs.h"
#include "terminal/core/run.h"
#include "terminal/core/snapshot.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace lujing::core {
namespace {

using protocol::Health;

constexpr std::size_t max_links = 32;

/// Without a fix for this long, the filter's own track is written.
constexpr std::int64_t without_fix_ns = 5 * ns_per_s / 2;

/// Rules judge at each observation; a driver is told five times a second at most.
constexpr std::int64_t prompt_every_ns = ns_per_s / 5;

std::int32_t rounded(double value, double most) {
  return static_cast<std::int32_t>(std::lround(std::clamp(value, 0.0, most)));
}

}  // namespace

struct Core::Impl {
  Impl(CoreConfig given, DirectiveInputs from)
      : config(std::move(given)), inputs(std::move(from)), run(std::in_place, config, inputs) {}

  void take(const hal::Observation& observation, std::vector<protocol::Record>& out);

  void hear(BootTime at, const hal::Boot& boot, std::vector<protocol::Record>& out);
  void hear(BootTime now, const hal::GnssFix& fix, std::vector<protocol::Record>& out);
  void hear(BootTime now, const hal::CanSignal& signal, std::vector<protocol::Record>& out);
  void hear(BootTime now, const hal::Switch& input, std::vector<protocol::Record>& out);
  void hear(BootTime now, const hal::Analog& input, std::vector<protocol::Record>& out);
  void hear(BootTime now, const hal::SkyView& sky, std::vector<protocol::Record>& out);
  void hear(BootTime now, const hal::Power& power, std::vector<protocol::Record>& out);
  void hear(BootTime now, const hal::LinkState& link, std::vector<protocol::Record>& out);
  void hear(BootTime now, const hal::Counter& counter, std::vector<protocol::Record>& out);
  void hear(BootTime now, const hal::ClockTick& tick, std::vector<protocol::Record>& out);
  void hear(BootTime now, const hal::DirectiveInForce& told, std::vector<protocol::Record>& out);
  void hear(BootTime now, const hal::Recalled& piece, std::vector<protocol::Record>& out);

  LimitInput limit_input(BootTime now) const;
  void judge(BootTime now, std::vector<protocol::Record>& out);
  void judge_road(BootTime now, std::vector<protocol::Record>& out);
  void judge_work(BootTime now, std::vector<protocol::Record>& out);
  void judge_state(BootTime now, std::vector<protocol::Record>& out);
  void judge_haul(BootTime now, std::vector<protocol::Record>& out);
  void judge_alarms(BootTime now, std::vector<protocol::Record>& out);
  void judge_track(BootTime now, const Epoch& epoch, bool anew, const hal::GnssFix* fix,
                   std::vector<protocol::Record>& out);
  void judge_track_without_fix(BootTime now, std::vector<protocol::Record>& out);
  void judge_health(BootTime now, std::vector<protocol::Record>& out);
  void judge_prompts(BootTime now);
  void write(BootTime now, protocol::Payload payload, std::optional<UtcTime> utc,
             std::vector<protocol::Record>& out) const;

  const CoreConfig config;
  const DirectiveInputs inputs;
  std::optional<Run> run;
  BootTime said;  ///< when the observation at hand was said: what late measurements are put by
  std::vector<protocol::AlarmRecord> changes;  ///< kept for its memory
  std::vector<protocol::Payload> work_told;
  std::vector<protocol::ZoneRecord> zones;
  std::vector<protocol::TripRecord> trips;
  std::vector<protocol::ControlRecord> steps;
  std::uint64_t observations = 0;
  mutable std::uint64_t records = 0;
};

void Core::Impl::take(const hal::Observation& observation, std::vector<protocol::Record>& out) {
  ++observations;
  if (const auto* boot = std::get_if<hal::Boot>(&observation.what)) {
    hear(observation.at, *boot, out);
    return;
  }
  const BootTime now = run->time.advance(observation.at);
  const bool late = observation.at < now && observation.at.ns > now.ns - History::reach_ns;
  said = late ? observation.at : now;
  if (!run->health_at) run->health_at = now;
  std::visit([&](const auto& what) { hear(now, what, out); }, observation.what);
}

void Core::Impl::hear(BootTime at, const hal::Boot& boot, std::vector<protocol::Record>& out) {
  run.emplace(config, inputs);
  run->boot_id = boot.boot_id;
  run->time.restart(at);
  const BootTime now = run->time.now();
  run->health_at = now;
  const std::string& rule_set =
      config.boot_rule_set.empty() ? config.rule_set : config.boot_rule_set;
  write(now, protocol::BootRecord{config.software, rule_set}, std::nullopt, out);
  write(now, run->state, std::nullopt, out);
}

void Core::Impl::hear(BootTime now, const hal::GnssFix& fix, std::vector<protocol::Record>& out) {
  const FixVerdict verdict = run->gate.judge(now, fix);
  run->last_fix = verdict;
  const bool tells_time = verdict.reason != FixReason::no_fix &&
                          verdict.reason != FixReason::position &&
                          verdict.reason != FixReason::duplicate;
  if (verdict.accepted()) {
    run->fusion.take_fix(now, fix, verdict);
    run->fusion.refresh(now);
    run->cleaning.take(fix_seen(run->fusion, fix.position));
    run->vehicle.take_fix(now, fix, verdict, run->fusion.pose().standing);
    run->position_at = now;
  }
  run->trust.take(now, fix, verdict, run->fusion, run->clock);  // before the clock believes it
  if (verdict.utc && tells_time) run->clock.sample(UtcClock::Source::gnss, now, *verdict.utc);
  judge(now, out);
  if (verdict.accepted()) {
    // What the receiver measured and the gate believed is what the track says; the filter's own
    // place is for where no fix comes, for roads and for fences.
    judge_track(now, {now, verdict.utc, fix.position}, verdict.anew, &fix, out);
  }
}

void Core::Impl::hear(BootTime now, const hal::CanSignal& signal,
                      std::vector<protocol::Record>& out) {
  if (signal.id == config.wheel_speed) run->vehicle.take_wheel_speed(now, signal);
  take_signal(run->fusion, config, said, signal);
  run->trust.take(now, signal);
  run->cleaning.take(now, signal);
  judge(now, out);
}

void Core::Impl::hear(BootTime now, const hal::Switch& input, std::vector<protocol::Record>& out) {
  run->body.take(input);
  run->cleaning.take(now, input);
  run->haul.take(input);
  run->trust.take(input);
  if (input.id == config.limit_release && input.state == hal::SwitchState::on) {
    run->control.release_on_the_spot(limit_input(now), "released in the vehicle", steps);
  }
  judge(now, out);
}

void Core::Impl::hear(BootTime now, const hal::Analog& input, std::vector<protocol::Record>& out) {
  run->body.take(input);
  if (input.id == config.load_raw) {
    const auto speed = run->vehicle.speed_mps();
    const bool standing = speed && *speed < config.stopped_speed_mps && !run->vehicle.moving();
    run->body.take_raw(now, input, {standing, run->body.cover(), run->haul.at_site()});
  }
  run->cleaning.take(now, input);
  run->haul.take(now, input);
  judge(now, out);
}

void Core::Impl::hear(BootTime now, const hal::SkyView& sky, std::vector<protocol::Record>& out) {
  run->sky = sky;
  run->trust.take(now, sky);
  judge(now, out);
}

void Core::Impl::hear(BootTime now, const hal::Power& power, std::vector<protocol::Record>& out) {
  run->power = power;
  run->trust.take(power);
  judge(now, out);
}

void Core::Impl::hear(BootTime now, const hal::LinkState& link,
                      std::vector<protocol::Record>& out) {
  run->trust.take(link);
  const auto same = [&](const hal::LinkState& other) {
    return other.link == link.link && other.index == link.index;
  };
  const auto at = std::find_if(run->links.begin(), run->links.end(), same);
  if (at != run->links.end()) {
    *at = link;
  } else if (run->links.size() < max_links) {
    run->links.push_back(link);
  }
  judge(now, out);
}

void Core::Impl::hear(BootTime now, const hal::Counter& counter,
                      std::vector<protocol::Record>& out) {
  run->counters.set(counter.id, counter.value);
  judge(now, out);
}

void Core::Impl::hear(BootTime now, const hal::ClockTick& tick,
                      std::vector<protocol::Record>& out) {
  run->trust.take_clock(now, tick, run->clock);
  if (tick.wall && tick.synchronized) {
    run->clock.sample(UtcClock::Source::tick, now, *tick.wall);
  }
  judge(now, out);
}

void Core::Impl::hear(BootTime now, const hal::DirectiveInForce& told,
                      std::vector<protocol::Record>& out) {
  if (auto record = run->directives.take(told)) write(now, std::move(*record), std::nullopt, out);
  judge(now, out);
}

void Core::Impl::hear(BootTime now, const hal::Recalled& piece,
                      std::vector<protocol::Record>& out) {
  std::vector<LimitRequest> limits;
  bool locked = false;
  for (const protocol::Record& record : run->recalled.take(piece)) {
    if (const auto* trip = std::get_if<protocol::TripRecord>(&record.payload)) {
      std::optional<UtcTime> then;
      if (record.stamp.utc_ms) then = UtcTime{*record.stamp.utc_ms};
      run->haul.resume(*trip, then);
    } else if (const auto* step = std::get_if<protocol::ControlRecord>(&record.payload)) {
      if (auto request = request_of(*step)) limits.push_back(std::move(*request));
      locked = locked || (step->limit == protocol::Limit::lock &&
                          step->event == protocol::LimitEvent::applied);
    } else if (const auto* told = std::get_if<protocol::DirectiveRecord>(&record.payload)) {
      if (told->name == to_string(DirectiveKind::control)) {
        run->platform_limits_sha256 = told->sha256;
      }
    } else if (std::holds_alternative<protocol::HealthRecord>(record.payload)) {
      recall_haul(*run, record);
    } else {
      run->cleaning.resume(record);
    }
  }
  if (!limits.empty()) run->control.resume(std::move(limits), locked);
  judge(now, out);
}

void Core::Impl::judge(BootTime now, std::vector<protocol::Record>& out) {
  const bool posed = run->fusion.pass(now);
  run->vehicle.pass(now);
  run->body.pass(now);
  judge_road(now, out);
  judge_work(now, out);
  judge_state(now, out);
  judge_haul(now, out);
  judge_alarms(now, out);
  judge_health(now, out);
  judge_prompts(now);
  if (posed) judge_track_without_fix(now, out);
}

void Core::Impl::judge_road(BootTime now, std::vector<protocol::Record>& out) {
  const std::span<const Driven> committed = run->on_road.take(run->fusion.pose());
  if (run->on_road.line()) run->fusion.take_road(now, *run->on_road.line());
  if (committed.empty()) return;
  const RoadNetwork& roads = *run->on_road.network();
  work_told.clear();
  for (const Driven& driven : committed) {
    write(now, record_of(driven, roads.version()), std::nullopt, out);
    run->cleaning.take(driven, roads, now, run->clock.utc_at(now), work_told);
    run->trust.in_tunnel(roads.link(driven.edge.link()).has(link_flag::tunnel));
  }
  for (protocol::Payload& payload : work_told) write(now, std::move(payload), std::nullopt, out);
}

void Core::Impl::judge_work(BootTime now, std::vector<protocol::Record>& out) {
  const Vehicle& vehicle = run->vehicle;
  work_told.clear();
  run->cleaning.judge(
      {now, run->clock.utc_at(now), vehicle.speed_mps(), vehicle.odometer_m(), vehicle.moving(),
       run->fusion.pose().position, heading_of(run->fusion.pose()), &run->fusion.pose()},
      work_told);
  for (protocol::Payload& payload : work_told) write(now, std::move(payload), std::nullopt, out);
}

void Core::Impl::judge_state(BootTime now, std::vector<protocol::Record>& out) {
  protocol::VehicleState& state = run->state;
  const bool same = state.moving == run->vehicle.moving() && state.cover == run->body.cover() &&
                    state.hoist == run->body.hoist() && state.load == run->body.load() &&
                    state.work_bits == run->cleaning.work_bits();
  if (same) return;
  state = {run->vehicle.moving(), run->body.cover(),         run->body.hoist(),
           run->body.load(),      run->cleaning.work_bits(), run->fusion.pose().position};
  write(now, state, std::nullopt, out);
}

void Core::Impl::judge_haul(BootTime now, std::vector<protocol::Record>& out) {
  if (!run->config.haul.enabled) return;
  zones.clear();
  trips.clear();
  run->haul.judge({now, run->boot_id, run->clock.utc_at(now), run->fusion.pose(),
                   run->config.prompts.zone_ahead_m, run->body.cover(), run->body.load(),
                   run->vehicle.speed_mps(), run->vehicle.moving(), run->body.load_share()},
                  zones, trips);
  for (protocol::ZoneRecord& zone : zones) write(now, std::move(zone), std::nullopt, out);
  for (protocol::TripRecord& trip : trips) write(now, std::move(trip), std::nullopt, out);
}

LimitInput Core::Impl::limit_input(BootTime now) const {
  return {now, run->vehicle.speed_mps(), run->vehicle.moving(), run->vehicle.surely_stands(),
          run->fusion.pose().position};
}

void Core::Impl::judge_alarms(BootTime now, std::vector<protocol::Record>& out) {
  run->trust.take_body(now, run->body.cover(), run->body.hoist(), run->body.load());
  run->trust.take_load_sensor(run->body.load_sensor_fault());
  const Pose& pose = run->fusion.pose();
  const Facts facts{
      run->body.cover(),        run->body.hoist(),     run->body.load(),
      run->vehicle.speed_mps(), run->vehicle.moving(), pose.position,
      run->cleaning.facts(),    run->haul.facts(),     run->trust.evidence(now, pose.standing)};
  changes.clear();
  if (run->alarms.judge(now, facts, changes)) run->track.alarm_changed();
  const LimitInput now_is = limit_input(now);
  if (run->platform_limits) {
    run->control.put_platform(now_is, *run->platform_limits, steps);
    run->platform_limits.reset();
  }
  follow_fence(run->control, run->config.haul.control, now_is, run->haul.facts().limit_mps, steps);
  for (const protocol::AlarmRecord& change : changes) {
    follow_alarm(run->control, run->config.haul.control, now_is, change, steps);
  }
  run->control.judge(now_is, steps);
  for (protocol::AlarmRecord& change : changes) write(now, std::move(change), std::nullopt, out);
  for (protocol::ControlRecord& step : steps) write(now, std::move(step), std::nullopt, out);
  steps.clear();
}

/// Where no fix comes the track goes on by what the filter knows, while it knows it.
void Core::Impl::judge_track_without_fix(BootTime now, std::vector<protocol::Record>& out) {
  const Pose& pose = run->fusion.pose();
  const bool known = pose.mode == PoseMode::dead_reckoning || pose.mode == PoseMode::road_bound;
  if (!known || pose.standing || !run->position_at) return;
  if (now.ns - run->position_at->ns < without_fix_ns) return;
  judge_track(now, {now, run->clock.utc_at(now), pose.position}, false, nullptr, out);
}

/// `fix`: the point is its place; nullptr: the filter's.
void Core::Impl::judge_track(BootTime now, const Epoch& epoch, bool anew, const hal::GnssFix* fix,
                             std::vector<protocol::Record>& out) {
  const Vehicle& vehicle = run->vehicle;
  const Pose& pose = run->fusion.pose();
  if (!epoch.position.valid()) return;
  const double course_rad = fix != nullptr ? vehicle.course_rad() : pose.heading_rad;
  const auto reason =
      run->track.judge(epoch, anew, course_rad, vehicle.speed_mps(), vehicle.moving());
  if (!reason) return;
  protocol::TrackPoint point;
  point.position = epoch.position;
  point.speed_cmps = rounded(vehicle.speed_mps().value_or(0) * 100, 1e6);
  point.course_cdeg = rounded(course_rad * (18000 / pi), 36000) % 36000;
  const std::optional<double> error_m =
      fix != nullptr ? fix->horizontal_error_m : std::optional(radius_95_m(pose));
  if (error_m && *error_m > 0) point.accuracy_dm = std::max(1, rounded(*error_m * 10, 1e8));
  point.odometer_m = std::llround(vehicle.odometer_m());
  point.source = fix != nullptr ? protocol::PositionSource::gnss : source_of(pose);
  point.reason = *reason;
  write(now, point, epoch.utc, out);
}

void Core::Impl::judge_health(BootTime now, std::vector<protocol::Record>& out) {
  const double passed_s =
      static_cast<double>(now.ns - run->health_at->ns) / static_cast<double>(ns_per_s);
  if (passed_s < config.health_every_s || config.health_every_s <= 0) return;
  run->health_at = now;
  const FixCounts& counts = run->gate.counts();
  Counters& counters = run->counters;
  counters.set(Health::gnss_fixes, counts.fixes);
  counters.set(Health::gnss_accepted, counts.of(FixReason::accepted));
  counters.set(Health::gnss_refused_no_fix, counts.of(FixReason::no_fix));
  counters.set(Health::gnss_refused_accuracy, counts.of(FixReason::accuracy));
  counters.set(Health::gnss_refused_jump, counts.of(FixReason::jump));
  counters.set(Health::gnss_refused_time_back, counts.of(FixReason::time_back));
  counters.set(Health::gnss_refused_duplicate, counts.of(FixReason::duplicate));
  counters.set(Health::gnss_refused_position, counts.of(FixReason::position));
  counters.set(Health::gnss_weeks_corrected, counts.weeks_corrected);
  count_fusion(run->fusion, counters);
  count_haul(*run, counters);
  if (auto record = counters.changed()) write(now, std::move(*record), std::nullopt, out);
}

/// After everything else: nothing that is recorded rests on it.
void Core::Impl::judge_prompts(BootTime now) {
  if (now.ns - run->prompted_at.ns < prompt_every_ns) return;
  run->prompted_at = now;
  const HaulFacts& haul = run->haul.facts();
  const RoadAdvice& advice = run->cleaning.advice();
  const PromptConfig& rules = run->config.prompts;
  PromptFacts facts;
  facts.by_rules = run->alarms.prompts(now, rules.warn_after_s);
  facts.limited = run->control.limits().speed_mps.has_value();
  facts.sensor_fault = run->body.cover() == protocol::Cover::fault ||
                       run->body.hoist() == protocol::Hoist::fault ||
                       run->body.load() == protocol::Load::fault;
  facts.wash_due = haul.wash_due == Truth::yes;
  facts.forbidden_ahead = haul.forbidden_ahead == Truth::yes;
  facts.permit_left_s = haul.permit_left_s;
  if (run->vehicle.moving()) facts.missed_ahead_m = advice.missed_ahead_m;
  facts.road_done = advice.road_done;
  facts.next_road = advice.has_next;
  run->prompter.judge(now, asked_for(facts, rules));
}

/// `utc`: the record's own, where it has one; else the clock's.
void Core::Impl::write(BootTime now, protocol::Payload payload, std::optional<UtcTime> utc,
                       std::vector<protocol::Record>& out) const {
  if (!utc) utc = run->clock.utc_at(now);
  protocol::Record record;
  record.stamp.boot_id = run->boot_id;
  record.stamp.boot_ms = now.ms();
  if (utc) record.stamp.utc_ms = utc->ms;
  record.payload = std::move(payload);
  out.push_back(std::move(record));
  ++records;
}

Core::Core(CoreConfig config, DirectiveInputs directives)
    : impl_(std::make_unique<Impl>(std::move(config), std::move(directives))) {}
Core::Core(Core&&) noexcept = default;
Core& Core::operator=(Core&&) noexcept = default;
Core::~Core() = default;

void Core::take(const hal::Observation& observation, std::vector<protocol::Record>& out) {
  impl_->take(observation, out);
}

const Limits& Core::limits() const {
  return impl_->run->control.limits();
}

std::vector<protocol::Record> Core::recall() const {
  return recall_of(*impl_->run);
}

RoadShown Core::road_shown() const {
  return road_shown_of(*impl_->run);
}

std::uint64_t Core::prompts_said() const {
  return impl_->run->prompter.said_count();
}

PromptId Core::last_prompt() const {
  return impl_->run->prompter.last_said();
}

Snapshot Core::snapshot() const {
  Snapshot shot = snapshot_of(*impl_->run);
  shot.observations = impl_->observations;
  shot.records = impl_->records;
  return shot;
}

}  // namespace lujing::core
