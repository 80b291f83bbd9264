// A city that is not there: streets with names, crossings with lights, and the sites of the trade.
//
// Plane coordinates are metres east and north of the centre; place() turns them into WGS-84.
// Traffic keeps to the right.
#pragma once

#include "base/geo.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lujing::sim {

/// 主干路, 次干路, 支路, 背街小巷.
enum class RoadClass : std::uint8_t { arterial, secondary, branch, lane };
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
  std::vector<LinkId> out;
};

/// One direction of a piece of street between two nodes.
struct Link {
  NodeId from = no_id;
  NodeId to = no_id;
  StreetId street = no_id;
  LinkId reverse = no_id;
  std::vector<Offset> line;  ///< the street's middle, from `from` to `to`, a point every 20 m or so
  double length_m = 0;
};

/// A place along a link, measured on the street's middle.
struct Spot {
  LinkId link = no_id;
  double along_m = 0;
};

enum class SiteKind : std::uint8_t { depot, construction, disposal, water };
const char* name_of(SiteKind kind);

struct Site {
  SiteKind kind = SiteKind::depot;
  std::string name;
  Spot gate;
};

struct CityConfig {
  std::uint64_t seed = 7;
  GeoPoint centre = GeoPoint::from_degrees(30.39, 114.89);
  int columns = 17;         ///< streets that run north, at least 5
  int rows = 13;            ///< streets that run east, at least 5
  double block_m = 250;     ///< mean distance between neighbours
  double heading_deg = 11;  ///< the grid is turned by this, clockwise
};

class City {
 public:
  /// The same configuration gives the same city. Every link can be reached from every other without
  /// turning round on a street.
  static City generate(const CityConfig& config);

  const std::vector<Street>& streets() const { return streets_; }
  const std::vector<Node>& nodes() const { return nodes_; }
  const std::vector<Link>& links() const { return links_; }
  const std::vector<Site>& sites() const { return sites_; }
  /// The first site of that kind; each kind has one at least.
  const Site& site(SiteKind kind) const;
  const Link& link(LinkId id) const { return links_[id]; }
  const Street& street_of(LinkId id) const { return streets_[links_[id].street]; }

  GeoPoint centre() const { return centre_; }
  GeoPoint place(Offset at) const { return moved(centre_, at); }
  /// How fast one may drive there.
  double speed_limit_mps(LinkId id) const;
  /// From the street's middle to where a vehicle drives, to the right.
  double lane_offset_m(LinkId id) const;
  /// From the street's middle to the kerb.
  double half_width_m(LinkId id) const;
  /// Whether traffic that comes along `approach` may enter its last node, `t_s` after the start.
  bool green(LinkId approach, double t_s) const;
  /// From a point to the nearest street's middle.
  double distance_to_streets_m(Offset at) const;

 private:
  friend class CityBuilder;
  GeoPoint centre_;
  std::vector<Street> streets_;
  std::vector<Node> nodes_;
  std::vector<Link> links_;
  std::vector<Site> sites_;
};

}  // namespace lujing::sim
