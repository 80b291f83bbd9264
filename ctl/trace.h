// A drive recorded as lines of text, as observations: what `lujing-ctl fuse --trace` reads.
//
// A header line, then t_ms,kind,value,...: GVVEHSP (wheel speed, km/h), GVGPSP (latitude,
// longitude, height), GVGPSC (speed m/s, course in degrees), GVYAW (rad/s, positive to the left);
// other kinds are passed over. A position takes the speed and course that stand within half a
// second of it. What a line says badly has a defined answer:
//
//   no time, or no number where one belongs   passed over, counted (skipped), the line named
//   a course outside 0 to 360 degrees         not taken, counted, the line named; the speed is
//   a place that is NaN or at latitude 91     handed on; the gate refuses and counts it
//   a place told twice, or older than before  passed over, counted (stale)
//   a speed or turn that is NaN or too fast   handed on; the filter takes none of it
//   no accuracy (a trace has none)            an ordinary receiver's, 10 m (95 %)
//   a signal whose time goes back             put in its place up to 2 s, else counted
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
  std::uint64_t skipped = 0;          ///< lines that are no line of a trace
  std::uint64_t courses_refused = 0;  ///< outside 0 to 360 degrees
  static constexpr std::size_t most_problems = 5;
  std::vector<std::string> problems;  ///< the first ones: "line 7: ..."
  void tell(std::uint64_t line, const std::string& what);
  std::uint64_t stale = 0;  ///< positions that are not newer than the one before: passed over
};

/// A .csv or .csv.xz file. Numbers that are none are handed on as they are: whoever takes them
/// refuses and counts them.
Result<Trace> read_trace(const std::string& path);
Result<Trace> parse_trace(const std::string& name, const std::string& text);

}  // namespace lujing::ctl
