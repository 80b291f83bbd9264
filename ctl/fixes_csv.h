// Fixes out of a CSV file, whatever is in it. What a row says badly has a defined answer:
//
//   no place, or none on the earth (NaN, infinity, latitude 91)   kept, matched as `unknown`
//   no time                                                       kept, matched as `unknown`
//   accuracy, speed or heading missing, 0 (accuracy), negative,   as if the column were not there
//   NaN or infinite
//   a row with too few fields                                     what it has is used
//   a row with more fields than the header                        kept, matched as `unknown`
//   a quote that does not end, text behind one                    refused, with the line's number
//   the same fix again, or time going back                        the matcher answers (matching.h)
#pragma once

#include "base/result.h"
#include "terminal/core/roads/raw_fix.h"

#include <cstddef>
#include <istream>
#include <optional>
#include <string>
#include <vector>

namespace lujing::ctl {

struct FixesTrack {
  std::string name;
  std::vector<core::RawFix> fixes;
  std::vector<std::string> times;   ///< t_unix as written, one field of a CSV
  std::vector<std::string> places;  ///< "lat,lon" as written, two of them
};

struct FixesFile {
  std::vector<FixesTrack> tracks;  ///< in the order in which they begin
  std::size_t fixes = 0;
  std::size_t without_place = 0;
  std::size_t without_time = 0;
  std::size_t in_milliseconds = 0;  ///< of those without a time: what milliseconds would be
  std::size_t too_wide = 0;  ///< of those without a place: rows with more fields than the header
};

/// Columns are found by the header: track (or vehicle), t_unix, lat, lon (needed), speed_mps,
/// heading_deg, accuracy_m (the radius that holds 68 %, as phones tell it). With a
/// `local_utc_offset_min`, time_local (2026-05-01T07:30:00) may stand for t_unix. Fields as RFC
/// 4180 writes them, each row on one line. Fails where a needed column is missing.
Result<FixesFile> read_fixes(std::istream& in,
                             std::optional<int> local_utc_offset_min = std::nullopt);

}  // namespace lujing::ctl
