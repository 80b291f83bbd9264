// The simulator live: the world in real time, its devices on serial lines.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <optional>
#include <string>

namespace lujing::sim {

struct RunOptions {
  std::string scenario = "demo";
  std::string folder;
  std::uint64_t seed = 7;
  std::optional<double> duration_s;  ///< nothing: until SIGINT or SIGTERM
  bool gpsd = false;
};

/// Returns when it is over. Everything that it started has ended then.
Result<void> run_live(const RunOptions& options);

}  // namespace lujing::sim
