// Roads as they come in, from OpenStreetMap or drawn by a test: what build() makes a road file of.
#pragma once

#include "base/geo.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lujing::roads {

/// Values of OpenStreetMap's highway=* on which a vehicle drives.
enum class Highway : std::uint8_t {
  motorway,
  trunk,
  primary,
  secondary,
  tertiary,
  unclassified,
  residential,
  living_street,
  service,
  road,
  motorway_link,
  trunk_link,
  primary_link,
  secondary_link,
  tertiary_link,
};
inline constexpr std::size_t highway_count = 15;

struct RawNode {
  std::int64_t id = 0;
  GeoPoint at;
};

struct RawWay {
  std::int64_t id = 0;
  std::vector<std::int64_t> nodes;
  Highway highway = Highway::road;
  std::uint16_t flags = 0;      ///< core::link_flag, without `divided`
  std::uint8_t road_class = 0;  ///< core::RoadClass
  std::uint8_t speed_kmh = 0;
  std::uint16_t width_dm = 0;
  std::string name;
  std::string district;  ///< empty: by the boundaries
};

/// A turn that is forbidden (or, with `only`, the one that is not), from way to way through a node
/// or through other ways.
struct RawTurn {
  std::int64_t relation = 0;
  bool only = false;
  std::int64_t from_way = 0;
  std::int64_t via_node = 0;
  std::vector<std::int64_t> via_ways;  ///< in driving order; empty where it is a node
  std::int64_t to_way = 0;
};

/// A district's border: closed rings, a place is inside where it lies in an odd number of them.
struct RawDistrict {
  std::string name;
  std::vector<std::vector<GeoPoint>> rings;
};

struct RawNetwork {
  std::string name;
  std::vector<RawNode> nodes;
  std::vector<RawWay> ways;
  std::vector<RawTurn> turns;
  std::vector<RawDistrict> districts;
};

}  // namespace lujing::roads
