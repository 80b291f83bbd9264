#include "tests/accuracy/plain_matcher.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <queue>
#include <unordered_map>

namespace lujing::accuracy {
namespace {

constexpr double never = std::numeric_limits<double>::infinity();
constexpr std::size_t most_candidates = 48;

struct State {
  core::EdgeId edge;
  double along_m = 0;  ///< in driving direction
  double cost = 0;
  double total = never;
  std::size_t before = 0;
};

struct Epoch {
  core::RawFix fix;
  std::vector<State> states;
  bool begins = false;
};

struct Reached {
  double between_m = 0;  ///< from the source's end to this edge's start
  core::EdgeId before;   ///< not valid: the source
};
using Tree = std::unordered_map<std::uint32_t, Reached>;

Tree shortest(const core::RoadNetwork& roads, core::EdgeId from, double bound_m) {
  using Open = std::pair<double, std::uint32_t>;
  std::priority_queue<Open, std::vector<Open>, std::greater<>> heap;
  Tree tree;
  const auto offer = [&](core::EdgeId edge, double between, core::EdgeId before) {
    const auto [at, fresh] = tree.try_emplace(edge.value, Reached{between, before});
    if (!fresh && at->second.between_m <= between) return;
    at->second = {between, before};
    heap.emplace(between, edge.value);
  };
  const auto leave = [&](core::EdgeId edge, double between, core::EdgeId before) {
    for (const core::EdgeId next : roads.leaving(roads.end(edge))) {
      if (roads.turn_allowed(edge, next)) offer(next, between, before);
    }
  };
  leave(from, 0, {});
  while (!heap.empty()) {
    const auto [between, value] = heap.top();
    heap.pop();
    const core::EdgeId edge{value};
    if (between > tree.at(value).between_m) continue;
    const double after = between + roads.length_m(edge.link());
    if (after <= bound_m) leave(edge, after, edge);
  }
  return tree;
}

Epoch look(const core::RoadNetwork& roads, const core::RawFix& fix, const PlainConfig& config) {
  Epoch epoch;
  epoch.fix = fix;
  std::array<core::Candidate, most_candidates> found;
  const std::size_t count = roads.near(fix.position, config.radius_m, found);
  for (std::size_t i = 0; i < count; ++i) {
    const core::Candidate& hit = found.at(i);
    const double sigmas = hit.distance_m / config.sigma_m;
    for (const bool backward : {false, true}) {
      const core::EdgeId edge = core::EdgeId::of(hit.link, backward);
      if (!roads.drivable(edge)) continue;
      const double length = roads.length_m(hit.link);
      epoch.states.push_back({edge, backward ? std::max(length - hit.along_m, 0.0) : hit.along_m,
                              sigmas * sigmas / 2, never, 0});
    }
  }
  return epoch;
}

/// Length of the road from one place to another, the tree being that of the first one's edge.
double between_m(const core::RoadNetwork& roads, const State& from, const State& to,
                 const Tree& tree) {
  if (from.edge == to.edge && to.along_m >= from.along_m) return to.along_m - from.along_m;
  const auto at = tree.find(to.edge.value);
  if (at == tree.end()) return never;
  return std::max(roads.length_m(from.edge.link()) - from.along_m, 0.0) + at->second.between_m +
         to.along_m;
}

void begin(Epoch& epoch) {
  epoch.begins = true;
  for (State& state : epoch.states) state.total = state.cost;
}

void extend(const core::RoadNetwork& roads, const Epoch& before, Epoch& now,
            const PlainConfig& config) {
  const double straight = distance_m(before.fix.position, now.fix.position);
  const double bound = straight + std::max(20 * config.beta_m, 2 * config.radius_m + straight);
  for (std::size_t i = 0; i < before.states.size(); ++i) {
    const State& from = before.states[i];
    if (!(from.total < never)) continue;
    const Tree tree = shortest(roads, from.edge, bound);
    for (State& to : now.states) {
      const double length = between_m(roads, from, to, tree);
      if (!(length < never)) continue;
      const double total = from.total + std::fabs(length - straight) / config.beta_m + to.cost;
      if (total < to.total) {
        to.total = total;
        to.before = i;
      }
    }
  }
  const bool any = std::any_of(now.states.begin(), now.states.end(),
                               [](const State& state) { return state.total < never; });
  if (!any) begin(now);
}

class Path {
 public:
  explicit Path(const core::RoadNetwork& roads) : roads_(roads) {}
  std::vector<core::Driven> driven;

  void cut() { joined_ = false; }
  void add(core::EdgeId edge, double from_m, double to_m) {
    if (!(to_m > from_m)) return;
    const double length = roads_.length_m(edge.link());
    const auto along = [&](double m) { return edge.backward() ? std::max(length - m, 0.0) : m; };
    core::Driven one;
    one.edge = edge;
    one.from_m = along(from_m);
    one.to_m = along(std::min(to_m, length));
    one.joined = joined_;
    driven.push_back(one);
    joined_ = true;
  }
  void route(const State& from, const State& to, const PlainConfig& config, double straight) {
    if (from.edge == to.edge && to.along_m >= from.along_m) {
      add(from.edge, from.along_m, to.along_m);
      return;
    }
    const double bound = straight + std::max(20 * config.beta_m, 2 * config.radius_m + straight);
    const Tree tree = shortest(roads_, from.edge, bound);
    std::vector<core::EdgeId> edges;
    for (core::EdgeId at = tree.at(to.edge.value).before; at.valid();
         at = tree.at(at.value).before) {
      edges.push_back(at);
    }
    add(from.edge, from.along_m, roads_.length_m(from.edge.link()));
    for (std::size_t i = edges.size(); i-- > 0;) {
      add(edges[i], 0, roads_.length_m(edges[i].link()));
    }
    add(to.edge, 0, to.along_m);
  }

 private:
  const core::RoadNetwork& roads_;
  bool joined_ = false;
};

}  // namespace

std::vector<core::Driven> plain_match(const core::RoadNetwork& roads,
                                      std::span<const core::RawFix> fixes,
                                      const PlainConfig& config) {
  std::vector<Epoch> epochs;
  for (const core::RawFix& fix : fixes) {
    if (!fix.position.valid()) continue;
    if (!epochs.empty()) {
      const core::RawFix& last = epochs.back().fix;
      if (fix.at <= last.at || distance_m(fix.position, last.position) < config.thin_m) continue;
    }
    Epoch now = look(roads, fix, config);
    if (now.states.empty()) continue;
    if (epochs.empty()) {
      begin(now);
    } else {
      extend(roads, epochs.back(), now, config);
    }
    epochs.push_back(std::move(now));
  }
  std::vector<std::size_t> chosen(epochs.size());
  for (std::size_t k = epochs.size(); k-- > 0;) {
    const Epoch& now = epochs[k];
    if (k + 1 < epochs.size() && !epochs[k + 1].begins) {
      chosen[k] = epochs[k + 1].states[chosen[k + 1]].before;
      continue;
    }
    const auto best =
        std::min_element(now.states.begin(), now.states.end(),
                         [](const State& a, const State& b) { return a.total < b.total; });
    chosen[k] = static_cast<std::size_t>(best - now.states.begin());
  }
  Path path(roads);
  for (std::size_t k = 1; k < epochs.size(); ++k) {
    if (epochs[k].begins) {
      path.cut();
      continue;
    }
    path.route(epochs[k - 1].states[chosen[k - 1]], epochs[k].states[chosen[k]], config,
               distance_m(epochs[k - 1].fix.position, epochs[k].fix.position));
  }
  return path.driven;
}

}  // namespace lujing::accuracy
