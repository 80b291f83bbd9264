#include "terminal/core/work/engine.h"

#include "terminal/core/config.h"
#include "terminal/core/plausible.h"

#include <algorithm>
#include <utility>

namespace lujing::core {
namespace {

using protocol::Evidence;
using protocol::Work;
using protocol::WorkReason;
using protocol::WorkSide;
using Presence = WorkNow::Presence;

constexpr double largest_value = 1e9;

int rank(const WorkNow& now) {
  if (now.effective()) return 3;
  if (now.presence == Presence::on) return 2;
  return now.presence == Presence::perhaps ? 1 : 0;
}

Evidence worse(Evidence a, Evidence b) {
  return a < b ? b : a;
}

/// A WorkSource::Kind::signal or ::input of an optional id.
template <class Id>
WorkSource source_of(WorkSource::Kind kind, const std::optional<Id>& id) {
  return id ? WorkSource{kind, *id} : WorkSource{};
}

}  // namespace

WorkProfile legacy_work(const CoreConfig& config) {
  WorkProfile profile;
  const auto add = [&](const char* name, WorkSource source) {
    WorkFact fact;
    fact.name = name;
    fact.source = source;
    profile.facts.push_back(fact);
    return WorkTerm{static_cast<std::uint16_t>(profile.facts.size() - 1), false};
  };
  using Kind = WorkSource::Kind;
  const auto brush = add("brush", source_of(Kind::signal, config.brush_rpm));
  const WorkSource suction_sources[] = {source_of(Kind::input, config.suction_down),
                                        source_of(Kind::signal, config.suction_signal)};
  const WorkSource pump_sources[] = {source_of(Kind::input, config.water_pump),
                                     source_of(Kind::signal, config.water_pump_signal)};
  bool tells_suction = false;
  for (const WorkSource& source : suction_sources) {
    if (source.kind == Kind::missing) continue;
    tells_suction = true;
    WorkRow row;
    row.when = {brush};
    row.needs = {{add("suction", source), WorkReason::suction_up, true}};
    profile.rows.push_back(row);
  }
  if (!tells_suction) {
    WorkRow row;
    row.when = {brush};
    profile.rows.push_back(row);
  }
  for (const WorkSource& source : pump_sources) {
    if (source.kind == Kind::missing) continue;
    WorkRow row;
    row.kind = Work::sprinkling;
    row.when = {add("pump", source)};
    row.side = WorkSide::full;
    row.reach_m = 12;
    profile.rows.push_back(row);
  }
  return profile;
}

WorkEngine::WorkEngine(WorkProfile profile)
    : profile_(std::move(profile)), facts_(profile_.facts.size()) {
  for (std::size_t i = 0; i < facts_.size(); ++i) {
    if (profile_.facts[i].name == "jets") jet_facts_.push_back(i);
    if (profile_.facts[i].source.kind != WorkSource::Kind::missing) continue;
    facts_[i].raw = facts_[i].is = Is::missing;
  }
  for (const WorkRow& row : profile_.rows) inferred_.push_back(!rests_on_machine(row));
}

bool WorkEngine::rests_on_machine(const WorkRow& row) const {
  const auto machine = [&](const WorkTerm& term) {
    const WorkSource::Kind kind = profile_.facts[term.fact].source.kind;
    return kind == WorkSource::Kind::signal || kind == WorkSource::Kind::input;
  };
  return std::any_of(row.when.begin(), row.when.end(), machine) ||
         std::any_of(row.needs.begin(), row.needs.end(),
                     [&](const WorkNeed& need) { return machine(need.term); });
}

void WorkEngine::take(BootTime now, const hal::CanSignal& signal) {
  const bool said = signal.state == hal::SignalState::ok;
  take(now, {WorkSource::Kind::signal, signal.id},
       said ? std::optional(signal.value) : std::nullopt);
}

void WorkEngine::take(BootTime now, const hal::Switch& input) {
  std::optional<double> value;
  if (input.state == hal::SwitchState::on) value = 1.0;
  if (input.state == hal::SwitchState::off) value = 0.0;
  take(now, {WorkSource::Kind::input, input.id}, value);
}

void WorkEngine::take(BootTime now, const hal::Analog& input) {
  const bool said = input.state == hal::SwitchState::on;
  take(now, {WorkSource::Kind::input, input.id}, said ? std::optional(input.value) : std::nullopt);
}

void WorkEngine::take_speed(BootTime now, std::optional<double> speed_mps) {
  take(now, {WorkSource::Kind::speed, 0},
       speed_mps ? std::optional(*speed_mps * 3.6) : std::nullopt);
}

void WorkEngine::take(BootTime now, WorkSource source, std::optional<double> value) {
  value = within(value, -largest_value, largest_value);
  for (std::size_t i = 0; i < measure_count; ++i) {
    if (profile_.measures[i] == source) measures_[i] = value;
  }
  for (std::size_t i = 0; i < facts_.size(); ++i) {
    const WorkFact& fact = profile_.facts[i];
    if (fact.source != source) continue;
    FactState& state = facts_[i];
    Is raw = state.raw;
    const bool rising = fact.on >= fact.off;
    if (!value) {
      raw = Is::unknown;
    } else if (rising ? *value > fact.on : *value < fact.on) {
      raw = Is::yes;
    } else if ((rising ? *value <= fact.off : *value >= fact.off) || raw == Is::unknown) {
      raw = Is::no;  // between the thresholds and never yet beyond: not yet so
    }
    if (raw == state.raw) continue;
    state.raw = raw;
    state.since = now;
    dirty_ = true;
  }
}

const WorkState& WorkEngine::judge(BootTime now) {
  since_ = now;
  if (!dirty_ && !waiting_) return state_;
  waiting_ = false;
  bool changed = dirty_;
  dirty_ = false;
  for (std::size_t i = 0; i < facts_.size(); ++i) {
    FactState& state = facts_[i];
    if (state.raw == state.is) continue;
    const WorkFact& fact = profile_.facts[i];
    const double wait_s = state.raw == Is::yes ? fact.on_after_s : fact.off_after_s;
    const double lasted_s =
        static_cast<double>(now.ns - state.since.ns) / static_cast<double>(ns_per_s);
    // What becomes unknown is so at once, and what was unknown has nothing to be held against.
    if (state.raw == Is::unknown || state.is == Is::unknown || lasted_s >= wait_s) {
      since_ = std::min(since_, state.since);
      state.is = state.raw;
      changed = true;
    } else {
      waiting_ = true;
    }
  }
  if (!changed) return state_;
  WorkState best{};
  for (std::size_t i = 0; i < profile_.rows.size(); ++i) {
    const WorkNow row = judge_row(i);
    WorkNow& slot = best[static_cast<std::size_t>(profile_.rows[i].kind)];
    if (rank(row) > rank(slot)) slot = row;
  }
  state_ = best;
  return state_;
}

WorkEngine::Is WorkEngine::ask(const WorkTerm& term) const {
  const Is is = facts_[term.fact].is;
  if (!term.inverted) return is;
  if (is == Is::yes) return Is::no;
  return is == Is::no ? Is::yes : is;
}

/// Yes if any is; missing if none is connected; unknown if one of the others is silent.
WorkEngine::Is WorkEngine::any(const std::vector<WorkTerm>& terms) const {
  Is found = Is::missing;
  for (const WorkTerm& term : terms) {
    const Is is = ask(term);
    if (is == Is::yes) return Is::yes;
    if (is == Is::unknown || (is == Is::no && found == Is::missing)) found = is;
  }
  return found;
}

WorkNow WorkEngine::judge_row(std::size_t index) const {
  const WorkRow& row = profile_.rows[index];
  WorkNow now;
  now.row = static_cast<std::uint8_t>(index);
  bool perhaps = false;
  for (const WorkTerm& term : row.when) {
    const Is is = ask(term);
    if (is == Is::no || is == Is::missing) return now;
    perhaps = perhaps || is == Is::unknown;
  }
  now.presence = perhaps ? Presence::perhaps : Presence::on;
  now.evidence = inferred_[index] ? Evidence::inferred : Evidence::measured;
  judge_needs(row, now);
  judge_side(row, now);
  if (perhaps) now.reason = WorkReason::signal_stale;
  return now;
}

/// A need that is certainly not met says why before one that nobody knows.
void WorkEngine::judge_needs(const WorkRow& row, WorkNow& now) const {
  WorkReason unsure = WorkReason::none;
  for (const WorkNeed& need : row.needs) {
    switch (ask(need.term)) {
      case Is::yes:
        break;
      case Is::no:
        now.reason = need.why;
        return;
      case Is::unknown:
        unsure = WorkReason::signal_stale;
        break;
      case Is::missing:
        if (!need.required) {
          now.evidence = worse(now.evidence, Evidence::partial);
        } else if (unsure == WorkReason::none) {
          unsure = WorkReason::not_wired;
        }
        break;
    }
  }
  now.reason = unsure;
}

void WorkEngine::judge_side(const WorkRow& row, WorkNow& now) const {
  const Is left = any(row.left);
  const Is right = any(row.right);
  const Is full = any(row.full);
  if (left == Is::missing && right == Is::missing && full == Is::missing) {
    now.side = row.side;
    const bool asked = !row.left.empty() || !row.right.empty() || !row.full.empty();
    if (asked) now.evidence = worse(now.evidence, Evidence::partial);
  } else if (full == Is::yes || (left == Is::yes && right == Is::yes)) {
    now.side = WorkSide::full;
  } else if (left == Is::yes) {
    now.side = WorkSide::left;
  } else if (right == Is::yes) {
    now.side = WorkSide::right;
  }  // else the machine names no side: unknown
}

std::optional<bool> WorkEngine::jets() const {
  for (const std::size_t i : jet_facts_) {
    if (facts_[i].is == Is::yes || facts_[i].is == Is::no) return facts_[i].is == Is::yes;
  }
  return std::nullopt;
}

std::uint32_t WorkEngine::work_bits() const {
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < state_.size(); ++i) {
    if (state_[i].effective()) bits |= 1U << i;
  }
  return bits;
}

}  // namespace lujing::core
