#include "terminal/core/roads/route_search.h"

#include "terminal/core/roads/transition.h"

#include <algorithm>
#include <cmath>

namespace lujing::core {
namespace {

constexpr std::size_t near_trees = 128;  // a power of two
constexpr std::size_t near_nodes = 96;
constexpr std::size_t far_nodes = 16384;
constexpr double near_bound_m = 300;
constexpr std::uint16_t none = UINT16_MAX;

std::size_t table_size(std::size_t nodes) {
  std::size_t size = 4;
  while (size < 2 * nodes) size *= 2;
  return size;
}

std::size_t scattered(EdgeId edge) {
  return static_cast<std::size_t>((edge.value * 2654435761ULL) >> 8U);
}

}  // namespace

RouteTree::RouteTree(std::size_t nodes) : capacity_(nodes), table_(table_size(nodes), none) {
  nodes_.reserve(nodes);
}

void RouteTree::clear(EdgeId source, double bound_m) {
  source_ = source;
  bound_m_ = bound_m;
  truncated_ = false;
  nodes_.clear();
  std::fill(table_.begin(), table_.end(), none);
}

std::uint16_t& RouteTree::slot(EdgeId edge) {
  const std::size_t mask = table_.size() - 1;
  std::size_t i = scattered(edge) & mask;
  while (table_[i] != none && nodes_[table_[i]].edge != edge) i = (i + 1) & mask;
  return table_[i];
}

const RouteNode* RouteTree::find(EdgeId edge) const {
  const std::size_t mask = table_.size() - 1;
  std::size_t i = scattered(edge) & mask;
  while (table_[i] != none && nodes_[table_[i]].edge != edge) i = (i + 1) & mask;
  if (table_[i] == none) return nullptr;
  const RouteNode& node = nodes_[table_[i]];
  return node.settled ? &node : nullptr;
}

RouteSearch::RouteSearch(const RoadNetwork& network, const MatchConfig& config)
    : network_(network), own_(config), near_(near_trees, RouteTree(near_nodes)), far_(far_nodes) {
  // A copied vector keeps its elements, not its capacity.
  for (RouteTree& tree : near_) tree.nodes_.reserve(near_nodes);
  heap_.reserve(4 * far_nodes);
}

double RouteSearch::length_m(EdgeId edge) const {
  return network_.link(edge.link()).length_cm * 0.01;
}

double RouteSearch::seconds(EdgeId edge) const {
  const Link link = network_.link(edge.link());
  const double kmh = link.speed_kmh > 5 ? link.speed_kmh : 5.0;
  return link.length_cm * 0.036 / kmh;
}

const RouteTree& RouteSearch::from(EdgeId source, double bound_m, std::span<const EdgeId> targets) {
  if (bound_m <= near_bound_m && config_ == &own_) {
    RouteTree& tree = near_[scattered(source) & (near_trees - 1)];
    // Too dense a place for a small tree: it stays marked, and the large one is asked.
    if (tree.source_ != source || (!tree.truncated_ && tree.bound_m_ < bound_m)) {
      tree.clear(source, std::min(near_bound_m, bound_m * 1.25));
      grow(tree, {});
    }
    if (!tree.truncated_) return tree;
  }
  far_.clear(source, bound_m);
  grow(far_, targets);
  return far_;
}

/// Direction of travel at the start or the end of an edge, as a unit vector.
Offset RouteSearch::direction(EdgeId edge, bool at_end) const {
  const auto points = network_.points(edge.link());
  const bool last = at_end != edge.backward();
  const GeoPoint a = last ? points[points.size() - 2] : points[0];
  const GeoPoint b = last ? points[points.size() - 1] : points[1];
  const Offset d = edge.backward() ? offset(b, a) : offset(a, b);
  const double length = std::sqrt(d.east_m * d.east_m + d.north_m * d.north_m);
  if (length <= 0) return {};
  return {d.east_m / length, d.north_m / length};
}

void RouteSearch::offer(RouteTree& tree, EdgeId from, EdgeId to, const RouteNode* parent,
                        double between_m, double seconds) {
  if (!network_.turn_allowed(from, to)) return;
  const Offset out = direction(from, true);
  const Offset in = direction(to, false);
  const double turn =
      turn_cost(*config_, out.east_m * in.east_m + out.north_m * in.north_m) + config_->per_link;
  const double turns = (parent != nullptr ? static_cast<double>(parent->turns) : 0.0) + turn;
  const double cost = choice_cost(*config_, between_m, seconds, turns);
  std::uint16_t& place = tree.slot(to);
  if (place == none) {
    if (tree.nodes_.size() == tree.capacity_) {
      tree.truncated_ = true;
      return;
    }
    place = static_cast<std::uint16_t>(tree.nodes_.size());
    tree.nodes_.emplace_back();
  } else if (tree.nodes_[place].settled || tree.nodes_[place].cost <= static_cast<float>(cost)) {
    return;
  }
  RouteNode& node = tree.nodes_[place];
  node.edge = to;
  node.between_m = static_cast<float>(between_m);
  node.seconds = static_cast<float>(seconds);
  node.turns = static_cast<float>(turns);
  node.cost = static_cast<float>(cost);
  node.parent = parent != nullptr ? static_cast<std::uint16_t>(parent - tree.nodes_.data()) : none;
  push({node.cost, place});
}

void RouteSearch::grow(RouteTree& tree, std::span<const EdgeId> targets) {
  heap_.clear();
  for (const EdgeId next : network_.leaving(network_.end(tree.source_))) {
    offer(tree, tree.source_, next, nullptr, 0, 0);
  }
  std::size_t missing = targets.size();
  while (!heap_.empty()) {
    const Open open = pop();
    RouteNode& found = tree.nodes_[open.node];
    if (found.settled) continue;
    found.settled = true;
    if (missing > 0 && std::find(targets.begin(), targets.end(), found.edge) != targets.end() &&
        --missing == 0) {
      return;
    }
    const double between = static_cast<double>(found.between_m) + length_m(found.edge);
    if (between > tree.bound_m_) continue;
    const double seconds_after = static_cast<double>(found.seconds) + seconds(found.edge);
    const EdgeId edge = found.edge;
    for (const EdgeId next : network_.leaving(network_.end(edge))) {
      offer(tree, edge, next, &tree.nodes_[open.node], between, seconds_after);
    }
  }
}

void RouteSearch::push(Open open) {
  if (heap_.size() == heap_.capacity()) return;  // cannot be: each node is improved a few times
  heap_.push_back(open);
  std::push_heap(heap_.begin(), heap_.end(), [](const Open& a, const Open& b) {
    return a.cost != b.cost ? a.cost > b.cost : a.node > b.node;
  });
}

RouteSearch::Open RouteSearch::pop() {
  std::pop_heap(heap_.begin(), heap_.end(), [](const Open& a, const Open& b) {
    return a.cost != b.cost ? a.cost > b.cost : a.node > b.node;
  });
  const Open open = heap_.back();
  heap_.pop_back();
  return open;
}

std::size_t RouteSearch::memory_bytes() const {
  const auto of = [](const RouteTree& tree) {
    return tree.nodes_.capacity() * sizeof(RouteNode) + tree.table_.size() * sizeof(std::uint16_t);
  };
  std::size_t bytes = of(far_) + heap_.capacity() * sizeof(Open) + sizeof *this;
  for (const RouteTree& tree : near_) bytes += of(tree) + sizeof tree;
  return bytes;
}

}  // namespace lujing::core
