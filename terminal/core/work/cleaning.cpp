#include "terminal/core/work/cleaning.h"

#include "terminal/core/clock/windows.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace lujing::core {
namespace {

constexpr std::int64_t owed_held_ns = 60 * ns_per_s;
constexpr std::int64_t road_held_ns = 60 * ns_per_s;    ///< matching commits with a delay
constexpr std::int64_t flush_after_ns = 60 * ns_per_s;  ///< no stretch came: it parks
constexpr std::size_t fuel_steps = 10;
constexpr std::int64_t kept_days = 1;  ///< yesterday, for work that crosses midnight

}  // namespace

Cleaning::Cleaning(const CoreConfig& config)
    : config_(config),
      engine_(config.work.name.empty() ? legacy_work(config) : config.work),
      marks_(config.cleaning),
      intervals_(engine_.profile()),
      writer_(engine_.profile(), CoverageConfig{}) {
  facts_.tells_work = !engine_.profile().rows.empty();
}

std::int32_t Cleaning::utc_offset_min() const {
  return plan_ ? plan_->utc_offset_min : config_.cleaning.utc_offset_min;
}

void Cleaning::put_plan(std::optional<Plan> plan) {
  plan_ = std::move(plan);
  collection_.put_plan(plan_ ? &*plan_ : nullptr);
  asked_link_ = no_link;
  guided_roads_ = nullptr;
  guide_.set(nullptr, nullptr, 0);
}

void Cleaning::take(const Driven& driven, const RoadNetwork& roads, BootTime now,
                    std::optional<UtcTime> utc, std::vector<protocol::Payload>& out) {
  if (!driven.edge.valid() || driven.edge.link() >= roads.link_count()) return;
  if (roads_ != &roads) asked_link_ = no_link;
  roads_ = &roads;
  edge_ = driven.edge;
  edge_at_ = driven.left;
  taken_at_ = now;
  hindsight_.take(driven, roads, ready_);
  write(now, utc, out);
}

void Cleaning::write(BootTime now, std::optional<UtcTime> utc,
                     std::vector<protocol::Payload>& out) {
  for (const Hindsight::Stretch& ready : ready_) {
    const std::size_t before = out.size();
    // What a mark is of is known once the road is: where the plan asks nothing, it is of nothing.
    bool asked = false;
    if (marks_.any() && roads_ != nullptr && roads_->version() == ready.roads) {
      std::optional<UtcTime> then = utc;
      if (then) then->ms -= now.ms() - ready.driven.entered.ms();
      asked = asks(ready.driven.edge.link(), then);
      if (!asked) marks_.driven_off_plan(ready.driven.entered);
    }
    writer_.take(ready.driven, ready.link, ready.roads, history_, asked, out);
    say_what_ended(out, before);
    if (ledger_roads_ != ready.roads) ledger_.clear();
    ledger_roads_ = ready.roads;
    book(out, before, now, utc);
  }
  ready_.clear();
}

void Cleaning::book(const std::vector<protocol::Payload>& out, std::size_t first, BootTime now,
                    std::optional<UtcTime> utc) {
  if (!utc) return;
  const std::int64_t offset_ms = utc->ms - now.ms();
  for (std::size_t i = first; i < out.size(); ++i) {
    if (const auto* covered = std::get_if<protocol::CoverageRecord>(&out[i])) {
      book(*covered, offset_ms);
    } else if (const auto* excepted = std::get_if<protocol::ExceptionRecord>(&out[i])) {
      book(*excepted, offset_ms, excepted->end_boot_ms + offset_ms);
    }
  }
}

void Cleaning::book(const protocol::CoverageRecord& record, std::int64_t utc_minus_boot_ms) {
  Passing passing = passing_of(record, utc_minus_boot_ms);
  for_each_kerb(record.link, record.kerbs, [&](const KerbId& kerb) {
    passing.kerb = kerb;
    ledger_.add(passing);
  });
  guide_.touch(record.link);
}

void Cleaning::book(const protocol::ExceptionRecord& record, std::int64_t utc_minus_boot_ms,
                    std::int64_t end_ms) {
  for_each_kerb(record.link, record.kerbs, [&](const KerbId& kerb) {
    ledger_.add(Excepted{kerb, record.from_cm, record.to_cm,
                         record.begin_boot_ms + utc_minus_boot_ms, end_ms});
  });
  guide_.touch(record.link);
}

void Cleaning::judge(const Moment& moment, std::vector<protocol::Payload>& out) {
  engine_.take_speed(moment.now, moment.speed_mps);
  const WorkState& state = engine_.judge(moment.now);
  judge_mark(moment);
  history_.change(engine_.since(), moment.now, moment.driven_m, state, marks_.now());
  tell_unfinished(moment, out);
  ended_.clear();
  intervals_.judge(moment.now, moment.driven_m, engine_, ended_);
  for (const protocol::WorkRecord& record : ended_) out.emplace_back(record);
  if (moment.pose != nullptr) hindsight_.take(*moment.pose, brushes());
  if (moment.now.ns - taken_at_.ns > flush_after_ns &&
      (writer_.pending() || hindsight_.pending())) {
    settle(moment, out);
  }
  facts_.on = facts_.effective = facts_.perhaps = 0;
  for (std::size_t i = 0; i < state.size(); ++i) {
    if (state[i].presence == WorkNow::Presence::on) facts_.on |= 1U << i;
    if (state[i].effective()) facts_.effective |= 1U << i;
    if (state[i].presence == WorkNow::Presence::perhaps) facts_.perhaps |= 1U << i;
    // Switched on, and a signal that is needed is silent: whether it works is not known.
    if (state[i].reason == protocol::WorkReason::signal_stale) facts_.perhaps |= 1U << i;
  }
  facts_.aux_rpm = engine_.measure(Measure::aux_engine_rpm);
  facts_.ambient_c = engine_.measure(Measure::ambient_c);
  facts_.jets = engine_.jets();
  if (plan_ && !facts_.ambient_c) facts_.ambient_c = plan_->weather.temperature_c;
  facts_.wind_force = plan_ ? plan_->weather.wind_force : std::nullopt;
  judge_fuel(moment);
  judge_clock(moment, out);
  judge_road(moment);
  judge_guide(moment);
}

void Cleaning::settle(const Moment& moment, std::vector<protocol::Payload>& out) {
  hindsight_.flush(ready_);
  write(moment.now, moment.utc, out);
  const std::size_t before = out.size();
  writer_.flush(out);
  say_what_ended(out, before);
  book(out, before, moment.now, moment.utc);
}

void Cleaning::judge_clock(const Moment& moment, std::vector<protocol::Payload>& out) {
  std::optional<LocalTime> time;
  facts_.minute.reset();
  if (moment.utc) {
    time = local_time(*moment.utc, utc_offset_min());
    facts_.minute = time->minute;
    facts_.weekday = time->weekday;
    judge_weather(time->day);
    judge_deadlines(moment, *time, out);
  }
  const bool lifts = (facts_.effective & mask_of(protocol::Work::collecting)) != 0;
  collection_.judge(time, moment.position, moment.moving, lifts, facts_);
}

void Cleaning::judge_road(const Moment& moment) {
  facts_.road.reset();
  facts_.elevated = facts_.in_area = facts_.due = Truth::unknown;
  facts_.asked = 0;
  facts_.min_kmh.reset();
  facts_.max_kmh.reset();
  if (!edge_ || roads_ == nullptr || moment.now.ns - edge_at_.ns > road_held_ns) return;
  const Link link = roads_->link(edge_->link());
  facts_.road = link.road_class;
  facts_.elevated = truth(link.has(link_flag::bridge) || link.road_class == RoadClass::expressway);
  if (!plan_ || plan_->tasks.empty()) return;
  if (asked_link_ != edge_->link()) {
    asked_link_ = edge_->link();
    tasks_here_.clear();
    for (std::size_t i = 0; i < plan_->tasks.size(); ++i) {
      if (!chosen(plan_->tasks[i].roads, *roads_, asked_link_)) continue;
      tasks_here_.push_back(static_cast<std::uint16_t>(i));
    }
  }
  facts_.in_area = truth(!tasks_here_.empty());
  facts_.due = facts_.minute ? Truth::no : Truth::unknown;
  for (const std::uint16_t i : tasks_here_) {
    const PlanTask& task = plan_->tasks[i];
    const WorkMask asked = task.works & ~mask_of(protocol::Work::collecting);
    if (!facts_.minute || asked == 0) continue;
    // Another step of the same street may be under way: flushing where sweeping is due too is no
    // fake, whenever it is due.
    facts_.asked |= asked;
    if (!within_windows(task.windows, *facts_.minute)) continue;
    facts_.due = Truth::yes;
    facts_.min_kmh = task.min_kmh;
    facts_.max_kmh = task.max_kmh;
  }
}

/// On which side brushes are down: a machine that is to reach a kerb drives along it.
protocol::WorkSide Cleaning::brushes() const {
  for (const protocol::Work kind : {protocol::Work::sweeping, protocol::Work::washing_sweeping}) {
    const WorkNow& now = engine_.state()[static_cast<std::size_t>(kind)];
    if (now.effective()) return now.side;
  }
  return protocol::WorkSide::unknown;
}

void Cleaning::judge_mark(const Moment& moment) {
  const double said = engine_.measure(Measure::blocked_button).value_or(0);
  std::uint8_t code = 0;
  if (said > 0.5) {
    constexpr auto most = static_cast<long>(protocol::ExceptionReason::weather) + 1;
    code = static_cast<std::uint8_t>(std::min(std::lround(std::min(said, 100.0)), most));
  }
  const bool planned = plan_ && !plan_->tasks.empty();
  const auto ended = marks_.judge({moment.now, code, moment.driven_m, moment.speed_mps, planned});
  if (ended) history_.unmark(ended->at, ended->driven_m);
}

WorkMask Cleaning::can_do() const {
  WorkMask works = 0;
  for (const WorkRow& row : engine_.profile().rows) works |= mask_of(row.kind);
  return works;
}

bool Cleaning::asks(LinkId link, std::optional<UtcTime> utc) const {
  if (!plan_ || roads_ == nullptr || link >= roads_->link_count()) return false;
  const WorkMask works = can_do();
  std::optional<LocalTime> time;
  if (utc) time = local_time(*utc, utc_offset_min());
  return std::any_of(plan_->tasks.begin(), plan_->tasks.end(), [&](const PlanTask& task) {
    WorkMask asked = task.works;
    for (const protocol::Work step : task.steps) asked |= mask_of(step);
    if (works != 0 && (asked & works) == 0) return false;
    if (time && !within_windows(task.windows, time->minute)) return false;
    return chosen(task.roads, *roads_, link);
  });
}

/// Exceptions of `out` from `first` on.
void Cleaning::say_what_ended(std::vector<protocol::Payload>& out, std::size_t first) const {
  for (std::size_t i = first; i < out.size(); ++i) {
    auto* excepted = std::get_if<protocol::ExceptionRecord>(&out[i]);
    if (excepted != nullptr) excepted->ended = marks_.ended(excepted->marked_boot_ms);
  }
}

/// The worst of the day counts: a noon that was hot asked for water, whatever the evening is like.
void Cleaning::judge_weather(std::int64_t day) {
  if (day != ledger_day_) {
    worst_[1] = day == ledger_day_ + 1 ? worst_[0] : Weather{};
    worst_[0] = {};
    ledger_.forget_before(day_window(day - kept_days, utc_offset_min()).from_ms);
    ledger_day_ = day;
  }
  if (facts_.ambient_c) {
    worst_[0].temperature_c = std::max(worst_[0].temperature_c.value_or(-300), *facts_.ambient_c);
  }
  if (facts_.wind_force) {
    worst_[0].wind_force = std::max(worst_[0].wind_force.value_or(0), *facts_.wind_force);
  }
}

Question Cleaning::question() const {
  Question question;
  question.pass_gap_ms = static_cast<std::int64_t>(config_.cleaning.pass_gap_s * 1000);
  question.pass_permille =
      static_cast<std::int32_t>(std::lround(config_.cleaning.pass_share * 1000));
  return question;
}

/// Once a second, and only where there is a plan.
void Cleaning::judge_guide(const Moment& moment) {
  if (moment.now.ns - guided_at_.ns < ns_per_s) return;
  guided_at_ = moment.now;
  if (guided_roads_ != roads_) {
    guided_roads_ = roads_;
    guide_.set(plan_ ? &*plan_ : nullptr, roads_, can_do());
  }
  if (!plan_ || roads_ == nullptr) return;
  const bool held = edge_ && moment.now.ns - edge_at_.ns <= road_held_ns;
  guide_.judge(
      {moment.now, moment.utc, moment.position, moment.heading_rad, held ? edge_ : std::nullopt},
      ledger_, question());
}

/// Tasks whose deadline lies between the last look and now. Before the first look nothing is told:
/// what was owed then is not known.
void Cleaning::judge_deadlines(const Moment& moment, const LocalTime& time,
                               std::vector<protocol::Payload>& out) {
  if (facts_.owed && moment.now.ns - owed_at_.ns > owed_held_ns) facts_.owed.reset();
  const std::optional<LocalTime> last = checked_;
  checked_ = time;
  if (last && last->day == time.day && last->minute == time.minute) return;
  if (!last || !plan_ || roads_ == nullptr || time.day < last->day) return;
  std::optional<Owed> owed;
  // Work of a night is due on the day after the one that it is of.
  for (std::int64_t day = time.day - kept_days; day <= time.day; ++day) {
    for (const PlanTask& task : plan_->tasks) {
      const std::int64_t at = day * minutes_of_a_day + due_minute(task);
      const bool passed = at > last->day * minutes_of_a_day + last->minute &&
                          at <= time.day * minutes_of_a_day + time.minute;
      if (!passed) continue;
      if (!owed) {
        // What was done in the last minute counts, too, though hindsight would like to wait.
        settle(moment, out);
        ledger_.settle();
        owed.emplace();
      }
      add_owed(task, day, *owed);
    }
  }
  if (!owed) return;
  facts_.owed = std::move(owed);
  owed_at_ = moment.now;
}

void Cleaning::add_owed(const PlanTask& task, std::int64_t day, Owed& owed) {
  const CleaningConfig& rules = config_.cleaning;
  const PassesAsked asked = passes_asked(
      task, worst_[day == ledger_day_ ? 0 : 1],
      {rules.heat_c, rules.heat_more_passes, rules.wind_force, rules.wind_more_passes});
  const TaskBalance done =
      balance(task, *roads_, ledger_, day, utc_offset_min(), asked.passes, question());
  owed.task += (owed.task.empty() ? "" : ", ") + task.name;
  owed.works |= task.works;
  owed.kerbs += done.kerbs;
  owed.kerbs_below += done.kerbs_below;
  owed.one_sided += task.both_kerbs ? done.one_sided : 0;
  owed.kerbs_short += done.kerbs_short;
  owed.out_of_order += done.out_of_order;
  owed.by_heat = owed.by_heat || asked.by_heat;
  owed.by_wind = owed.by_wind || asked.by_wind;
  owed.steps = owed.steps || task.steps.size() > 1;
}

/// The most that was in the tank in each tenth of the profile's time, while parked. What is gone is
/// the most of all of them less what is there.
void Cleaning::judge_fuel(const Moment& moment) {
  const auto share = engine_.measure(Measure::fuel_share);
  const double tank_l = engine_.profile().fuel_l;
  facts_.fuel_drop_l.reset();
  if (moment.moving || !share || tank_l <= 0) {
    fuel_l_.clear();
    return;
  }
  const double now_l = *share * tank_l;
  const double step_s = config_.cleaning.fuel_within_s / fuel_steps;
  if (fuel_l_.empty() || seconds_of(moment.now.ns - fuel_at_.ns) >= step_s) {
    fuel_at_ = moment.now;
    if (fuel_l_.size() == fuel_steps) fuel_l_.erase(fuel_l_.begin());
    fuel_l_.push_back(now_l);
  }
  fuel_l_.back() = std::max(fuel_l_.back(), now_l);
  facts_.fuel_drop_l = *std::max_element(fuel_l_.begin(), fuel_l_.end()) - now_l;
}

}  // namespace lujing::core
