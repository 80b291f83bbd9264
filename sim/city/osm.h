// Cities as OpenStreetMap files: ours written, any read.
#pragma once

#include "base/result.h"
#include "sim/city/city.h"

#include <string>

namespace lujing::sim {

/// OSM XML: a way a piece of street, with highway, name, width, lanes, oneway, bridge, tunnel,
/// junction=roundabout, maxspeed, lujing:sweepable=yes|no and lujing:district. Ids as in the city.
std::string to_osm(const City& city);

/// Yards, wash bays and zones: polygons with `id`, `kind` (loading, unloading, parking, water,
/// transfer, wash, forbidden, weak_bridge) and `name`.
std::string fences_geojson(const City& city);

/// Any extract (.osm, .osm.pbf, .osm.xz, ...): what may be driven of it, its largest part that
/// hangs together. Sites are put at the ends of quiet streets; the seed-made city has better ones.
Result<City> read_osm(const std::string& path);

}  // namespace lujing::sim
