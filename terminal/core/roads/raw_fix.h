// A fix as a receiver or a file tells it, without a filter's covariance.
#pragma once

#include "base/geo.h"
#include "base/time.h"

#include <optional>

namespace lujing::core {

struct RawFix {
  BootTime at;
  GeoPoint position;  ///< invalid: answered `unknown`
  std::optional<double> speed_mps;
  std::optional<double> heading_rad;
  std::optional<double> sigma_m;  ///< per axis
};

}  // namespace lujing::core
