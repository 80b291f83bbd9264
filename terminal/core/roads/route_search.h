// Bounded cheapest routes over the network: from the end of one edge to the starts of the edges
// around it, with turn restrictions and one-way streets. Trees are kept for as long as the vehicle
// is near, since neighbouring fixes ask for the same ones; all memory is taken at the start.
#pragma once

#include "terminal/core/roads/match_config.h"
#include "terminal/core/roads/network.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace lujing::core {

/// An edge that can be reached: what lies between the end of the source and this edge's start.
struct RouteNode {
  EdgeId edge;
  float between_m = 0;
  float seconds = 0;
  float turns = 0;  ///< nats, the turn onto this edge included
  float cost = 0;   ///< nats, time and turns
  std::uint16_t parent = UINT16_MAX;
  bool settled = false;
};

class RouteTree {
 public:
  explicit RouteTree(std::size_t nodes);
  /// The route to the start of `edge`, or nullptr.
  const RouteNode* find(EdgeId edge) const;
  const RouteNode& at(std::size_t index) const { return nodes_[index]; }
  EdgeId source() const { return source_; }
  double bound_m() const { return bound_m_; }
  bool truncated() const { return truncated_; }

 private:
  friend class RouteSearch;
  std::uint16_t& slot(EdgeId edge);
  void clear(EdgeId source, double bound_m);

  EdgeId source_;
  double bound_m_ = 0;
  bool truncated_ = false;  ///< it was full before the bound was reached
  std::size_t capacity_;
  std::vector<RouteNode> nodes_;
  std::vector<std::uint16_t> table_;  ///< open addressing; UINT16_MAX: free
};

class RouteSearch {
 public:
  RouteSearch(const RoadNetwork& network, const MatchConfig& config);

  /// What follows is asked for a driver of these beliefs. Trees are kept for those of the
  /// constructor alone. `config` must stay where it is.
  void price_by(const MatchConfig& config) { config_ = &config; }
  /// The tree of `source`, right for every route up to `bound_m`. Valid until the next call.
  /// `targets` lets a long search end when all of them are reached.
  const RouteTree& from(EdgeId source, double bound_m, std::span<const EdgeId> targets);
  /// Length of an edge, and the seconds that it takes at its usual speed.
  double length_m(EdgeId edge) const;
  double seconds(EdgeId edge) const;
  std::size_t memory_bytes() const;

 private:
  struct Open {
    float cost;
    std::uint16_t node;
  };
  void grow(RouteTree& tree, std::span<const EdgeId> targets);
  void offer(RouteTree& tree, EdgeId from, EdgeId to, const RouteNode* parent, double between_m,
             double seconds);
  Offset direction(EdgeId edge, bool at_end) const;
  void push(Open open);
  Open pop();

  const RoadNetwork& network_;
  const MatchConfig& own_;
  const MatchConfig* config_ = &own_;
  std::vector<RouteTree> near_;  ///< direct-mapped by source edge
  RouteTree far_;
  std::vector<Open> heap_;
};

}  // namespace lujing::core
