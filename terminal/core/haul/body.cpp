#include "terminal/core/haul/body.h"

#include "terminal/core/plausible.h"

#include <array>

namespace lujing::core {
namespace {

using hal::SwitchState;
using protocol::Cover;
using protocol::Hoist;
using protocol::Load;

/// Where one class ends and the next begins: empty | light | half | full | over.
constexpr std::array<double, 4> load_edges{0.10, 0.30, 0.60, 1.05};
constexpr std::array<Load, 5> load_classes{Load::empty, Load::light, Load::half, Load::full,
                                           Load::over};
constexpr double load_hysteresis = 0.02;
constexpr double least_load_share = -0.5;  ///< outside: no load cell says that
constexpr double largest_share = 10;
constexpr std::int64_t differ_ns = 10 * ns_per_s;

std::size_t class_of(double share) {
  std::size_t i = 0;
  while (i < load_edges.size() && share >= load_edges[i]) ++i;
  return i;
}

Load classify(double share, Load before) {
  const std::size_t now = class_of(share);
  for (std::size_t i = 0; i < load_classes.size(); ++i) {
    if (load_classes[i] != before) continue;
    const bool just_above = now == i + 1 && share < load_edges[i] + load_hysteresis;
    const bool just_below = now + 1 == i && share > load_edges[now] - load_hysteresis;
    if (just_above || just_below) return before;
  }
  return load_classes[now];
}

template <class State>
State two_way(SwitchState input, State off, State on) {
  switch (input) {
    case SwitchState::off:
      return off;
    case SwitchState::on:
      return on;
    case SwitchState::invalid:
      return State::invalid;
    case SwitchState::fault:
      return State::fault;
  }
  return State::invalid;
}

bool is_known(Load load) {
  return load != Load::invalid && load != Load::fault;
}

}  // namespace

void Body::take(const hal::Switch& input) {
  if (input.id == config_.cover_closed) closed_ = input.state;
  if (input.id == config_.cover_open) open_ = input.state;
  if (input.id == config_.hoist_raised) hoist_ = two_way(input.state, Hoist::flat, Hoist::lifted);
  if (input.id == config_.laden) laden_ = input.state;
  judge_cover();
  judge_load();
}

void Body::take(const hal::Analog& input) {
  if (input.id != config_.load_analog) return;
  if (input.state == SwitchState::on) {
    const auto share = within(input.value, least_load_share, largest_share);
    analog_share_ = share.value_or(0);
    by_analog_ = share ? classify(*share, by_analog_) : Load::fault;
  } else {
    by_analog_ = input.state == SwitchState::fault ? Load::fault : Load::invalid;
  }
  judge_load();
}

std::optional<double> Body::load_share() const {
  if (is_known(by_analog_)) return analog_share_;
  return is_known(by_raw_) ? learner_.share() : std::nullopt;
}

void Body::judge_cover() {
  const bool has_closed = config_.cover_closed.has_value();
  const bool has_open = config_.cover_open.has_value();
  if (!has_open) {
    cover_ = two_way(closed_, Cover::open, Cover::closed);
  } else if (!has_closed) {
    cover_ = two_way(open_, Cover::closed, Cover::open);
  } else if (closed_ == SwitchState::fault || open_ == SwitchState::fault) {
    cover_ = Cover::fault;
  } else if (closed_ == SwitchState::invalid || open_ == SwitchState::invalid) {
    cover_ = Cover::invalid;
  } else if (closed_ == SwitchState::on) {
    cover_ = open_ == SwitchState::on ? Cover::fault : Cover::closed;
  } else if (open_ == SwitchState::on) {
    cover_ = Cover::open;
  } else {
    cover_ = was_closed_ ? Cover::not_fully_open : Cover::not_fully_closed;
  }
  if (cover_ == Cover::closed) was_closed_ = true;
  if (cover_ == Cover::open) was_closed_ = false;
}

void Body::take_raw(BootTime now, const hal::Analog& input, const LoadSurroundings& around) {
  if (input.id != config_.load_raw) return;
  if (input.state != SwitchState::on) {
    by_raw_ = input.state == SwitchState::fault ? Load::fault : Load::invalid;
  } else if (learner_.take(now, input.value, around)) {
    const auto share = learner_.share();
    const auto good = share ? within(*share, least_load_share, largest_share) : std::nullopt;
    by_raw_ = good ? classify(*good, by_raw_) : Load::fault;
  }
  judge_load();
}

void Body::judge_load() {
  const Load by_switch = two_way(laden_, Load::empty, Load::full);
  // Without a sensor the switch's own faults are the load's.
  load_ = config_.load_analog ? by_analog_ : config_.load_raw ? by_raw_ : by_switch;
  for (const Load said : {by_analog_, by_raw_, by_switch}) {
    if (!is_known(said)) continue;
    load_ = said;
    return;
  }
}

void Body::pass(BootTime now) {
  bool laden = false;
  bool not_laden = false;
  const Load by_switch = two_way(laden_, Load::empty, Load::full);
  for (const Load said : {by_analog_, by_raw_, by_switch}) {
    if (!is_known(said)) continue;
    const bool light = said == Load::empty || said == Load::light;
    laden = laden || !light;
    not_laden = not_laden || light;
  }
  if (!laden || !not_laden) {
    differ_since_.reset();
    differ_counted_ = false;
    return;
  }
  if (!differ_since_) differ_since_ = now;
  if (differ_counted_ || now.ns - differ_since_->ns < differ_ns) return;
  differ_counted_ = true;
  ++differ_;
}

}  // namespace lujing::core
