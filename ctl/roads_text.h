// What `lujing-ctl roads` prints.
#pragma once

#include "platform/roads/build.h"
#include "platform/roads/osm.h"
#include "terminal/core/roads/network.h"

#include <cstddef>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>

namespace lujing::ctl {

struct RoadsBuilt {
  const roads::OsmSummary& extract;
  const roads::BuildSummary& built;
  const core::RoadNetwork& network;
  std::size_t bytes = 0;
  double seconds = 0;
};
void print_built(const RoadsBuilt& what, const std::string& output);
std::string built_json(const RoadsBuilt& what, const std::string& output);

/// A whole file, section by section.
void print_checked(const core::RoadNetwork& network, std::span<const std::byte> file);
std::string checked_json(const core::RoadNetwork& network, std::span<const std::byte> file);
/// A damaged one.
std::string refused_json(const std::string& reason, std::span<const std::byte> file);

std::string_view class_name(core::RoadClass road_class);
/// One GeoJSON feature a link.
void write_geojson(const core::RoadNetwork& network, std::ostream& out);

}  // namespace lujing::ctl
