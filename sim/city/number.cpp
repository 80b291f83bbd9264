#include "sim/city/builder.h"
#include "sim/city/plane.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lujing::sim {
namespace {

constexpr std::int64_t first_osm_node = 1'000'001;
constexpr std::int64_t first_osm_way = 5'000'001;

struct ClassFacts {
  double limit_kmh;
  double lane_m;
  double half_width_m;
};

// Speed limits and carriageway widths as city streets have them (our choice, no standard's table).
constexpr std::array<ClassFacts, 5> class_facts = {
    {{60, 6.0, 10.5}, {50, 4.0, 7.0}, {40, 2.5, 4.5}, {20, 1.2, 2.6}, {15, 1.8, 3.5}}};
constexpr ClassFacts one_carriageway = {60, 1.8, 5.5};

struct PieceGraph {
  std::vector<std::vector<std::size_t>> next;  ///< by direction: piece * 2 + (1 if backward)

  std::vector<bool> reached(std::size_t start, bool backward) const {
    std::vector<std::vector<std::size_t>> edges(next.size());
    for (std::size_t a = 0; a < next.size(); ++a) {
      for (const std::size_t b : next[a]) {
        backward ? edges[b].push_back(a) : edges[a].push_back(b);
      }
    }
    std::vector<bool> seen(next.size());
    std::vector<std::size_t> open{start};
    seen[start] = true;
    while (!open.empty()) {
      const std::size_t a = open.back();
      open.pop_back();
      for (const std::size_t b : edges[a]) {
        if (!seen[b]) {
          seen[b] = true;
          open.push_back(b);
        }
      }
    }
    return seen;
  }
};

}  // namespace

/// Keeps the pieces whose every allowed direction is reached from, and leads to, the city's middle.
void CityBuilder::take_away_what_leads_nowhere() {
  for (;;) {
    std::map<NodeKey, std::vector<std::size_t>> leaving;
    for (std::size_t p = 0; p < pieces_.size(); ++p) {
      leaving[pieces_[p].from].push_back(2 * p);
      if (!pieces_[p].one_way) {
        leaving[pieces_[p].to].push_back(2 * p + 1);
      }
    }
    PieceGraph graph;
    graph.next.resize(2 * pieces_.size());
    std::size_t start = 0;
    double best = 1e18;
    for (std::size_t p = 0; p < pieces_.size(); ++p) {
      const auto turning = [](const NodeKey& key) { return std::get<2>(key) >= tip; };
      for (const std::size_t n : leaving[pieces_[p].to]) {
        if (n != 2 * p + 1 || turning(pieces_[p].to)) {
          graph.next[2 * p].push_back(n);
        }
      }
      if (!pieces_[p].one_way) {
        for (const std::size_t n : leaving[pieces_[p].from]) {
          if (n != 2 * p || turning(pieces_[p].from)) {
            graph.next[2 * p + 1].push_back(n);
          }
        }
      }
      const Offset middle = pieces_[p].line[pieces_[p].line.size() / 2];
      const bool main = city_.streets_[pieces_[p].street].road_class == RoadClass::arterial;
      if (main && !pieces_[p].inside && dot(middle, middle) < best) {
        best = dot(middle, middle);
        start = 2 * p;
      }
    }
    const std::vector<bool> there = graph.reached(start, false);
    const std::vector<bool> back = graph.reached(start, true);
    std::vector<Piece> kept;
    for (std::size_t p = 0; p < pieces_.size(); ++p) {
      const bool forward = there[2 * p] && back[2 * p];
      const bool backward = there[2 * p + 1] && back[2 * p + 1];
      if (forward && (backward || pieces_[p].one_way)) {
        kept.push_back(std::move(pieces_[p]));
      }
    }
    const bool settled = kept.size() == pieces_.size();
    pieces_ = std::move(kept);
    if (settled) {
      return;
    }
  }
}

NodeId CityBuilder::node(const NodeKey& key, Offset at) {
  const auto [entry, is_new] = node_ids_.try_emplace(key, static_cast<NodeId>(city_.nodes_.size()));
  if (is_new) {
    Node fresh;
    fresh.at = at;
    fresh.turning = std::get<2>(key) >= tip;
    fresh.osm = first_osm_node + entry->second;
    city_.nodes_.push_back(std::move(fresh));
  }
  return entry->second;
}

void CityBuilder::number_nodes() {
  for (const Piece& piece : pieces_) {
    number_piece(piece);
  }
}

void CityBuilder::number_piece(const Piece& piece) {
  const RoadClass road_class = city_.streets_[piece.street].road_class;
  const ClassFacts& facts =
      piece.divided ? one_carriageway : class_facts[static_cast<std::size_t>(road_class)];
  Link link;
  link.from = node(piece.from, piece.line.front());
  link.to = node(piece.to, piece.line.back());
  link.street = piece.street;
  link.line = piece.line;
  link.length_m = length_m(piece.line);
  link.half_width_m = facts.half_width_m;
  link.lane_m = facts.lane_m;
  if (piece.one_way && !piece.divided) {
    link.lane_m = piece.roundabout ? 0.0 : std::min(1.0, facts.lane_m);
  }
  link.limit_mps = (piece.roundabout ? 30.0 : facts.limit_kmh) / 3.6;
  link.way = first_osm_way + static_cast<std::int64_t>(city_.links_.size());
  link.inside = piece.inside;
  link.bridge = piece.bridge;
  link.tunnel = piece.tunnel;
  link.roundabout = piece.roundabout;
  link.divided = piece.divided;
  link.sweepable = piece.sweepable && !piece.inside;
  const Offset middle = piece.line[piece.line.size() / 2];
  const double width = x_.back() - x_.front();
  link.district = middle.east_m < 0 ? 0 : 1;
  link.canyon = road_class == RoadClass::lane                ? 0.5
                : dot(middle, middle) < 0.02 * width * width ? 0.9
                                                             : 0.1;
  const auto there = static_cast<LinkId>(city_.links_.size());
  city_.nodes_[link.from].out.push_back(there);
  if (piece.one_way) {
    city_.links_.push_back(std::move(link));
    return;
  }
  Link back = turned_round(link);
  link.reverse = there + 1;
  back.reverse = there;
  city_.nodes_[back.from].out.push_back(there + 1);
  city_.links_.push_back(std::move(link));
  city_.links_.push_back(std::move(back));
}

void CityBuilder::place_lights() {
  for (const auto& [key, id] : node_ids_) {
    const auto [i, j, kind] = key;
    Node& crossing = city_.nodes_[id];
    crossing.signal = static_cast<std::uint32_t>(i * 61 + j);
    crossing.lights = kind < row_middle && i % 2 == 0 && j % 2 == 0 && crossing.out.size() >= 2 &&
                      !rings_.contains({i, j});
  }
}

void CityBuilder::place_sites() {
  for (Yard& yard : yards_) {
    const auto gate = node_ids_.find(yard.gate);
    const auto end = node_ids_.find(yard.end);
    if (gate == node_ids_.end() || end == node_ids_.end()) {
      continue;
    }
    Site site;
    site.kind = yard.kind;
    site.name = yard.name;
    for (const LinkId id : city_.nodes_[gate->second].out) {
      if (city_.links_[id].to == end->second) {
        const double length = city_.links_[id].length_m;
        site.gate = {id, 0.68 * length};
        if (yard.kind == SiteKind::construction) {
          site.wash = {city_.links_[id].reverse, 0.64 * length};
          site.wash_bay = strip_along(yard.line, 0.27 * length, 0.45 * length, 6);
        }
        site.yard = strip_along(yard.line, 0.22 * length, length + 25, 35);
      }
    }
    city_.sites_.push_back(std::move(site));
  }
}

}  // namespace lujing::sim
