// A road network on its way from raw roads to a file: between the steps of build(), and nowhere
// else.
#pragma once

#include "platform/roads/build.h"
#include "platform/roads/raw.h"
#include "protocol/road_file.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace lujing::roads {

struct DraftLink {
  std::uint32_t way = 0;  ///< index in Draft::ways
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::uint32_t first_point = 0;
  std::uint32_t point_count = 0;
  std::uint16_t flags = 0;
  std::uint16_t district = 0;
};

struct Draft {
  std::string name;
  std::vector<const RawWay*> ways;  ///< by id
  std::vector<DraftLink> links;
  std::vector<GeoPoint> points;
  std::vector<std::int64_t> ids;  ///< of the points
  std::vector<GeoPoint> nodes;
  std::vector<std::int64_t> node_ids;
  std::vector<std::uint32_t> leaving_first;
  std::vector<std::uint32_t> leaving;
  std::vector<protocol::RoadTurn> turns;
  std::vector<std::string> districts = {""};  ///< the first is the nameless one
  GeoPoint least = {0, 0};
  GeoPoint most = {0, 0};

  const RawWay& way_of(const DraftLink& link) const { return *ways[link.way]; }
  std::span<const GeoPoint> shape(const DraftLink& link) const {
    return {points.data() + link.first_point, link.point_count};
  }
  std::uint32_t start(std::uint32_t edge) const {
    return (edge & 1) != 0 ? links[edge >> 1].to : links[edge >> 1].from;
  }
  std::uint32_t end(std::uint32_t edge) const { return start(edge ^ 1); }
  bool drivable(std::uint32_t edge) const {
    return (links[edge >> 1].flags & ((edge & 1) != 0 ? 2 : 1)) != 0;
  }
};

/// Ways cut into links at their junctions, in an order in which neighbours lie together.
Draft cut_into_links(const RawNetwork& raw, BuildSummary& summary);
void fill_leaving(Draft& draft);
void fill_turns(const std::vector<RawTurn>& turns, Draft& draft, BuildSummary& summary);
void fill_districts(const std::vector<RawDistrict>& districts, Draft& draft);
/// Which links are one carriageway of a divided road: link_flag::divided. `file` is the same
/// network as written so far.
void mark_divided(std::span<const std::byte> file, Draft& draft);

struct DraftIndex {
  std::vector<protocol::RoadRun> runs;
  std::vector<protocol::RoadBox> boxes;
  std::uint32_t shift = 0;
};
DraftIndex make_index(const Draft& draft);
/// Where a place lies on a curve that keeps neighbours together.
std::uint32_t along_curve(GeoPoint least, GeoPoint most, GeoPoint at);

/// The file; fails where it would be too large.
Result<std::vector<std::byte>> write_road_file(const Draft& draft);

}  // namespace lujing::roads
