// Permits as a document (TOML): a directive's body.
//
//   version = 3
//   listed = ["M-099"]                 # dishonest hauliers (失信)
//   drivers = ["0A00B1C2D3"]           # cards of who may drive; none: any card that a reader reads
//   [[permit]]
//   id = "HZ-2026-014"
//   vehicles = ["M-003"]               # "all": every vehicle that it is sent to
//   loading = ["site-7"]               # fence ids
//   unloading = ["dump-1", "dump-2"]
//   routes = ["road-7-1"]
//   hours = ["06:00-22:00 mon-sat"]    # when hauling is allowed; none: always
//   valid_from = "2026-05-01T00:00:00Z"
//   valid_until = "2026-06-01T00:00:00Z"
//   withdrawn = false
//   night_work = false                 # spared from the city's curfew ...
//   announced = "2026-04-20T00:00:00Z" # ... which must be announced a week ahead
#pragma once

#include "base/result.h"
#include "terminal/core/haul/permit.h"

#include <string_view>

namespace lujing::config {

/// Refused as a whole; a message names line, key and permit. An empty list of vehicles is refused:
/// whoever wrote it did not mean everybody.
Result<core::PermitSet> parse_permits(std::string_view bytes);
/// What an office sends out must name its vehicles, too; a vehicle takes an older document without.
Result<void> check_permits_to_send(std::string_view bytes);

}  // namespace lujing::config
