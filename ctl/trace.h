// A drive recorded as lines of text, as observations: what `lujing-ctl fuse --trace` reads.
//
// A header line, then t_ms,kind,value,...: GVVEHSP (wheel speed, km/h), GVGPSP (latitude,
// longitude, height), GVGPSC (speed m/s, course in degrees), GVYAW (rad/s, positive to the left);
// other kinds are passed over. A position takes the speed and course that stand within half a
// second of it.
#pragma once

#include "base/result.h"
#include "hal/observation.h"
#include "terminal/core/config.h"

#include <string>
#include <vector>

namespace lujing::ctl {

struct Trace {
  core::CoreConfig config;  ///< which signal is what
  std::vector<hal::Observation> told;
  std::uint64_t lines = 0;
  std::uint64_t skipped = 0;  ///< lines that are no line of a trace
  std::uint64_t stale = 0;    ///< positions that are not newer than the one before: passed over
};

/// A .csv or .csv.xz file. Numbers that are none are handed on as they are: whoever takes them
/// refuses and counts them.
Result<Trace> read_trace(const std::string& path);
Result<Trace> parse_trace(const std::string& name, const std::string& text);

}  // namespace lujing::ctl
