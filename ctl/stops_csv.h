// Places where something is collected, out of a CSV file: a city's list of routes as it is.
#pragma once

#include "base/result.h"
#include "ctl/inferred_work.h"

#include <cstddef>
#include <istream>
#include <optional>
#include <string>
#include <vector>

namespace lujing::ctl {

struct StopsFile {
  std::vector<Stop> stops;
  bool has_days = false;       ///< the file says on which weekdays each is asked
  std::size_t other_days = 0;  ///< left out: asked on other weekdays
};

/// Columns are found by the header: name (or stop_name), lat, lon (needed), radius_m, route, days
/// (weekdays as 一,三,五; none: every day). `weekday`: only stops of that one, 0 is Monday;
/// nullopt: all of them. Fails with the line where a stop cannot be read, and where none is left.
Result<StopsFile> read_stops(std::istream& in, const std::string& name, std::optional<int> weekday);

}  // namespace lujing::ctl
