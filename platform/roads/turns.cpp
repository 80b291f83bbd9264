#include "platform/roads/draft.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

namespace lujing::roads {
namespace {

using Edges = std::vector<std::uint32_t>;

class TurnFolder {
 public:
  explicit TurnFolder(Draft& draft) : draft_(draft) {
    for (std::uint32_t id = 0; id < draft.links.size(); ++id)
      links_of_[draft.way_of(draft.links[id]).id].push_back(id);
    for (std::uint32_t id = 0; id < draft.node_ids.size(); ++id)
      node_of_.emplace(draft.node_ids[id], id);
    // Who comes in at each node: needed where a turn leads through another way.
    arriving_.resize(draft.nodes.size());
    for (const std::uint32_t edge : draft.leaving) arriving_[draft.end(edge)].push_back(edge);
  }

  /// False where the restriction names what is not there or not joined.
  bool at_node(const RawTurn& turn) {
    const auto node = node_of_.find(turn.via_node);
    if (node == node_of_.end()) return false;
    const Edges from = edges_of(
        turn.from_way, [&](std::uint32_t edge) { return draft_.end(edge) == node->second; });
    const Edges to = edges_of(
        turn.to_way, [&](std::uint32_t edge) { return draft_.start(edge) == node->second; });
    // A way that passes through the node could be meant in two directions: then none is taken,
    // unless it is the way back on the same link that is meant.
    if (from.size() != 1 || to.empty()) return false;
    if (to.size() != 1 && turn.from_way != turn.to_way) return false;
    if (to.size() == 1) return one(from[0], to[0], turn.only);
    return !turn.only && one(from[0], from[0] ^ 1U, false);
  }

  enum class Through { folded, broken, not_foldable };
  Through through_ways(const RawTurn& turn) {
    const Edges from = edges_of(turn.from_way, [](std::uint32_t) { return true; });
    for (const std::uint32_t edge : from) {
      chain_ = {edge};
      if (!follow(turn)) continue;
      if (turn.only) return Through::not_foldable;
      return fold_chain() ? Through::folded : Through::not_foldable;
    }
    return Through::broken;
  }

  void finish() {
    auto& turns = draft_.turns;
    std::sort(turns.begin(), turns.end());
    turns.erase(std::unique(turns.begin(), turns.end()), turns.end());
    for (const protocol::RoadTurn& turn : turns)
      draft_.links[turn.from >> 1].flags |=
          (turn.from & 1) != 0 ? protocol::road_turns_backward : protocol::road_turns_forward;
  }

 private:
  template <class Wanted>
  Edges edges_of(std::int64_t way, Wanted wanted) const {
    Edges edges;
    const auto links = links_of_.find(way);
    if (links == links_of_.end()) return edges;
    for (const std::uint32_t link : links->second)
      for (const std::uint32_t edge : {link * 2, link * 2 + 1})
        if (draft_.drivable(edge) && wanted(edge)) edges.push_back(edge);
    return edges;
  }

  bool one(std::uint32_t from, std::uint32_t to, bool only) {
    if (!only) {
      draft_.turns.push_back({from, to});
      return true;
    }
    const std::uint32_t node = draft_.start(to);
    for (std::uint32_t i = draft_.leaving_first[node]; i < draft_.leaving_first[node + 1]; ++i)
      if (draft_.leaving[i] != to) draft_.turns.push_back({from, draft_.leaving[i]});
    return true;
  }

  /// Lengthens chain_ along the via ways until the way that is turned into leaves; true when there.
  bool follow(const RawTurn& turn) {
    constexpr std::size_t longest = 24;
    const std::uint32_t last = chain_.back();
    const bool via_done =
        chain_.size() > 1 && draft_.way_of(draft_.links[last >> 1]).id == turn.via_ways.back();
    const std::uint32_t node = draft_.end(last);
    for (std::uint32_t i = draft_.leaving_first[node]; i < draft_.leaving_first[node + 1]; ++i) {
      const std::uint32_t edge = draft_.leaving[i];
      if (edge == (last ^ 1U)) continue;
      const std::int64_t way = draft_.way_of(draft_.links[edge >> 1]).id;
      if (via_done && way == turn.to_way) {
        chain_.push_back(edge);
        return true;
      }
      const bool via =
          std::find(turn.via_ways.begin(), turn.via_ways.end(), way) != turn.via_ways.end();
      if (!via || chain_.size() > longest ||
          std::find(chain_.begin(), chain_.end(), edge) != chain_.end())
        continue;
      chain_.push_back(edge);
      if (follow(turn)) return true;
      chain_.pop_back();
    }
    return false;
  }

  /// A forbidden chain a, v..., b is the same as a forbidden turn where the ways between can only
  /// be reached from a (then the last turn is forbidden), or lead nowhere but to b (then the
  /// first).
  bool fold_chain() {
    const std::size_t n = chain_.size();
    bool only_from = true;
    for (std::size_t i = 1; i + 1 < n; ++i)
      only_from = only_from && only_entry(chain_[i - 1], chain_[i]);
    if (only_from) {
      draft_.turns.push_back({chain_[n - 2], chain_[n - 1]});
      return true;
    }
    bool only_to = true;
    for (std::size_t i = 1; i + 1 < n; ++i)
      only_to = only_to && only_exit(chain_[i], chain_[i + 1]);
    if (only_to) draft_.turns.push_back({chain_[0], chain_[1]});
    return only_to;
  }

  bool only_entry(std::uint32_t before, std::uint32_t edge) const {
    const Edges& all = arriving_[draft_.start(edge)];
    return std::all_of(all.begin(), all.end(), [&](std::uint32_t other) {
      return other == before || other == (edge ^ 1U) || forbidden(other, edge);
    });
  }
  bool only_exit(std::uint32_t edge, std::uint32_t after) const {
    const std::uint32_t node = draft_.end(edge);
    for (std::uint32_t i = draft_.leaving_first[node]; i < draft_.leaving_first[node + 1]; ++i) {
      const std::uint32_t other = draft_.leaving[i];
      if (other != after && other != (edge ^ 1U) && !forbidden(edge, other)) return false;
    }
    return true;
  }
  bool forbidden(std::uint32_t from, std::uint32_t to) const {
    const protocol::RoadTurn turn{from, to};
    return std::find(draft_.turns.begin(), draft_.turns.end(), turn) != draft_.turns.end();
  }

  Draft& draft_;
  std::unordered_map<std::int64_t, Edges> links_of_;
  std::unordered_map<std::int64_t, std::uint32_t> node_of_;
  std::vector<Edges> arriving_;
  Edges chain_;
};

}  // namespace

void fill_turns(const std::vector<RawTurn>& turns, Draft& draft, BuildSummary& summary) {
  std::vector<const RawTurn*> ordered;
  ordered.reserve(turns.size());
  for (const RawTurn& turn : turns) ordered.push_back(&turn);
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const RawTurn* a, const RawTurn* b) { return a->relation < b->relation; });
  TurnFolder folder(draft);
  for (const RawTurn* turn : ordered)
    if (turn->via_ways.empty() && !folder.at_node(*turn)) ++summary.turns_broken;
  for (const RawTurn* turn : ordered) {
    if (turn->via_ways.empty()) continue;
    switch (folder.through_ways(*turn)) {
      case TurnFolder::Through::folded:
        break;
      case TurnFolder::Through::broken:
        ++summary.turns_broken;
        break;
      case TurnFolder::Through::not_foldable:
        ++summary.turns_through_ways;
        break;
    }
  }
  folder.finish();
}

}  // namespace lujing::roads
