// Cities as OpenStreetMap files: ours written, any read.
#pragma once

#include "base/result.h"
#include "sim/city/city.h"

#include <cstdint>
#include <string>

namespace lujing::sim {

/// OSM XML: a way a piece of street, with highway, name, width, lanes, oneway, bridge, tunnel,
/// junction=roundabout, maxspeed, lujing:sweepable=yes|no and lujing:district. Ids as in the city.
std::string to_osm(const City& city);

/// Yards, wash bays and zones: polygons with `id`, `kind` (loading, unloading, parking, water,
/// transfer, wash, forbidden, weak_bridge) and `name`.
std::string fences_geojson(const City& city);

/// Any extract (.osm, .osm.pbf, .osm.xz, ...): what may be driven of it, its largest part that
/// hangs together. What no map has is put into it by the seed: yards of each kind on free ground
/// beside quiet streets, with a wash bay at each construction site; a forbidden zone and a weak
/// bridge that no permitted road leads through. Their ways have ids beyond those of OpenStreetMap.
Result<City> read_osm(const std::string& path, std::uint64_t seed);

}  // namespace lujing::sim
