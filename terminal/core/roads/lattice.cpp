#include "terminal/core/roads/lattice.h"

#include "base/trig.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace lujing::core {
namespace {

constexpr double never = std::numeric_limits<double>::infinity();
constexpr double least_spread_m = 2;
constexpr double sparse_gap_m = 150;

}  // namespace

Lattice::Lattice(const RoadNetwork& network, const MatchConfig& config, RouteSearch& search)
    : network_(network),
      config_(config),
      search_(search),
      ring_(config.epochs),
      chosen_(config.epochs),
      backward_(config.epochs),
      errors_(config.error_scale, config.error_weight) {}

void Lattice::reset() {
  held_ = 0;
  root_ = false;
  settled_cost_ = 0;
}

std::size_t Lattice::memory_bytes() const {
  return sizeof *this + ring_.capacity() * sizeof(Epoch) + chosen_.capacity() +
         backward_.capacity() * sizeof(backward_[0]);
}

double Lattice::keep(const Sighting& from, const Sighting& to) const {
  const double seconds = static_cast<double>(to.pose.at.ns - from.pose.at.ns) * 1e-9;
  return exponential(-std::max(seconds, 0.0) / config_.drift_time_s);
}

Progress Lattice::progress(const Sighting& from, const Sighting& to, double gap_m,
                           double kept) const {
  Progress made;
  made.seconds = std::max(static_cast<double>(to.pose.at.ns - from.pose.at.ns) * 1e-9, 0.0);
  const double drift = (to.drift.east_m2 + to.drift.north_m2) * (1 - kept);
  const double noise = from.white_m2 + to.white_m2 + drift + least_spread_m * least_spread_m;
  made.noise_m = std::sqrt(noise);
  made.spread_m = made.noise_m;
  if (from.odometer && to.odometer) {
    made.distance_m = std::fabs(to.driven_m - from.driven_m);
    made.spread_m += 0.02 * made.distance_m;
    made.measured = true;
  } else {
    made.distance_m = distance_m(from.place, to.place);
    made.spread_m += config_.unseen_bend * gap_m;
  }
  return made;
}

void Lattice::look_around(const Sighting& seen) {
  RoadNoise::Seen all{seen.place, 0, seen.white_m2 + config_.map_sigma_m * config_.map_sigma_m, 1};
  const double slow = (seen.drift.east_m2 + seen.drift.north_m2) / 2;
  all.doubted_m2 = slow;
  if (!seen.white_seen) {
    all.doubted_m2 += seen.white_m2;
    all.known_m2 -= seen.white_m2;
  }
  if (any_looked_) {
    const double seconds = static_cast<double>(seen.pose.at.ns - looked_.ns) * 1e-9;
    if (seconds < config_.look_around_s) return;
    const double shared =
        slow / all.doubted_m2 * exponential(-std::max(seconds, 0.0) / config_.drift_time_s);
    all.weight = 1 - shared * shared;
  }
  any_looked_ = true;
  looked_ = seen.pose.at;
  road_noise_.see(network_, all);
  const double scale = road_noise_.scale();
  errors_.expect({config_.error_scale.slow * scale, config_.error_scale.own * scale});
}

void Lattice::add(const Sighting& sighting, std::uint64_t serial, double gap_m) {
  search_.price_by(config_);
  Epoch& now = epoch(held_);
  now.sighting = sighting;
  now.serial = serial;
  now.gap_m = gap_m;
  // Where fixes are far apart nothing else tells a wrong place from a wrong road: look further.
  find_states(now, held_ == 0 || gap_m < sparse_gap_m ? 1.0 : 2.0);
  if (held_ == 0) {
    begin(now);
  } else {
    const Epoch& before = epoch(held_ - 1);
    now.keep = keep(before.sighting, sighting);
    now.progress = progress(before.sighting, sighting, gap_m, now.keep);
    extend(before, now);
  }
  ++held_;
  grown_ = true;
}

/// Fills the states: every edge within reach, and the place beside the roads.
void Lattice::find_states(Epoch& now, double reach) const {
  const Sighting& seen = now.sighting;
  const double variance = seen.white_m2 + (seen.drift.east_m2 + seen.drift.north_m2) / 2;
  const double radius = std::clamp(reach * config_.search_sigmas * std::sqrt(variance),
                                   config_.search_least_m, config_.search_most_m);
  std::array<Candidate, 24> found;
  const std::size_t hits = network_.near(seen.place, radius, found);
  now.count = 0;
  for (std::size_t i = 0; i < hits; ++i) {
    const Candidate& hit = found[i];
    const Link link = network_.link(hit.link);
    const double length = link.length_cm * 0.01;
    const double lane = link.width_dm * 0.1 / 6;
    for (const bool backward : {false, true}) {
      const EdgeId edge = EdgeId::of(hit.link, backward);
      if (!network_.drivable(edge) || now.count == most_states - 1) continue;
      State& state = now.states[now.count++];
      state = {};
      state.edge = edge;
      state.along_m = static_cast<float>(
          std::clamp(backward ? length - hit.along_m : hit.along_m, 0.0, length));
      const double bearing = hit.bearing_rad + (backward ? pi : 0);
      state.own_cost = seen.heading_sigma < 1
                           ? heading_cost(seen.heading_rad - bearing, seen.heading_sigma,
                                          config_.bearing_sigma_rad)
                           : 0;
      const Offset away = offset(hit.foot, seen.place);
      const double d = std::sqrt(away.east_m * away.east_m + away.north_m * away.north_m);
      // On the line itself any direction serves.
      state.residual.across = d > 0.01 ? Offset{away.east_m / d, away.north_m / d} : Offset{1, 0};
      state.residual.distance_m = d;
      state.residual.white_m2 =
          seen.white_m2 + config_.map_sigma_m * config_.map_sigma_m + lane * lane;
    }
  }
  State& beside = now.states[now.count++];
  beside = {};
  beside.own_cost = config_.off_road;
  now.left = {};
}

void Lattice::begin(Epoch& now) const {
  for (std::size_t j = 0; j < now.count; ++j) {
    State& state = now.states[j];
    const Drift none{{}, now.sighting.drift};
    state.drift = none;
    state.cost = state.own_cost;
    if (state.edge.valid()) {
      const Innovation found = innovation(none, state.residual);
      state.squared_sigmas = found.squared_sigmas();
      state.cost += tail_cost(state.squared_sigmas);
      state.drift = learned(none, state.residual, found);
    } else {
      state.cost += config_.leave;
    }
    state.forward = state.cost;
  }
  now.progress = {};
}

/// From one place on the same link to another: forward, a little back by noise, or turned round.
Lattice::Step Lattice::along(const Place& from, const State& to, const Progress& made) const {
  const double moved_m = static_cast<double>(to.along_m) - from.along_m;
  if (from.edge == to.edge) {
    if (moved_m < -4 * made.noise_m) return {never, Via::along};
    const double seconds =
        search_.seconds(to.edge) * std::fabs(moved_m) / std::max(search_.length_m(to.edge), 1.0);
    return {transition_cost(config_, {moved_m, seconds, 0}, made), Via::along};
  }
  const double length = search_.length_m(to.edge);
  const double apart = std::fabs(length - static_cast<double>(to.along_m) - from.along_m);
  const double seconds = search_.seconds(to.edge) * apart / std::max(length, 1.0);
  return {transition_cost(config_, {apart, seconds, config_.u_turn}, made), Via::turned};
}

Lattice::Step Lattice::way(const Place& from, const State& to, const Progress& made,
                           const RouteTree* tree) const {
  Step best{never, Via::nothing};
  if (from.edge.link() == to.edge.link()) best = along(from, to, made);
  const RouteNode* node = tree != nullptr ? tree->find(to.edge) : nullptr;
  if (node == nullptr) return best;
  const double length = search_.length_m(from.edge);
  const double rest = std::max(length - from.along_m, 0.0);
  const double share = length > 0 ? rest / length : 0;
  const double to_length = std::max(search_.length_m(to.edge), 0.01);
  const Route route{rest + static_cast<double>(node->between_m) + static_cast<double>(to.along_m),
                    search_.seconds(from.edge) * share + static_cast<double>(node->seconds) +
                        search_.seconds(to.edge) * static_cast<double>(to.along_m) / to_length,
                    static_cast<double>(node->turns)};
  if (route.length_m > longest_route_m(made)) return best;
  const double cost = transition_cost(config_, route, made);
  if (cost < best.cost) best = {cost, Via::route};
  return best;
}

/// Books one way into a state: the best one is kept, all are summed.
void Lattice::pay(Epoch& now, std::size_t to, const Epoch& before, std::size_t from, Step step,
                  const Drift& drift) {
  State& state = now.states[to];
  double here = state.own_cost;
  double squared = 0;
  Innovation found;
  if (state.edge.valid()) {
    found = innovation(drift, state.residual);
    squared = found.squared_sigmas();
    here += tail_cost(squared);
  }
  const double cost = step.cost + here;
  now.pair[to * most_states + from] = static_cast<float>(cost);
  const double total = before.states[from].cost + cost;
  if (total < state.cost) {
    state.cost = total;
    state.before = static_cast<std::uint8_t>(from);
    state.via = step.via;
    state.skipped = step.skipped;
    state.strays = before.states[from].strays;
    state.squared_sigmas = squared;
    state.drift = state.edge.valid() ? learned(drift, state.residual, found) : drift;
  }
}

/// What lies on a road within its noise is beside all roads no sooner than the way there is broken.
double Lattice::on_road_price(const Epoch& now) const {
  const Drift fresh{{}, now.sighting.drift};
  double least = never;
  for (std::size_t j = 0; j + 1 < now.count; ++j) {
    least = std::min(least, innovation(fresh, now.states[j].residual).squared_sigmas());
  }
  const double more = config_.broken - config_.off_road;
  return least < 20 && more > 0 ? more * exponential(-least / 2) : 0;
}

void Lattice::extend(const Epoch& before, Epoch& now) {
  std::size_t count = 0;
  for (std::size_t j = 0; j < now.count; ++j) {
    now.states[j].cost = never;
    if (now.states[j].edge.valid()) targets_[count++] = now.states[j].edge;
    for (std::size_t i = 0; i < before.count; ++i) {
      now.pair[j * most_states + i] = std::numeric_limits<float>::infinity();
    }
  }
  const std::span<const EdgeId> targets(targets_.data(), count);
  const std::size_t off = now.count - 1;
  const double best = before.states[best_of(before)].cost;
  const double bound = longest_route_m(now.progress);
  const double cross = beside_cost(config_, now.progress);
  const double broken = config_.leave + config_.come_back + config_.broken + cross;
  const double leave = config_.leave + cross + on_road_price(now);
  for (std::size_t i = 0; i + 1 < before.count; ++i) {
    const State& state = before.states[i];
    if (!(state.cost <= best + config_.beam)) continue;
    const Drift drift = faded(state.drift, now.keep, now.sighting.drift);
    const Place from{state.edge, static_cast<double>(state.along_m)};
    const bool ends = search_.length_m(from.edge) - from.along_m <= bound;
    const RouteTree* tree = ends ? &search_.from(from.edge, bound, targets) : nullptr;
    for (std::size_t j = 0; j < off; ++j) {
      Step step = way(from, now.states[j], now.progress, tree);
      if (!(step.cost < broken)) step = {broken, Via::nothing};
      pay(now, j, before, i, step, drift);
    }
    pay(now, off, before, i, {leave, Via::nothing}, drift);
  }
  if (before.states[before.count - 1].cost <= best + config_.beam) {
    extend_off_road(before, now, targets);
  }
  const State& beside = now.states[off];
  const State& origin = before.states[beside.before];
  if (!(beside.cost < never)) return sum_ways(before, now);
  if (origin.edge.valid()) {
    now.left = {origin.edge, static_cast<double>(origin.along_m), origin.drift, before.sighting,
                now.gap_m};
  } else {
    now.left = before.left;
    now.left.gap_m = std::max(now.left.gap_m, now.gap_m);
  }
  sum_ways(before, now);
}

/// From beside the roads: to stay there, to come back anywhere, or to find that the sighting was an
/// outlier and the road goes on from where it was left.
void Lattice::extend_off_road(const Epoch& before, Epoch& now, std::span<const EdgeId> targets) {
  const std::size_t i = before.count - 1;
  const std::size_t off = now.count - 1;
  const Drift fresh{{}, now.sighting.drift};
  const double cross = beside_cost(config_, now.progress);
  pay(now, off, before, i, {cross, Via::nothing}, fresh);
  const Left& left = before.left;
  const RouteTree* tree = nullptr;
  Progress made;
  Drift drift = fresh;
  if (left.edge.valid()) {
    const double kept = keep(left.sighting, now.sighting);
    made = progress(left.sighting, now.sighting, std::max(left.gap_m, now.gap_m), kept);
    if (made.seconds <= config_.longest_skip_s) {
      now.skip_bound_m = longest_route_m(made);
      drift = faded(left.drift, kept, now.sighting.drift);
      tree = &search_.from(left.edge, now.skip_bound_m, targets);
    }
  }
  for (std::size_t j = 0; j < off; ++j) {
    Step step{never, Via::nothing};
    if (tree != nullptr) step = way({left.edge, left.along_m}, now.states[j], made, tree);
    step.skipped = true;
    const double back = config_.come_back + cross;
    if (step.cost < back) {
      pay(now, j, before, i, step, drift);
    } else {
      pay(now, j, before, i, {back, Via::nothing}, fresh);
    }
  }
}

/// The sum over all ways into each state.
void Lattice::sum_ways(const Epoch& before, Epoch& now) const {
  for (std::size_t j = 0; j < now.count; ++j) {
    double least = never;
    for (std::size_t i = 0; i < before.count; ++i) {
      const auto cost = static_cast<double>(now.pair[j * most_states + i]);
      least = std::min(least, before.states[i].forward + cost);
    }
    double sum = 0;
    for (std::size_t i = 0; i < before.count && least < never; ++i) {
      const auto cost = static_cast<double>(now.pair[j * most_states + i]);
      const double above = before.states[i].forward + cost - least;
      if (above < 30) sum += exponential(-above);
    }
    now.states[j].forward = least < never ? least - logarithm(sum) : never;
  }
}

}  // namespace lujing::core
