// A request's target taken apart: "/api/vehicles/M-003/track?minutes=60".
#pragma once

#include "base/result.h"

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lujing::dispatch {

struct Target {
  std::string path;                   ///< decoded, begins with '/'
  std::vector<std::string> segments;  ///< of the path, decoded; an end slash adds none
  std::vector<std::pair<std::string, std::string>> query;

  /// The first value of that name.
  std::optional<std::string> get(std::string_view name) const;
  /// The first name in the query that is not one of these.
  std::optional<std::string> other_than(std::initializer_list<std::string_view> names) const;
};

/// Refuses what is no path: bad percent codes, control characters, "." and ".." segments,
/// backslashes.
Result<Target> parse_target(std::string_view text);

}  // namespace lujing::dispatch
