#include "sim/city/osm_sites.h"

#include "sim/city/plane.h"
#include "sim/city/route.h"
#include "sim/random.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace lujing::sim {
namespace {

// Beyond what OpenStreetMap has given away.
constexpr std::int64_t first_yard_node = 9'000'000'000'001;
constexpr std::int64_t first_yard_way = 9'100'000'000'001;
constexpr double cell_m = 100;
constexpr double fence_m = 10;  // between a yard's fence and the next street
constexpr double service_kmh = 15;
constexpr double zone_half_m = 150;  // of the forbidden zone
constexpr double zone_clear_m = 80;  // between it and permitted roads

/// How large a yard is made: where the city is too narrow for one size the next is tried.
struct YardSize {
  double depth_m;
  double half_width_m;
};
constexpr std::array<YardSize, 3> sizes = {{{110, 35}, {80, 22}, {60, 14}}};

struct Wish {
  SiteKind kind;
  const char* name;
  double x;  ///< share of the extent
  double y;
};
constexpr std::array<Wish, 9> wishes = {{{SiteKind::depot, "环卫停车场", -0.30, -0.25},
                                         {SiteKind::construction, "一号工地", 0.10, 0.15},
                                         {SiteKind::construction, "二号工地", -0.25, 0.30},
                                         {SiteKind::construction, "三号工地", 0.30, -0.10},
                                         {SiteKind::disposal, "一号消纳场", 0.40, -0.36},
                                         {SiteKind::disposal, "二号消纳场", -0.42, 0.40},
                                         {SiteKind::water, "一号取水点", -0.12, 0.22},
                                         {SiteKind::water, "二号取水点", 0.22, -0.30},
                                         {SiteKind::transfer, "垃圾中转站", 0.36, 0.32}}};

}  // namespace

class OsmSites {
 public:
  OsmSites(City& city, std::uint64_t seed) : city_(city), random_(seed, "sites of an extract") {
    for (const Link& link : city_.links_) {
      take(link);
      extent_m_ = std::max(
          {extent_m_, std::abs(link.line.front().east_m), std::abs(link.line.front().north_m)});
    }
  }

  void add_all() {
    for (const Wish& wish : wishes) {
      const Offset at{(wish.x + random_.uniform(-0.06, 0.06)) * extent_m_,
                      (wish.y + random_.uniform(-0.06, 0.06)) * extent_m_};
      add_yard(wish, at);
    }
    add_zones();
  }

 private:
  using Cell = std::pair<int, int>;
  struct Segment {
    Offset a;
    Offset b;
    NodeId from;
    NodeId to;
  };
  struct Ground {
    NodeId gate = no_id;
    Offset way;
    YardSize size{};
  };

  static Cell cell_of(Offset at) {
    return {static_cast<int>(std::floor(at.east_m / cell_m)),
            static_cast<int>(std::floor(at.north_m / cell_m))};
  }

  void take(const Link& link) {
    for (std::size_t i = 1; i < link.line.size(); ++i) {
      const Segment segment{link.line[i - 1], link.line[i], link.from, link.to};
      const Cell a = cell_of(segment.a);
      const Cell b = cell_of(segment.b);
      for (int x = std::min(a.first, b.first); x <= std::max(a.first, b.first); ++x) {
        for (int y = std::min(a.second, b.second); y <= std::max(a.second, b.second); ++y) {
          cells_[{x, y}].push_back(segment);
        }
      }
    }
  }

  /// No street is nearer than that; those that meet at `gate` are far enough by the yard's depth.
  bool clear(Offset at, double clear_m) const {
    const auto [x, y] = cell_of(at);
    for (int i = x - 1; i <= x + 1; ++i) {
      for (int j = y - 1; j <= y + 1; ++j) {
        const auto cell = cells_.find({i, j});
        if (cell == cells_.end()) continue;
        for (const Segment& one : cell->second) {
          if (distance_to_segment_m(at, one.a, one.b) < clear_m) return false;
        }
      }
    }
    return true;
  }

  bool quiet(NodeId node) const {
    const auto& out = city_.nodes_[node].out;
    return !out.empty() && std::all_of(out.begin(), out.end(), [&](LinkId id) {
      const Link& link = city_.links_[id];
      const RoadClass road_class = city_.streets_[link.street].road_class;
      return link.reverse != no_id && !link.bridge && !link.tunnel &&
             (road_class == RoadClass::branch || road_class == RoadClass::lane);
    });
  }

  /// The direction from that node into the widest gap between its streets, where the yard fits.
  std::optional<Offset> free_way(NodeId node, const YardSize& size) const {
    const Offset at = city_.nodes_[node].at;
    std::optional<Offset> best;
    double best_apart = 0.6;  // radians to the nearest street, at least
    for (int n = 0; n < 16; ++n) {
      const double angle = 2 * pi * n / 16;
      const Offset way{std::sin(angle), std::cos(angle)};
      double apart = pi;
      for (const LinkId id : city_.nodes_[node].out) {
        const auto& line = city_.links_[id].line;
        apart = std::min(apart,
                         std::acos(std::clamp(dot(way, unit(minus(line[1], line[0]))), -1.0, 1.0)));
      }
      if (apart > best_apart && fits(at, way, size)) {
        best_apart = apart;
        best = way;
      }
    }
    return best;
  }

  bool fits(Offset at, Offset way, const YardSize& size) const {
    const double begin_m = 0.22 * size.depth_m;
    const double end_m = size.depth_m + 25;
    for (double m = begin_m + size.half_width_m + fence_m; m <= end_m; m += 12) {
      if (!clear(plus(at, times(way, m)), size.half_width_m + fence_m)) return false;
    }
    return true;
  }

  Ground ground_near(Offset wish) const {
    std::vector<std::pair<double, NodeId>> near;
    for (NodeId node = 0; node < city_.nodes_.size(); ++node) {
      const Offset away = minus(city_.nodes_[node].at, wish);
      if (used_.count(node) == 0 && quiet(node)) near.emplace_back(dot(away, away), node);
    }
    std::sort(near.begin(), near.end());
    for (const YardSize& size : sizes) {
      for (const auto& [distance, node] : near) {
        if (const auto way = free_way(node, size)) return {node, *way, size};
      }
    }
    return {};
  }

  void add_yard(const Wish& wish, Offset at) {
    const Ground ground = ground_near(at);
    if (ground.gate == no_id) return;
    used_.insert(ground.gate);
    const auto number = static_cast<std::int64_t>(city_.sites_.size());
    Node end;
    end.at = plus(city_.nodes_[ground.gate].at, times(ground.way, ground.size.depth_m));
    end.turning = true;
    end.osm = first_yard_node + number;
    end.signal = static_cast<std::uint32_t>(city_.nodes_.size());
    city_.streets_.push_back({std::string(wish.name) + "进场路", RoadClass::service});
    Link in;
    in.from = ground.gate;
    in.to = static_cast<NodeId>(city_.nodes_.size());
    in.street = static_cast<StreetId>(city_.streets_.size() - 1);
    in.line = {city_.nodes_[ground.gate].at, between(city_.nodes_[ground.gate].at, end.at, 0.5),
               end.at};
    in.length_m = ground.size.depth_m;
    in.half_width_m = 3.5;
    in.lane_m = 1.8;
    in.limit_mps = service_kmh / 3.6;
    in.way = first_yard_way + number;
    in.sweepable = false;
    city_.nodes_.push_back(std::move(end));
    add_site(wish, ground, std::move(in));
  }

  void add_site(const Wish& wish, const Ground& ground, Link in) {
    const double length = in.length_m;
    const auto id = static_cast<LinkId>(city_.links_.size());
    Site site;
    site.kind = wish.kind;
    site.name = wish.name;
    site.gate = {id, 0.68 * length};
    site.yard = strip_along(in.line, 0.22 * length, length + 25, ground.size.half_width_m);
    if (wish.kind == SiteKind::construction) {
      site.wash = {id + 1, 0.64 * length};
      site.wash_bay = strip_along(in.line, 0.27 * length, 0.45 * length, 6);
    }
    Link out = turned_round(in);
    in.reverse = id + 1;
    out.reverse = id;
    take(in);
    city_.nodes_[in.from].out.push_back(id);
    city_.nodes_[in.to].out.push_back(id + 1);
    city_.links_.push_back(std::move(in));
    city_.links_.push_back(std::move(out));
    city_.sites_.push_back(std::move(site));
  }

  /// Every fifty metres or so of the roads between construction and disposal sites, both ways.
  std::vector<Offset> permitted_roads() const {
    std::vector<Offset> points;
    for (const Site& from : city_.sites_) {
      for (const Site& to : city_.sites_) {
        const bool pair = (from.kind == SiteKind::construction && to.kind == SiteKind::disposal) ||
                          (from.kind == SiteKind::disposal && to.kind == SiteKind::construction);
        if (!pair) continue;
        for (const LinkId id : find_route(city_, from.gate, to.gate)) {
          const Link& link = city_.links_[id];
          for (double m = 0; m < link.length_m; m += 50) points.push_back(city_.point({id, m}));
          points.push_back(link.line.back());
        }
      }
    }
    return points;
  }

  void add_zones() {
    const std::vector<Offset> roads = permitted_roads();
    const auto far_from_roads = [&](Offset at, double clear_m) {
      return std::none_of(roads.begin(), roads.end(),
                          [&](Offset point) { return length_m(minus(point, at)) < clear_m; });
    };
    const Offset wish{random_.uniform(-0.1, 0.1) * extent_m_,
                      random_.uniform(-0.1, 0.1) * extent_m_};
    std::optional<Offset> middle;
    double best_m = 1e18;
    bool bridge_known = false;
    for (LinkId id = 0; id < city_.links_.size(); ++id) {
      const Link& link = city_.links_[id];
      if (link.length_m <= 80 || link.inside) continue;
      const Offset at = city_.point({id, link.length_m / 2});
      const double distance = length_m(minus(at, wish));
      const bool street = city_.street_of(id).road_class == RoadClass::branch && !link.tunnel;
      if (street && distance < best_m &&
          far_from_roads(at, zone_half_m * std::sqrt(2.0) + zone_clear_m)) {
        best_m = distance;
        middle = at;
      }
      if (!bridge_known && link.bridge && !link.divided && far_from_roads(at, link.length_m)) {
        bridge_known = true;
        city_.zones_.push_back(
            {ZoneKind::weak_bridge, city_.streets_[link.street].name + "桥",
             strip_along(link.line, 0.2 * link.length_m, 0.8 * link.length_m, 20)});
      }
    }
    if (!middle) return;
    const auto corner = [&](double east, double north) {
      return plus(*middle, {east * zone_half_m, north * zone_half_m});
    };
    city_.zones_.push_back({ZoneKind::forbidden,
                            "禁行区",
                            {corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)}});
  }

  City& city_;
  Random random_;
  double extent_m_ = 0;
  std::map<Cell, std::vector<Segment>> cells_;
  std::set<NodeId> used_;
};

void add_sites(City& city, std::uint64_t seed) {
  OsmSites(city, seed).add_all();
}

}  // namespace lujing::sim
