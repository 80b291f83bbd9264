// Any text as a trace, and what it says through the gate and the filter: whatever it is, the
// estimate stays finite and a place that is told is on the earth.
#include "ctl/fuse_run.h"
#include "ctl/trace.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lujing;
  const std::string text(reinterpret_cast<const char*>(data), size);
  auto trace = ctl::parse_trace("fuzz", "t_ms,kind,v1,v2,v3\n" + text);
  if (!trace) return 0;
  ctl::FuseRun run([](const ctl::FusedPoint& point) {
    const core::Pose& pose = point.pose;
    const bool placed = pose.mode != core::PoseMode::none;
    const double all = pose.heading_rad + pose.speed_mps + pose.covariance.east_m2 +
                       pose.covariance.north_m2 + pose.covariance.east_north_m2 + pose.driven_m;
    if (!std::isfinite(all) || (placed && !pose.position.valid())) std::abort();
  });
  run.configure(trace->config);
  for (const auto& one : trace->told) run.take(one, std::nullopt, false);
  return 0;
}
