// The road network that a terminal drives on: a read-only view of one road file (protocol/ROADS.md)
// that somebody else keeps in memory, mapped or read. Opening it checks everything once (checksum,
// every offset, every index), so that using it needs no checks and can never leave the file.
//
// A link is a stretch of one way between two junctions (or ends), with its points in driving order
// of the way. An edge is a link in one direction: what a path is made of. Where a link is one-way,
// only one of its two edges may be driven.
#pragma once

#include "base/geo.h"
#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace lujing::protocol {
struct RoadBox;
struct RoadHeader;
struct RoadLink;
struct RoadRun;
struct RoadTurn;
}  // namespace lujing::protocol

namespace lujing::core {

using LinkId = std::uint32_t;  ///< index in the file: stable only within one version of it
using NodeId = std::uint32_t;
inline constexpr std::uint32_t no_link = UINT32_MAX;

/// A link in one of its two directions. `value` is link * 2 + (1 if against the link's points).
struct EdgeId {
  std::uint32_t value = UINT32_MAX;
  static constexpr EdgeId of(LinkId link, bool backward) {
    return {link * 2 + (backward ? 1U : 0U)};
  }
  constexpr LinkId link() const { return value >> 1; }
  constexpr bool backward() const { return (value & 1) != 0; }
  constexpr EdgeId reversed() const { return {value ^ 1}; }
  constexpr bool valid() const { return value != UINT32_MAX; }
  bool operator==(const EdgeId&) const = default;
  auto operator<=>(const EdgeId&) const = default;  // NOLINT(modernize-use-nullptr): a false one
};

/// OpenStreetMap's highway classes folded to what a sanitation office tells apart.
enum class RoadClass : std::uint8_t {
  expressway = 0,  ///< motorway, trunk
  arterial = 1,    ///< primary: 主干路
  secondary = 2,   ///< secondary: 次干路
  branch = 3,      ///< tertiary, unclassified, residential, road: 支路
  lane = 4,        ///< living_street, narrow or named 巷/弄/胡同: 背街小巷
  service = 5,     ///< service roads, yards
  ramp = 6         ///< *_link
};

namespace link_flag {
inline constexpr std::uint16_t forward = 1;   ///< may be driven along its points
inline constexpr std::uint16_t backward = 2;  ///< may be driven against them
inline constexpr std::uint16_t tunnel = 4;
inline constexpr std::uint16_t bridge = 8;
inline constexpr std::uint16_t sweepable =
    16;                                       ///< a machine can sweep it: in the rate's denominator
inline constexpr std::uint16_t divided = 32;  ///< one carriageway of a divided road
inline constexpr std::uint16_t roundabout = 64;
inline constexpr std::uint16_t left_kerb = 128;   ///< there is a kerb on the left of its points
inline constexpr std::uint16_t right_kerb = 256;  ///< and on the right
/// Not for everybody (access or motor_vehicle = no, private, ...). Kept, since cleaning vehicles do
/// enter pedestrian zones and gated roads; never sweepable by default.
inline constexpr std::uint16_t restricted = 512;
inline constexpr std::uint16_t all = 1023;
}  // namespace link_flag

/// One link, by value: cheap to copy.
struct Link {
  NodeId from = 0;
  NodeId to = 0;
  std::uint32_t length_cm = 0;
  std::uint16_t width_dm = 0;  ///< 0.1 m, whole carriageway
  std::uint16_t flags = 0;     ///< link_flag
  RoadClass road_class = RoadClass::branch;
  std::uint8_t speed_kmh = 0;  ///< posted, or the class's usual one
  std::uint16_t district = 0;  ///< index of the district's name; 0: none
  std::int64_t way = 0;        ///< OpenStreetMap way id, or the simulator's
  bool has(std::uint16_t flag) const { return (flags & flag) != 0; }
};

/// One hit of the spatial index: the nearest place on one link.
struct Candidate {
  LinkId link = no_link;
  double distance_m = 0;   ///< from the asked place
  double along_m = 0;      ///< from the link's first point
  GeoPoint foot;           ///< the place on the link
  double bearing_rad = 0;  ///< of the link there, along its points
};

class RoadNetwork {
 public:
  RoadNetwork() = default;  ///< no roads
  /// Checks `file` whole; the bytes must outlive the network, must not change, and begin at an
  /// address divisible by 8 (mapped files and new memory do).
  static Result<RoadNetwork> open(std::span<const std::byte> file);

  std::uint32_t link_count() const;
  std::uint32_t node_count() const;
  /// First 8 bytes of the SHA-256 of the content: names the version in records.
  std::uint64_t version() const;
  std::string_view name() const;  ///< "beijing 2026-11-01", for people

  std::uint32_t district_count() const;  ///< with the nameless first one
  std::string_view district_name(std::uint16_t district) const;

  Link link(LinkId id) const;
  double length_m(LinkId id) const;
  bool drivable(EdgeId edge) const;
  /// At least two, in the order of the way.
  std::span<const GeoPoint> points(LinkId id) const;
  /// OpenStreetMap node ids of the same points (0 where there is none).
  std::int64_t osm_node(LinkId id, std::size_t point) const;
  std::string_view road_name(LinkId id) const;  ///< UTF-8, may be empty
  GeoPoint node(NodeId id) const;
  NodeId start(EdgeId edge) const;
  NodeId end(EdgeId edge) const;
  /// Edges that leave a node and may be driven (U-turns included; see turn_allowed()).
  std::span<const EdgeId> leaving(NodeId id) const;
  /// Not forbidden by a turn restriction. A U-turn is allowed at a dead end only.
  bool turn_allowed(EdgeId from, EdgeId to) const;

  /// Links within `radius_m` of `at`, nearest first (equally near ones by id), at most
  /// `out.size()`; how many were put there. A place or radius that is none finds nothing.
  std::size_t near(GeoPoint at, double radius_m, std::span<Candidate> out) const;
  /// The place `along_m` from the link's first point, clamped to the link.
  GeoPoint place(LinkId id, double along_m) const;
  double bearing_rad(LinkId id, double along_m) const;

 private:
  template <class T>
  struct Table {
    const T* data = nullptr;
    std::uint32_t count = 0;
  };
  struct Search;
  std::size_t first_point(LinkId id) const;
  std::size_t end_point(LinkId id) const;
  std::string_view string(std::uint32_t index) const;

  const protocol::RoadHeader* header_ = nullptr;
  Table<protocol::RoadLink> links_;
  Table<GeoPoint> points_;
  const std::byte* point_ids_ = nullptr;
  Table<GeoPoint> nodes_;
  const std::uint32_t* leaving_first_ = nullptr;
  const EdgeId* leaving_ = nullptr;
  Table<protocol::RoadTurn> turns_;
  const std::uint32_t* string_starts_ = nullptr;
  const char* text_ = nullptr;
  Table<std::uint32_t> districts_;
  Table<protocol::RoadRun> runs_;
  const protocol::RoadBox* boxes_ = nullptr;
};

}  // namespace lujing::core
