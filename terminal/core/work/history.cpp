#include "terminal/core/work/history.h"

#include <algorithm>
#include <cmath>

namespace lujing::core {
namespace {

using protocol::Work;

constexpr std::int64_t sample_every_ns = ns_per_s;
constexpr double longest_flow_s = 10;  ///< a flow that was said longer ago is no flow

/// Water of two kinds at once is booked to the first of these that is effective.
constexpr std::array<Work, 4> water_order{Work::flushing, Work::washing_sweeping, Work::sprinkling,
                                          Work::misting};

std::int32_t tenths(double value) {
  return static_cast<std::int32_t>(std::lround(std::clamp(value, 0.0, 1e8) * 10));
}

bool same(const WorkState& a, const WorkState& b) {
  return std::equal(a.begin(), a.end(), b.begin());
}

}  // namespace

WorkHistory::WorkHistory() : ring_(capacity) {
  tail_.reserve(capacity);
}

void WorkHistory::add(BootTime at, double driven_m, const WorkState& state,
                      const Blocked& blocked) {
  if (size_ > 0) {
    WorkSample& newest = ring_[(first_ + size_ - 1) % capacity];
    const bool same_state = same(newest.state, state) && newest.blocked == blocked;
    if (same_state && at.ns - newest.at.ns < sample_every_ns) return;
    if (newest.at == at) {
      newest.state = state;
      newest.blocked = blocked;
      return;
    }
  }
  if (size_ == capacity) {
    first_ = (first_ + 1) % capacity;
    --size_;
  }
  ring_[(first_ + size_) % capacity] = {at, driven_m, state, blocked};
  ++size_;
}

void WorkHistory::change(BootTime since, BootTime at, double driven_m, const WorkState& state,
                         const Blocked& blocked) {
  if (size_ == 0 || since >= at || since <= this->at(0).at ||
      same(this->at(size_ - 1).state, state)) {
    add(at, driven_m, state, blocked);
    return;
  }
  const WorkState before = this->at(size_ - 1).state;
  const auto told_again = [&](WorkSample sample) {
    for (std::size_t kind = 0; kind < state.size(); ++kind) {
      if (!(before[kind] == state[kind])) sample.state[kind] = state[kind];
    }
    return sample;
  };
  const double since_m = this->driven_m(since);
  tail_.clear();
  while (size_ > 1 && this->at(size_ - 1).at > since) {
    tail_.push_back(this->at(size_ - 1));
    --size_;
  }
  WorkSample first = told_again(this->at(size_ - 1));
  add(since, since_m, first.state, first.blocked);
  for (auto sample = tail_.rbegin(); sample != tail_.rend(); ++sample) {
    const WorkSample again = told_again(*sample);
    add(again.at, again.driven_m, again.state, again.blocked);
  }
  add(at, driven_m, state, blocked);
}

void WorkHistory::unmark(BootTime at, double driven_m) {
  if (size_ == 0 || at < this->at(size_ - 1).at) return;
  const WorkState state = this->at(size_ - 1).state;
  add(at, driven_m, state, Blocked{});
}

std::optional<std::size_t> WorkHistory::find(BootTime when) const {
  std::size_t low = 0;
  std::size_t high = size_;
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (at(middle).at <= when) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low == 0 ? std::nullopt : std::optional(low - 1);
}

double WorkHistory::driven_m(BootTime when) const {
  if (size_ == 0) return 0;
  const auto before = find(when);
  if (!before) return at(0).driven_m;
  const WorkSample& a = at(*before);
  if (*before + 1 == size_) return a.driven_m;
  const WorkSample& b = at(*before + 1);
  const double share = seconds_of(when.ns - a.at.ns) / seconds_of(b.at.ns - a.at.ns);
  return a.driven_m + (b.driven_m - a.driven_m) * share;
}

void WorkIntervals::judge(BootTime now, double driven_m, const WorkEngine& engine,
                          std::vector<protocol::WorkRecord>& out) {
  use_water(now, engine);
  const WorkState& state = engine.state();
  for (std::size_t kind = 0; kind < state.size(); ++kind) {
    Open& open = open_[kind];
    const bool changed = !(open.now == state[kind]);
    const bool on = open.now.presence != WorkNow::Presence::off;
    if (!changed && !(on && seconds_of(now.ns - open.since.ns) >= cut_s)) continue;
    if (on && now > open.since) {
      protocol::WorkRecord record = ended(open, kind, driven_m, engine);
      out.push_back(record);
    }
    open = {state[kind], now, driven_m, 0, engine.measure(Measure::tank_share)};
  }
}

void WorkIntervals::use_water(BootTime now, const WorkEngine& engine) {
  if (water_at_ && flow_lpm_ > 0) {
    const double litres =
        flow_lpm_ / 60 * std::min(seconds_of(now.ns - water_at_->ns), longest_flow_s);
    for (const Work kind : water_order) {
      Open& open = open_[static_cast<std::size_t>(kind)];
      if (!open.now.effective()) continue;
      open.water_l += litres;
      break;
    }
  }
  water_at_ = now;
  flow_lpm_ = std::max(0.0, engine.measure(Measure::water_flow_lpm).value_or(0));
}

protocol::WorkRecord WorkIntervals::ended(const Open& open, std::size_t kind, double driven_m,
                                          const WorkEngine& engine) const {
  protocol::WorkRecord record;
  record.work = static_cast<Work>(kind);
  record.side = open.now.side;
  record.reason = open.now.reason;
  record.evidence = open.now.evidence;
  record.begin_boot_ms = open.since.ms();
  record.driven_dm = tenths(driven_m - open.driven_m);
  double water_l = open.water_l;
  const auto share = engine.measure(Measure::tank_share);
  const bool by_level = engine.profile().measures[0].kind == WorkSource::Kind::missing;
  const bool wets =
      std::find(water_order.begin(), water_order.end(), record.work) != water_order.end();
  if (by_level && wets && open.now.effective() && open.tank_share && share) {
    water_l = (*open.tank_share - *share) * tank_l_;
  }
  record.water_dl = tenths(water_l);
  return record;
}

}  // namespace lujing::core
