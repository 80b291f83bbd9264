// The city as the page's base map.
#pragma once

#include "sim/city/city.h"

#include <string>

namespace lujing::sim {

/// A FeatureCollection, WGS-84: a LineString a street (MultiLineString where it has gaps) with
/// `class` (arterial, secondary, branch, lane) and `name`; a Point a site with `site` and `name`.
std::string to_geojson(const City& city);

}  // namespace lujing::sim
