#include "platform/roads/osm.h"
#include "sim/city/osm.h"
#include "sim/city/osm_lights.h"
#include "sim/city/osm_sites.h"
#include "sim/city/plane.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

namespace lujing::sim {
namespace {

using roads::RawWay;

// As protocol/ROADS.md numbers them.
constexpr unsigned flag_forward = 1;
constexpr unsigned flag_backward = 2;
constexpr unsigned flag_tunnel = 4;
constexpr unsigned flag_bridge = 8;
constexpr unsigned flag_sweepable = 16;
constexpr unsigned flag_roundabout = 64;

bool has(const RawWay& way, unsigned flag) {
  return (way.flags & flag) != 0;
}

/// 0 both ways, 1 along its points, -1 against them; nothing: it may not be driven.
std::optional<int> direction_of(const RawWay& way) {
  const bool forward = has(way, flag_forward);
  const bool backward = has(way, flag_backward);
  if (!forward && !backward) {
    return std::nullopt;
  }
  return forward == backward ? 0 : forward ? 1 : -1;
}

struct ClassDefaults {
  double limit_kmh;
  double lane_m;
  double half_width_m;
};
constexpr std::array<ClassDefaults, 5> class_defaults = {
    {{60, 6.0, 10.5}, {50, 4.0, 7.0}, {40, 2.5, 4.5}, {20, 1.2, 2.6}, {15, 1.8, 3.5}}};

RoadClass class_of(const RawWay& way) {
  constexpr std::array<RoadClass, 7> folded = {
      RoadClass::arterial, RoadClass::arterial, RoadClass::secondary, RoadClass::branch,
      RoadClass::lane,     RoadClass::service,  RoadClass::arterial};
  return way.road_class < folded.size() ? folded[way.road_class] : RoadClass::branch;
}

}  // namespace

class OsmCity {
 public:
  Result<City> make(const std::string& path, const roads::OsmRoads& roads, std::uint64_t seed) {
    const roads::RawNetwork& raw = roads.raw;
    double lat = 0;
    double lon = 0;
    for (const roads::RawNode& node : raw.nodes) {
      places_[node.id] = node.at;
      lat += node.at.lat_deg();
      lon += node.at.lon_deg();
    }
    for (const RawWay& way : raw.ways) {
      for (const std::int64_t id : way.nodes) {
        ++uses_[id];
      }
      if (!way.nodes.empty()) {  // the ends are nodes of the network
        ++uses_[way.nodes.front()];
        ++uses_[way.nodes.back()];
      }
    }
    if (raw.ways.empty() || raw.nodes.empty()) {
      return Error(path + ": no street that may be driven; is it an OpenStreetMap extract?");
    }
    const auto count = static_cast<double>(raw.nodes.size());
    city_.centre_ = GeoPoint::from_degrees(lat / count, lon / count);
    city_.districts_ = {""};
    for (const RawWay& way : raw.ways) {
      add_way(way);
    }
    keep_what_hangs_together();
    if (city_.links_.empty()) {
      return Error(path + ": its streets do not hang together");
    }
    std::vector<MappedLight> lights;
    for (const std::int64_t id : roads.signals) {
      if (const auto place = places_.find(id); place != places_.end()) {
        lights.push_back({id, offset(city_.centre_, place->second)});
      }
    }
    add_lights(city_, lights, expressway_nodes(raw), seed);
    add_sites(city_, seed);
    return std::move(city_);
  }

 private:
  /// Where expressways and their ramps meet others nobody sees a light.
  static std::set<std::int64_t> expressway_nodes(const roads::RawNetwork& raw) {
    std::set<std::int64_t> nodes;
    for (const RawWay& way : raw.ways) {
      if (way.road_class == 0 || way.road_class == 6) {
        nodes.insert(way.nodes.begin(), way.nodes.end());
      }
    }
    return nodes;
  }

  NodeId node(std::int64_t osm, Offset at) {
    const auto [entry, fresh] = nodes_.try_emplace(osm, static_cast<NodeId>(city_.nodes_.size()));
    if (fresh) {
      Node made;
      made.at = at;
      made.osm = osm;
      made.signal = entry->second;
      city_.nodes_.push_back(std::move(made));
    }
    return entry->second;
  }

  StreetId street(const RawWay& way) {
    const std::string key = way.name.empty() ? "way " + std::to_string(way.id)
                                             : way.name + "/" + name_of(class_of(way));
    const auto [entry, fresh] =
        streets_.try_emplace(key, static_cast<StreetId>(city_.streets_.size()));
    if (fresh) {
      city_.streets_.push_back({way.name, class_of(way)});
    }
    return entry->second;
  }

  void add_way(const RawWay& way) {
    if (!direction_of(way)) {
      return;
    }
    double begun_m = 0;
    double walked_m = 0;
    std::vector<Offset> line;
    std::int64_t from = 0;
    for (const std::int64_t id : way.nodes) {
      const auto place = places_.find(id);
      if (place == places_.end()) {
        line.clear();  // the extract cuts it here
        continue;
      }
      const Offset at = offset(city_.centre_, place->second);
      if (!line.empty()) {
        const double step = length_m(minus(at, line.back()));
        if (step < 0.01) {
          continue;
        }
        walked_m += step;
      }
      if (line.empty()) {
        from = id;
        begun_m = walked_m;
      }
      line.push_back(at);
      if (line.size() >= 2 && uses_[id] > 1) {
        add_piece(way, from, id, line, begun_m);
        line.assign(1, at);
        from = id;
        begun_m = walked_m;
      }
    }
  }

  void add_piece(const RawWay& way, std::int64_t from, std::int64_t to,
                 const std::vector<Offset>& line, double begun_m) {
    const ClassDefaults& facts = class_defaults[static_cast<std::size_t>(class_of(way))];
    Link link;
    link.from = node(from, line.front());
    link.to = node(to, line.back());
    link.street = street(way);
    link.line = line;
    link.length_m = length_m(line);
    if (link.length_m < 1 || from == to) {
      return;
    }
    const int direction = *direction_of(way);
    const bool one_way = direction != 0;
    const double width_m = way.width_dm / 10.0;
    const double speed_kmh = way.speed_kmh;
    link.half_width_m = width_m > 2 ? width_m / 2
                        : one_way   ? std::min(5.5, facts.half_width_m)
                                    : facts.half_width_m;
    link.lane_m =
        one_way ? std::min(1.0, facts.lane_m) : std::min(facts.lane_m, 0.55 * link.half_width_m);
    link.limit_mps = (speed_kmh > 4 ? std::min(speed_kmh, 80.0) : facts.limit_kmh) / 3.6;
    link.way = way.id;
    link.way_from_m = begun_m;
    link.bridge = has(way, flag_bridge);
    link.tunnel = has(way, flag_tunnel);
    link.roundabout = has(way, flag_roundabout);
    link.divided = one_way && class_of(way) == RoadClass::arterial;
    link.sweepable = has(way, flag_sweepable);
    link.canyon = class_of(way) == RoadClass::lane ? 0.5 : 0.2;
    Link back = turned_round(link);
    const auto id = static_cast<LinkId>(city_.links_.size());
    if (direction >= 0) {
      link.reverse = one_way ? no_id : id + 1;
      city_.links_.push_back(std::move(link));
    }
    if (direction <= 0) {
      back.reverse = one_way ? no_id : id;
      city_.links_.push_back(std::move(back));
    }
  }

  void connect() {
    for (Node& node : city_.nodes_) {
      node.out.clear();
    }
    for (LinkId id = 0; id < city_.links_.size(); ++id) {
      city_.nodes_[city_.links_[id].from].out.push_back(id);
    }
    for (Node& node : city_.nodes_) {
      node.turning = node.out.size() == 1 && city_.links_[node.out.front()].reverse != no_id;
      node.lights = false;
    }
  }

  std::vector<bool> reached(LinkId start, bool backward) const {
    std::vector<std::vector<LinkId>> into(city_.nodes_.size());
    for (LinkId id = 0; id < city_.links_.size(); ++id) {
      into[city_.links_[id].to].push_back(id);
    }
    std::vector<bool> seen(city_.links_.size());
    std::vector<LinkId> open{start};
    seen[start] = true;
    while (!open.empty()) {
      const LinkId at = open.back();
      open.pop_back();
      const auto& next =
          backward ? into[city_.links_[at].from] : city_.nodes_[city_.links_[at].to].out;
      for (const LinkId id : next) {
        const bool allowed = backward ? city_.may_turn(id, at) : city_.may_turn(at, id);
        if (allowed && !seen[id]) {
          seen[id] = true;
          open.push_back(id);
        }
      }
    }
    return seen;
  }

  void keep_what_hangs_together() {
    for (;;) {
      connect();
      if (city_.links_.empty()) {
        return;
      }
      LinkId start = 0;
      double best = 1e18;
      for (LinkId id = 0; id < city_.links_.size(); ++id) {
        const Offset at = city_.links_[id].line.front();
        const bool main = city_.street_of(id).road_class <= RoadClass::secondary;
        if (dot(at, at) + (main ? 0 : 1e9) < best) {
          best = dot(at, at) + (main ? 0 : 1e9);
          start = id;
        }
      }
      const std::vector<bool> there = reached(start, false);
      const std::vector<bool> back = reached(start, true);
      std::vector<LinkId> fresh(city_.links_.size(), no_id);
      std::vector<Link> kept;
      for (LinkId id = 0; id < city_.links_.size(); ++id) {
        const LinkId reverse = city_.links_[id].reverse;
        if (there[id] && back[id] && (reverse == no_id || (there[reverse] && back[reverse]))) {
          fresh[id] = static_cast<LinkId>(kept.size());
          kept.push_back(city_.links_[id]);
        }
      }
      for (Link& link : kept) {
        link.reverse = link.reverse == no_id ? no_id : fresh[link.reverse];
      }
      const bool settled = kept.size() == city_.links_.size();
      city_.links_ = std::move(kept);
      if (settled) {
        return;
      }
    }
  }

  City city_;
  std::unordered_map<std::int64_t, GeoPoint> places_;
  std::unordered_map<std::int64_t, int> uses_;
  std::unordered_map<std::int64_t, NodeId> nodes_;
  std::map<std::string, StreetId> streets_;
};

Result<City> read_osm(const std::string& path, std::uint64_t seed) {
  auto extract = roads::read_osm(path);
  if (!extract) {
    return extract.error();
  }
  return OsmCity().make(path, *extract, seed);
}

}  // namespace lujing::sim
