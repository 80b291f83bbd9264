#include "terminal/core/roads/network.h"

#include "protocol/road_file.h"
#include "terminal/core/roads/between.h"
#include "terminal/core/roads/check.h"

#include <algorithm>
#include <cmath>

namespace lujing::core {

using protocol::RoadLink;
using protocol::RoadSection;
using protocol::RoadTurn;

static_assert(sizeof(EdgeId) == sizeof(std::uint32_t));

Result<RoadNetwork> RoadNetwork::open(std::span<const std::byte> file) {
  if (auto good = check_road_file(file); !good) return good.error();
  RoadNetwork roads;
  roads.header_ = reinterpret_cast<const protocol::RoadHeader*>(file.data());
  const auto table = [&]<class T>(RoadSection section, Table<T>& out) {
    out.data = road_section<T>(file, section);
    out.count = roads.header_->sections[static_cast<std::size_t>(section)].count;
  };
  table(RoadSection::links, roads.links_);
  table(RoadSection::points, roads.points_);
  table(RoadSection::nodes, roads.nodes_);
  table(RoadSection::turns, roads.turns_);
  table(RoadSection::districts, roads.districts_);
  table(RoadSection::runs, roads.runs_);
  roads.point_ids_ = road_section<std::byte>(file, RoadSection::point_ids);
  roads.leaving_first_ = road_section<std::uint32_t>(file, RoadSection::leaving_first);
  roads.leaving_ = road_section<EdgeId>(file, RoadSection::leaving);
  roads.string_starts_ = road_section<std::uint32_t>(file, RoadSection::string_starts);
  roads.text_ = road_section<char>(file, RoadSection::text);
  roads.boxes_ = road_section<protocol::RoadBox>(file, RoadSection::boxes);
  return roads;
}

std::uint32_t RoadNetwork::link_count() const {
  return links_.count;
}

std::uint32_t RoadNetwork::node_count() const {
  return nodes_.count;
}

std::uint64_t RoadNetwork::version() const {
  std::uint64_t version = 0;
  if (header_ == nullptr) return version;
  for (std::size_t i = 0; i < 8; ++i) version = version << 8 | header_->sha256[i];
  return version;
}

std::string_view RoadNetwork::string(std::uint32_t index) const {
  const std::uint32_t start = string_starts_[index];
  return {text_ + start, string_starts_[index + 1] - start};
}

std::string_view RoadNetwork::name() const {
  return header_ == nullptr ? std::string_view() : string(header_->name);
}

std::uint32_t RoadNetwork::district_count() const {
  return districts_.count;
}

std::string_view RoadNetwork::district_name(std::uint16_t district) const {
  return district < districts_.count ? string(districts_.data[district]) : std::string_view();
}

Link RoadNetwork::link(LinkId id) const {
  const RoadLink& raw = links_.data[id];
  Link link;
  link.from = raw.from;
  link.to = raw.to;
  link.length_cm = raw.length_cm;
  link.width_dm = raw.width_dm;
  link.flags = raw.flags & link_flag::all;
  link.road_class = static_cast<RoadClass>(raw.road_class);
  link.speed_kmh = raw.speed_kmh;
  link.district = raw.district;
  link.way = static_cast<std::int64_t>(std::uint64_t{raw.way_high} << 32 | raw.way_low);
  return link;
}

double RoadNetwork::length_m(LinkId id) const {
  return links_.data[id].length_cm / 100.0;
}

bool RoadNetwork::drivable(EdgeId edge) const {
  const unsigned wanted = edge.backward() ? link_flag::backward : link_flag::forward;
  return (links_.data[edge.link()].flags & wanted) != 0;
}

std::size_t RoadNetwork::first_point(LinkId id) const {
  return links_.data[id].first_point;
}

std::size_t RoadNetwork::end_point(LinkId id) const {
  return id + 1 < links_.count ? links_.data[id + 1].first_point : points_.count;
}

std::span<const GeoPoint> RoadNetwork::points(LinkId id) const {
  const std::size_t first = first_point(id);
  return {points_.data + first, end_point(id) - first};
}

std::int64_t RoadNetwork::osm_node(LinkId id, std::size_t point) const {
  const std::size_t width = header_->id_bytes;
  const std::byte* at = point_ids_ + (first_point(id) + point) * width;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) value |= std::to_integer<std::uint64_t>(at[i]) << (8 * i);
  const auto unused = static_cast<unsigned>(64 - 8 * width);
  return static_cast<std::int64_t>(value << unused) >> unused;
}

std::string_view RoadNetwork::road_name(LinkId id) const {
  return string(links_.data[id].name);
}

GeoPoint RoadNetwork::node(NodeId id) const {
  return nodes_.data[id];
}

NodeId RoadNetwork::start(EdgeId edge) const {
  const RoadLink& link = links_.data[edge.link()];
  return edge.backward() ? link.to : link.from;
}

NodeId RoadNetwork::end(EdgeId edge) const {
  return start(edge.reversed());
}

std::span<const EdgeId> RoadNetwork::leaving(NodeId id) const {
  const std::uint32_t first = leaving_first_[id];
  return {leaving_ + first, leaving_first_[id + 1] - first};
}

bool RoadNetwork::turn_allowed(EdgeId from, EdgeId to) const {
  if (to == from.reversed()) return leaving(start(to)).size() == 1;
  const unsigned has =
      from.backward() ? protocol::road_turns_backward : protocol::road_turns_forward;
  if ((links_.data[from.link()].flags & has) == 0) return true;
  return !std::binary_search(turns_.data, turns_.data + turns_.count,
                             RoadTurn{from.value, to.value});
}

GeoPoint RoadNetwork::place(LinkId id, double along_m) const {
  const std::span<const GeoPoint> shape = points(id);
  if (!(along_m > 0)) return shape.front();
  for (std::size_t i = 1; i < shape.size(); ++i) {
    const double length = distance_m(shape[i - 1], shape[i]);
    if (along_m < length) return between(shape[i - 1], shape[i], along_m / length);
    along_m -= length;
  }
  return shape.back();
}

double RoadNetwork::bearing_rad(LinkId id, double along_m) const {
  const std::span<const GeoPoint> shape = points(id);
  // The last segment with a length answers for whatever lies behind the end.
  std::size_t best = 1;
  for (std::size_t i = 1; i < shape.size(); ++i) {
    const double length = distance_m(shape[i - 1], shape[i]);
    if (length > 0) best = i;
    if (length > 0 && !(along_m > length)) break;
    along_m -= length;
  }
  return lujing::bearing_rad(shape[best - 1], shape[best]);
}

}  // namespace lujing::core
