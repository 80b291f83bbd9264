// A city: streets with names, crossings with lights, and the sites of the trade. Grown from a seed
// (generate), or a real one (osm.h).
//
// Plane coordinates are metres east and north of the centre; place() turns them into WGS-84.
// Traffic keeps to the right. Ways and nodes have the ids that they have in the OpenStreetMap file
// of the city, written (osm.h) or read, so that the truth can name a place without our numbers.
#pragma once

#include "base/geo.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace lujing::sim {

/// 主干路, 次干路, 支路, 背街小巷; and what leads into a yard.
enum class RoadClass : std::uint8_t { arterial, secondary, branch, lane, service };
const char* name_of(RoadClass road_class);

using StreetId = std::uint32_t;
using NodeId = std::uint32_t;
using LinkId = std::uint32_t;
inline constexpr std::uint32_t no_id = UINT32_MAX;

struct Street {
  std::string name;
  RoadClass road_class = RoadClass::branch;
};

/// A crossing, or the place where a lane meets a street.
struct Node {
  Offset at;
  bool lights = false;
  bool turning = false;      ///< a dead end where one turns round
  std::uint32_t signal = 0;  ///< crossings of one number change their lights together
  std::int64_t osm = 0;
  std::vector<LinkId> out;
};

/// One direction of a piece of street between two nodes.
struct Link {
  NodeId from = no_id;
  NodeId to = no_id;
  StreetId street = no_id;
  LinkId reverse = no_id;    ///< no_id: one-way
  std::vector<Offset> line;  ///< the carriageway's middle, from `from` to `to`
  double length_m = 0;
  double half_width_m = 4.5;  ///< from the line to the kerb, on either side
  double lane_m = 2.5;        ///< from the line to where one drives, to the right
  double limit_mps = 11;
  std::int64_t way = 0;
  bool along_way = true;  ///< drives in the order of the way's points
  double way_from_m = 0;  ///< from the way's first point to the link's end that is nearer to it
  bool inside = false;    ///< within a crossing: nobody stops here
  bool crosses = false;   ///< of an extract: between two lights of one crossing
  bool bridge = false;
  bool tunnel = false;
  bool roundabout = false;
  bool divided = false;  ///< one carriageway of two
  bool sweepable = true;
  double canyon = 0;  ///< 0 open sky to 1 high houses on both sides
  std::uint16_t district = 0;
};

/// The same piece of street in the other direction; `reverse` is left to the caller, who numbers
/// both.
Link turned_round(Link link);

/// Of a carriageway of that width.
constexpr int lanes_of(double width_m) {
  return width_m < 7 ? 1 : static_cast<int>(width_m / 3.5);
}

/// A place along a link, measured on its line.
struct Spot {
  LinkId link = no_id;
  double along_m = 0;
};

enum class SiteKind : std::uint8_t { depot, construction, disposal, water, transfer };
const char* name_of(SiteKind kind);

/// A yard at the end of a service road.
struct Site {
  SiteKind kind = SiteKind::depot;
  std::string name;
  Spot gate;                   ///< where one stops in the yard
  Spot wash{};                 ///< the wash bay on the way out; link no_id: none
  std::vector<Offset> yard{};  ///< its polygon, counter-clockwise
  std::vector<Offset> wash_bay{};
};

enum class ZoneKind : std::uint8_t { forbidden, weak_bridge };
const char* name_of(ZoneKind kind);

struct Zone {
  ZoneKind kind = ZoneKind::forbidden;
  std::string name;
  std::vector<Offset> area;  ///< polygon, counter-clockwise
};

struct CityConfig {
  std::uint64_t seed = 7;
  GeoPoint centre = GeoPoint::from_degrees(30.39, 114.89);
  int columns = 17;         ///< streets that run north, at least 5
  int rows = 13;            ///< streets that run east, at least 5
  double block_m = 250;     ///< mean distance between neighbours
  double heading_deg = 11;  ///< the grid is turned by this, clockwise
  double traffic = 1;       ///< Traffic::density
};

/// The other vehicles, of which only what stands before a red light is there.
struct Traffic {
  double density = 1;      ///< 0: an empty city; 1: by day; 3: at the peak
  std::uint64_t seed = 7;  ///< which vehicles come to which light
};

/// Who stands before a light, in the lane that one comes along. Each takes `place_m` of it; once
/// the light is green they move off one after the other.
struct Queue {
  static constexpr double place_m = 7;
  int vehicles = 0;        ///< that have not moved off yet
  double moves_off_s = 0;  ///< when whoever stands behind them can; seconds since the start
};

class City {
 public:
  /// The same configuration gives the same city. Every link can be reached from every other without
  /// turning round but at a dead end.
  static City generate(const CityConfig& config);
  City() = default;

  const std::vector<Street>& streets() const { return streets_; }
  const std::vector<Node>& nodes() const { return nodes_; }
  const std::vector<Link>& links() const { return links_; }
  const std::vector<Site>& sites() const { return sites_; }
  const std::vector<Zone>& zones() const { return zones_; }
  const std::vector<std::string>& districts() const { return districts_; }
  /// The n-th site of that kind (the last, if there are fewer); each kind has one at least.
  const Site& site(SiteKind kind, std::size_t n = 0) const;
  const Link& link(LinkId id) const { return links_[id]; }
  const Street& street_of(LinkId id) const { return streets_[links_[id].street]; }

  GeoPoint centre() const { return centre_; }
  GeoPoint place(Offset at) const { return moved(centre_, at); }
  Offset point(Spot spot) const;
  /// How fast one may drive there.
  double speed_limit_mps(LinkId id) const { return links_[id].limit_mps; }
  /// From the link's line to where a vehicle drives, to the right.
  double lane_offset_m(LinkId id) const { return links_[id].lane_m; }
  /// From the link's line to the kerb.
  double half_width_m(LinkId id) const { return links_[id].half_width_m; }
  /// Whether one may drive from `from` onto `onto`, which begins where it ends.
  bool may_turn(LinkId from, LinkId onto) const {
    return onto != links_[from].reverse || nodes_[links_[from].to].turning;
  }
  /// Whether traffic that comes along `approach` may enter its last node, `t_s` after the start.
  bool green(LinkId approach, double t_s) const;
  /// The queue that somebody meets who comes along `approach` now. The same city, traffic and
  /// moment give the same queue, whoever asks.
  Queue queue(LinkId approach, double t_s) const;
  /// When whoever stands behind so many vehicles in the red that is on now, or comes next, moves
  /// off.
  double moves_off_s(LinkId approach, double t_s, int vehicles) const;
  void set_traffic(Traffic traffic) { traffic_ = traffic; }
  void add(Zone zone) { zones_.push_back(std::move(zone)); }
  /// From a point to the nearest street's middle.
  double distance_to_streets_m(Offset at) const;

 private:
  friend class CityBuilder;
  friend class OsmCity;
  friend class OsmLights;
  friend class OsmSites;
  GeoPoint centre_;
  std::vector<Street> streets_;
  std::vector<Node> nodes_;
  std::vector<Link> links_;
  std::vector<Site> sites_;
  std::vector<Zone> zones_;
  std::vector<std::string> districts_;
  Traffic traffic_;
};

}  // namespace lujing::sim
