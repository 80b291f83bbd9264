// Limits that the platform puts on a vehicle, as a document (TOML): a directive's body.
//
//   [[limit]]
//   kind = "speed"              # speed, hoist, lock
//   kmh = 20                    # of a speed limit
//   priority = 50
//   reason = "order 2026-118 of the city's office"
//
// The document is all that the platform asks for: what it does not name is released. Withdrawn, it
// asks for nothing.
#pragma once

#include "base/result.h"

#include <string_view>
#include <vector>

namespace lujing::core {
struct LimitRequest;
}

namespace lujing::config {

/// Refused as a whole; a message names line, key and limit.
Result<std::vector<core::LimitRequest>> parse_limits(std::string_view bytes);

}  // namespace lujing::config
