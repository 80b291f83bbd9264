// Fences as files: GeoJSON, what the platform sends and a person draws; and CSV with well-known
// text, what surveys and contests hand out. Bounded, never throws; an error names the item, and the
// set is taken as a whole or not at all.
//
// GeoJSON: a FeatureCollection with "version"; each feature a Polygon, a MultiPolygon (one fence a
// part: "id/1", "id/2"), a Point with "radius_m", or a LineString with "width_m". Properties:
//   id                the fence's id (else the feature's own id)      name         for people
//   zone              area, forbidden, loading, unloading, unloading_ring, parking, wash, route
//   hours             ["22:00-06:00 mon-fri", ...]                    hours_mean   applies, spares
//   load              any, laden, empty                               dwell_s, tolerated_s
//   speed_limit_kmh   valid_from, valid_until: "2026-05-01T00:00:00Z"
// CSV: a head line with `id` (or `polygon`) and `wkt` (POLYGON); `zone`, `name`, `valid_from_seq`
// may stand there too.
#pragma once

#include "base/result.h"
#include "terminal/core/fence/fence.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lujing::config {

struct FenceFileOptions {
  bool lenient = false;  ///< properties that are not ours are passed over: any map's GeoJSON
  bool planar = false;   ///< coordinates are metres of the world Mercator (EPSG:54004, :3395)
};

struct FenceFile {
  core::FenceSet set;
  /// From which report on a version of a fence holds, where the file says so (else empty): the
  /// fence's id is then "id@number".
  std::vector<std::int64_t> valid_from_seq;
};

/// GeoJSON if it begins with a brace, else CSV. `name` is what messages call it. Checked by
/// core::check().
Result<FenceFile> parse_fence_file(const std::string& name, std::string_view bytes,
                                   const FenceFileOptions& options);
/// A directive's body: strict GeoJSON.
Result<core::FenceSet> parse_fences(std::string_view bytes);

inline constexpr std::size_t max_fence_file_bytes = 64U << 20;

/// A place of the world Mercator projection on the ellipsoid; no place where it is out of range.
GeoPoint from_mercator(double x_m, double y_m);
/// How many of its metres are one metre on the ground there.
double mercator_scale(GeoPoint at);

}  // namespace lujing::config
