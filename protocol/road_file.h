// The layout of a road file, byte for byte as it lies in memory: protocol/ROADS.md is the page to
// read first. platform/roads writes it, terminal/core/roads reads it where it lies.
#pragma once

#include "base/geo.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace lujing::protocol {

static_assert(std::endian::native == std::endian::little,
              "a road file is used where it lies, and it is little-endian");

inline constexpr std::array<char, 8> road_magic = {'L', 'J', 'R', 'O', 'A', 'D', 'S', '\n'};
inline constexpr std::uint32_t road_format = 1;
inline constexpr std::size_t road_alignment = 8;     ///< of each section, and of the file in memory
inline constexpr std::size_t road_hashed_from = 48;  ///< the SHA-256 covers what follows it
inline constexpr std::uint32_t road_index_fanout = 16;
inline constexpr std::uint32_t road_max_points = 60'000;  ///< of one link

enum class RoadSection : std::uint32_t {
  links = 0,      ///< RoadLink
  points,         ///< GeoPoint, link after link
  point_ids,      ///< OpenStreetMap node ids of the points, RoadHeader::id_bytes each, signed
  nodes,          ///< GeoPoint
  leaving_first,  ///< std::uint32_t for each node and one more: where its edges begin in `leaving`
  leaving,        ///< std::uint32_t, edges that leave the node and may be driven, ascending
  turns,          ///< RoadTurn, forbidden, ascending
  string_starts,  ///< std::uint32_t for each string and one more
  text,           ///< UTF-8
  districts,      ///< std::uint32_t, strings; the first is the empty one
  runs,           ///< RoadRun, the leaves of the spatial index
  boxes,          ///< RoadBox: of the runs, then of each level above them
};
inline constexpr std::size_t road_section_count = 12;

struct RoadSpan {
  std::uint32_t offset = 0;  ///< from the file's start
  std::uint32_t count = 0;   ///< elements, not bytes
};

struct RoadHeader {
  std::array<char, 8> magic = road_magic;
  std::uint32_t format = road_format;
  std::uint32_t reserved = 0;
  std::array<std::uint8_t, 32> sha256 = {};
  std::uint64_t file_bytes = 0;
  std::uint32_t id_bytes = 5;   ///< 5 or 8
  std::uint32_t name = 0;       ///< string: the network's name
  GeoPoint least = {0, 0};      ///< south-west corner of all points
  GeoPoint most = {0, 0};       ///< north-east corner
  std::uint32_t box_shift = 0;  ///< a box's unit is 2^box_shift * 1e-7 degrees
  std::uint32_t reserved2 = 0;
  std::array<RoadSpan, road_section_count> sections = {};
};

struct RoadLink {
  std::uint32_t way_low = 0;  ///< the way's 64-bit id in two halves: no padding
  std::uint32_t way_high = 0;
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::uint32_t length_cm = 0;
  std::uint32_t first_point = 0;  ///< its points end where the next link's begin
  std::uint32_t name = 0;         ///< string
  std::uint16_t width_dm = 0;
  std::uint16_t flags = 0;
  std::uint16_t district = 0;
  std::uint8_t road_class = 0;
  std::uint8_t speed_kmh = 0;
};

/// Flags of RoadLink beside core::link_flag: some turn from this edge is forbidden.
inline constexpr std::uint16_t road_turns_forward = 0x4000;
inline constexpr std::uint16_t road_turns_backward = 0x8000;

struct RoadTurn {
  std::uint32_t from = 0;                             ///< edge
  std::uint32_t to = 0;                               ///< edge
  auto operator<=>(const RoadTurn&) const = default;  // NOLINT(modernize-use-nullptr): a false one
};

/// Some neighbouring segments of one link.
struct RoadRun {
  std::uint32_t link = 0;
  std::uint16_t first = 0;  ///< segment in the link: from point `first` to the next
  std::uint16_t count = 0;
};

/// In units of the header's box_shift from `least`, both ends inside.
struct RoadBox {
  std::uint16_t south = 0;
  std::uint16_t west = 0;
  std::uint16_t north = 0;
  std::uint16_t east = 0;
};

static_assert(sizeof(RoadHeader) == 88 + 8 * road_section_count);
static_assert(offsetof(RoadHeader, file_bytes) == road_hashed_from);
static_assert(sizeof(RoadLink) == 36 && sizeof(RoadTurn) == 8 && sizeof(RoadRun) == 8);
static_assert(sizeof(RoadBox) == 8 && sizeof(GeoPoint) == 8);
static_assert(std::is_trivially_copyable_v<RoadHeader> && std::is_trivially_copyable_v<GeoPoint>);

/// How many boxes an index over so many runs has: levels are added until one has at most
/// road_index_fanout.
constexpr std::uint64_t road_box_count(std::uint64_t runs) {
  std::uint64_t all = runs;
  for (std::uint64_t level = runs; level > road_index_fanout;) {
    level = (level + road_index_fanout - 1) / road_index_fanout;
    all += level;
  }
  return all;
}

/// Bytes of one element.
constexpr std::size_t road_element_bytes(RoadSection section, std::uint32_t id_bytes) {
  switch (section) {
    case RoadSection::links:
      return sizeof(RoadLink);
    case RoadSection::point_ids:
      return id_bytes;
    case RoadSection::points:
    case RoadSection::nodes:
      return sizeof(GeoPoint);
    case RoadSection::turns:
      return sizeof(RoadTurn);
    case RoadSection::runs:
      return sizeof(RoadRun);
    case RoadSection::boxes:
      return sizeof(RoadBox);
    case RoadSection::text:
      return 1;
    case RoadSection::leaving_first:
    case RoadSection::leaving:
    case RoadSection::string_starts:
    case RoadSection::districts:
      break;
  }
  return sizeof(std::uint32_t);
}

}  // namespace lujing::protocol
