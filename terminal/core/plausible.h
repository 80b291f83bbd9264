// What the core believes of a number that a device said. A value that is not finite or out of its
// range counts as not said: it changes nothing, and nothing is computed with it.
#pragma once

#include <optional>

namespace lujing::core {

/// The value, if it is there and within [min, max]; NaN is within nothing.
inline std::optional<double> within(std::optional<double> value, double min, double max) {
  return value && *value >= min && *value <= max ? value : std::nullopt;
}

}  // namespace lujing::core
