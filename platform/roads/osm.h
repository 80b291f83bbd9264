// Roads out of an OpenStreetMap extract: .osm.pbf, .osm, and .osm packed with gzip, bzip2 or xz.
#pragma once

#include "base/result.h"
#include "platform/roads/raw.h"
#include "platform/roads/tags.h"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace lujing::roads {

struct OsmOptions {
  std::string name;        ///< of the network; empty: the file's name
  int district_level = 6;  ///< admin_level of the boundaries that become districts
  RoadDefaults defaults;
  /// How far reading is, 0 to 1, and at what; may be empty.
  std::function<void(const char* what, double share)> progress;
};

/// What the extract holds, before anything is left out.
struct OsmSummary {
  struct Class {
    std::uint64_t ways = 0;
    double km = 0;
  };
  std::uint64_t nodes = 0;
  std::uint64_t ways = 0;
  std::uint64_t relations = 0;
  std::map<std::string, std::uint64_t> highway_ways;  ///< by the tag's value, whatever it is
  std::array<Class, highway_count> drivable = {};     ///< by Highway
  std::uint64_t oneway_ways = 0;                      ///< drivable, by their oneway tag
  // Left out:
  Class areas;                         ///< area=yes: the border of a square is no road
  std::uint64_t turns_at_times = 0;    ///< restrictions that hold at some hours only
  std::uint64_t turns_for_others = 0;  ///< not for our vehicles, or of a kind not known
  std::uint64_t turns_incomplete = 0;  ///< without from, via or to
  std::uint64_t districts_open = 0;    ///< boundaries that the extract does not hold whole
};

struct OsmRoads {
  RawNetwork raw;
  OsmSummary summary;
  std::vector<std::int64_t> signals;  ///< nodes of the network with traffic signals, ascending
};

/// Rings out of a boundary's ways: each way's ends meet another's, or its own. What does not close
/// is left; false where something was left.
bool close_rings(std::vector<std::vector<RawNode>> ways, std::vector<std::vector<GeoPoint>>& rings);

/// A damaged or cut extract is an error that names the file.
Result<OsmRoads> read_osm(const std::string& path, const OsmOptions& options = {});

}  // namespace lujing::roads
