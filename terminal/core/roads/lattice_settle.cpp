// What leaves the window, and how sure it is.
#include "base/trig.h"
#include "terminal/core/roads/lattice.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace lujing::core {
namespace {

constexpr double unreached = std::numeric_limits<double>::infinity();
constexpr std::size_t batch = 8;  // decisions that are worth computing their probabilities
constexpr double joint_m = 5;     // from a node: the end of one link and the start of the next

}  // namespace

std::size_t Lattice::best_of(const Epoch& epoch) const {
  std::size_t best = 0;
  for (std::size_t i = 1; i < epoch.count; ++i) {
    if (epoch.states[i].cost < epoch.states[best].cost) best = i;
  }
  return best;
}

double Lattice::least_cost() const {
  const Epoch& last = ring_[(first_ + held_ - 1) % ring_.size()];
  return last.states[best_of(last)].cost;
}

Newest Lattice::newest() const {
  if (held_ == 0) return {};
  const Epoch& last = ring_[(first_ + held_ - 1) % ring_.size()];
  if (last.count == 0) return {};
  std::size_t best = 0;
  for (std::size_t i = 1; i < last.count; ++i) {
    if (last.states[i].forward < last.states[best].forward) best = i;
  }
  double all = 0;
  for (std::size_t i = 0; i < last.count; ++i) {
    const double above = last.states[i].forward - last.states[best].forward;
    if (above < 40) all += exponential(-above);
  }
  return {last.states[best].edge, 1 / all};
}

/// The newest epoch on which all survivors agree; 0 where there is none.
std::size_t Lattice::agreed() const {
  const auto at = [this](std::size_t i) -> const Epoch& {
    return ring_[(first_ + i) % ring_.size()];
  };
  const Epoch& newest = at(held_ - 1);
  const double best = newest.states[best_of(newest)].cost;
  std::uint32_t alive = 0;
  for (std::size_t i = 0; i < newest.count; ++i) {
    if (newest.states[i].cost <= best + config_.beam) alive |= 1U << i;
  }
  for (std::size_t k = held_ - 1;; --k) {
    if (std::has_single_bit(alive)) return k;
    if (k == 0) return 0;
    std::uint32_t parents = 0;
    for (std::uint32_t left = alive; left != 0; left &= left - 1) {
      parents |= 1U << at(k).states[static_cast<std::size_t>(std::countr_zero(left))].before;
    }
    alive = parents;
  }
}

void Lattice::settle(BootTime deadline, std::vector<Decision>& out) {
  if (held_ == 0) return;
  const std::size_t start = root_ ? 1 : 0;
  std::size_t forced = start;  // one past the last epoch that must go
  while (forced < held_ && epoch(forced).sighting.pose.at <= deadline) ++forced;
  if (held_ == ring_.size() && forced == start) forced = start + held_ / 2;
  std::size_t end = forced;
  if (grown_ && held_ - start >= batch) {
    std::size_t free = agreed() + 1;
    // An outlier is known as one only when the next sighting has been decided.
    if (free < held_ && !epoch(free - 1).states[0].edge.valid()) free = start;
    if (free >= start + batch / 2) end = std::max(end, free);
  }
  grown_ = false;
  if (end > start) decide(end - 1, out);
}

bool Lattice::settle_one(std::vector<Decision>& out) {
  const std::size_t start = root_ ? 1 : 0;
  if (held_ <= start) return false;
  decide(start, out);
  return true;
}

void Lattice::settle_all(std::vector<Decision>& out) {
  const std::size_t start = root_ ? 1 : 0;
  if (held_ > start) decide(held_ - 1, out);
}

/// Decides all epochs up to `last`, which becomes the root.
void Lattice::decide(std::size_t last, std::vector<Decision>& out) {
  std::size_t state = best_of(epoch(held_ - 1));
  chosen_[held_ - 1] = static_cast<std::uint8_t>(state);
  for (std::size_t k = held_ - 1; k > 0; --k) {
    state = epoch(k).states[state].before;
    chosen_[k - 1] = static_cast<std::uint8_t>(state);
  }
  probabilities();
  const std::size_t base = out.size();
  const bool strayed = root_ && chosen_[0] != root_state_;
  for (std::size_t k = root_ ? 1 : 0; k <= last; ++k) {
    out.push_back(decision(k, chosen_[k]));
    if (k == 1) out.back().elsewhere = strayed;
  }
  for (std::size_t i = base; i + 1 < out.size(); ++i) {
    if (!out[i].edge.valid() && out[i + 1].skipped) out[i].outlier = true;
  }
  for (std::size_t i = out.size(); i-- > base + 1;) {  // a run of outliers
    if (out[i].outlier && !out[i - 1].edge.valid()) out[i - 1].outlier = true;
  }
  charge_rivals(last, chosen_[last]);
  rebase(last, chosen_[last]);
  root_state_ = chosen_[last];
  first_ = (first_ + last) % ring_.size();
  held_ -= last;
  root_ = true;
}

/// What does not descend from the chosen state of epoch `index` pays, once, for breaking the path.
/// It stays a rival: what was given out stands, but if it was wrong, the way back must not be
/// closed.
void Lattice::charge_rivals(std::size_t index, std::size_t state) {
  std::uint32_t agree = 1U << state;
  for (std::size_t k = index; k < held_; ++k) {
    Epoch& now = epoch(k);
    std::uint32_t next = k == index ? agree : 0;
    for (std::size_t i = 0; i < now.count; ++i) {
      State& rival = now.states[i];
      if (k > index && ((agree >> rival.before) & 1U) != 0) next |= 1U << i;
      const bool strays = ((next >> i) & 1U) == 0;
      if (strays && !rival.strays) {
        rival.cost += config_.stray;
        rival.forward += config_.stray;
      }
      rival.strays = strays;
    }
    agree = next;
  }
}

/// Costs stay small: the root's is the new zero.
void Lattice::rebase(std::size_t index, std::size_t state) {
  const double zero = epoch(index).states[state].cost;
  settled_cost_ += zero;
  const double zero_forward = epoch(index).states[state].forward;
  for (std::size_t k = index; k < held_; ++k) {
    Epoch& now = epoch(k);
    for (std::size_t i = 0; i < now.count; ++i) {
      if (!(now.states[i].cost < unreached)) continue;
      now.states[i].cost -= zero;
      now.states[i].forward -= zero_forward;
    }
  }
}

/// Backward sums, so that later sightings speak in `sure` too.
void Lattice::probabilities() {
  auto& newest = backward_[held_ - 1];
  newest.fill(0);
  for (std::size_t k = held_ - 1; k > 0; --k) {
    const Epoch& now = epoch(k);
    const std::size_t count = epoch(k - 1).count;
    for (std::size_t i = 0; i < count; ++i) {
      double least = unreached;
      for (std::size_t j = 0; j < now.count; ++j) {
        const auto cost = static_cast<double>(now.pair[j * most_states + i]);
        least = std::min(least, cost + backward_[k][j]);
      }
      double sum = 0;
      for (std::size_t j = 0; j < now.count && least < unreached; ++j) {
        const double above =
            static_cast<double>(now.pair[j * most_states + i]) + backward_[k][j] - least;
        if (above < 30) sum += exponential(-above);
      }
      backward_[k - 1][i] = least < unreached ? least - logarithm(sum) : unreached;
    }
  }
}

Decision Lattice::decision(std::size_t index, std::size_t state) {
  const Epoch& now = epoch(index);
  const State& chosen = now.states[state];
  Decision made;
  made.sighting = now.sighting;
  made.serial = now.serial;
  made.law = &config_;
  made.edge = chosen.edge;
  made.along_m = static_cast<double>(chosen.along_m);
  made.via = index == 0 ? Via::nothing : chosen.via;
  made.skipped = chosen.skipped && made.via != Via::nothing;
  if (made.via != Via::nothing) {
    const Epoch& before = epoch(index - 1);
    if (made.skipped) {
      made.from_edge = before.left.edge;
      made.from_along_m = before.left.along_m;
      made.bound_m = now.skip_bound_m;
    } else {
      made.from_edge = before.states[chosen.before].edge;
      made.from_along_m = static_cast<double>(before.states[chosen.before].along_m);
      made.bound_m = longest_route_m(now.progress);
    }
  }
  double sum = 0;
  const double own = chosen.forward + backward_[index][state];
  for (std::size_t i = 0; i < now.count; ++i) {
    if (i != state && one_way(index, now.states[i], chosen)) continue;
    const double above = now.states[i].forward + backward_[index][i] - own;
    if (above < 40) sum += above >= 0 ? exponential(-above) : 1 / exponential(above);
  }
  made.sure = sum > 0 ? std::min(1 / sum, 1.0) : 0;
  if (chosen.edge.valid()) note_error(now, chosen, made.via != Via::nothing && !made.skipped);
  return made;
}

/// A rival on the link that the way came from or goes on by is no other way: only how far along it
/// the vehicle was is in doubt. So is one at the node where one link goes on as the other. Where
/// the way really parts, the next sightings tell.
bool Lattice::one_way(std::size_t index, const State& rival, const State& chosen) {
  if (!rival.edge.valid() || !chosen.edge.valid()) return false;
  if (rival.edge == chosen.edge.reversed()) return false;
  const auto edge_of = [&](std::size_t k) { return epoch(k).states[chosen_[k]].edge; };
  const auto leads_to = [&](const State& from, const State& to, bool driven) {
    const bool near = static_cast<double>(to.along_m) <= joint_m &&
                      search_.length_m(from.edge) - static_cast<double>(from.along_m) <= joint_m;
    return (driven || near) && network_.end(from.edge) == network_.start(to.edge);
  };
  const bool came = index > 0 && edge_of(index - 1) == rival.edge;
  const bool goes_on = index + 1 < held_ && edge_of(index + 1) == rival.edge;
  return leads_to(rival, chosen, came) || leads_to(chosen, rival, goes_on);
}

/// What the chosen place says of the fix's error.
void Lattice::note_error(const Epoch& now, const State& chosen, bool joined) {
  if (!joined) errors_.cut();
  const Sighting& seen = now.sighting;
  const Offset across = chosen.residual.across;
  const double away = chosen.residual.distance_m;
  errors_.note({{across.east_m * away, across.north_m * away},
                (seen.drift.east_m2 + seen.drift.north_m2) / 2 / seen.scale.slow,
                seen.white_seen ? 0 : seen.white_m2 / seen.scale.own,
                chosen.residual.white_m2 - (seen.white_seen ? 0 : seen.white_m2),
                now.keep});
}

}  // namespace lujing::core
