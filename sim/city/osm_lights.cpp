#include "sim/city/osm_lights.h"

#include "sim/city/plane.h"
#include "sim/random.h"

#include <algorithm>
#include <map>
#include <utility>

namespace lujing::sim {
namespace {

constexpr double stop_line_m = 40;  // from a light on a street to the crossing that it is of
constexpr double crossing_m = 45;   // across the crossing of two divided streets
constexpr double lit_share = 0.9;   // of the crossings of main streets, where no map says
constexpr std::uint32_t offsets = 60;

}  // namespace

class OsmLights {
 public:
  explicit OsmLights(City& city) : city_(city), meets_(city.nodes_.size()) {
    for (const Link& link : city_.links_) {
      take(link.from, link.to, link);
      take(link.to, link.from, link);
    }
  }

  void place(const std::vector<MappedLight>& mapped) {
    std::map<std::int64_t, NodeId> known;
    std::map<std::pair<long, long>, std::vector<NodeId>> cells;
    for (NodeId id = 0; id < meets_.size(); ++id) {
      if (is_crossing(id)) {
        known.emplace(city_.nodes_[id].osm, id);
        cells[cell(city_.nodes_[id].at)].push_back(id);
      }
    }
    for (const MappedLight& light : mapped) {
      if (const auto at = known.find(light.osm); at != known.end()) {
        city_.nodes_[at->second].lights = true;
        continue;
      }
      double best_m = stop_line_m;
      NodeId best = no_id;
      const auto [x, y] = cell(light.at);
      for (long i = x - 1; i <= x + 1; ++i) {
        for (long j = y - 1; j <= y + 1; ++j) {
          const auto there = cells.find({i, j});
          if (there == cells.end()) {
            continue;
          }
          for (const NodeId id : there->second) {
            const double away_m = length_m(minus(city_.nodes_[id].at, light.at));
            if (away_m < best_m) {
              best_m = away_m;
              best = id;
            }
          }
        }
      }
      if (best != no_id) {
        city_.nodes_[best].lights = true;
      }
    }
  }

  bool any() const {
    return std::any_of(city_.nodes_.begin(), city_.nodes_.end(),
                       [](const Node& node) { return node.lights; });
  }

  void invent(const std::set<std::int64_t>& never) {
    for (NodeId id = 0; id < meets_.size(); ++id) {
      city_.nodes_[id].lights = is_crossing(id) && meets_[id].main_streets.size() >= 2 &&
                                !meets_[id].roundabout && never.count(city_.nodes_[id].osm) == 0;
    }
  }

  /// Those of one crossing get one number; `lit_share` of the invented ones stay.
  void gather(bool invented, Random& random) {
    std::vector<NodeId> first(city_.nodes_.size(), no_id);
    std::map<NodeId, std::vector<NodeId>> near;
    for (Link& link : city_.links_) {
      link.crosses = link.from != link.to && link.length_m < crossing_m && !link.roundabout &&
                     city_.nodes_[link.from].lights && city_.nodes_[link.to].lights;
      if (link.crosses) {
        near[link.from].push_back(link.to);
        near[link.to].push_back(link.from);
      }
    }
    std::uint32_t number = 0;
    for (NodeId id = 0; id < first.size(); ++id) {
      if (!city_.nodes_[id].lights || first[id] != no_id) {
        continue;
      }
      const std::uint32_t signal = offsets * ++number + random.below(offsets);
      const bool stays = random.chance(lit_share) || !invented;
      std::vector<NodeId> open{id};
      first[id] = id;
      while (!open.empty()) {
        const NodeId at = open.back();
        open.pop_back();
        city_.nodes_[at].signal = signal;
        for (const NodeId next : near[at]) {
          if (first[next] == no_id) {
            first[next] = id;
            open.push_back(next);
          }
        }
        dark_.resize(first.size());
        dark_[at] = !stays;
      }
    }
    for (NodeId id = 0; id < dark_.size(); ++id) {
      city_.nodes_[id].lights = city_.nodes_[id].lights && !dark_[id];
    }
    for (Link& link : city_.links_) {
      link.crosses = link.crosses && city_.nodes_[link.to].lights;
    }
  }

 private:
  struct Meeting {
    std::set<NodeId> neighbours;
    std::set<StreetId> main_streets;
    bool roundabout = false;
  };

  void take(NodeId at, NodeId other, const Link& link) {
    Meeting& here = meets_[at];
    here.neighbours.insert(other);
    here.roundabout = here.roundabout || link.roundabout;
    if (city_.streets_[link.street].road_class <= RoadClass::secondary) {
      here.main_streets.insert(link.street);
    }
  }

  bool is_crossing(NodeId id) const { return meets_[id].neighbours.size() >= 3; }

  static std::pair<long, long> cell(Offset at) {
    return {static_cast<long>(at.east_m / stop_line_m + 1e6),
            static_cast<long>(at.north_m / stop_line_m + 1e6)};
  }

  City& city_;
  std::vector<Meeting> meets_;
  std::vector<bool> dark_;
};

void add_lights(City& city, const std::vector<MappedLight>& mapped,
                const std::set<std::int64_t>& never, std::uint64_t seed) {
  Random random(seed, "lights of an extract");
  OsmLights lights(city);
  lights.place(mapped);
  const bool invented = !lights.any();
  if (invented) {
    lights.invent(never);
  }
  lights.gather(invented, random);
}

}  // namespace lujing::sim
