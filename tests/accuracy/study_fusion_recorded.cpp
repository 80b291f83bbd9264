// A recorded car through Munich: hide 60 s of its receiver a hundred times, and see how far off the
// dead reckoning is when it comes back. The recording tells its places in steps of 1e-4 degree, up
// to 11 m, and has no yaw rate: the receiver itself is the only truth there is.
#include "ctl/fuse_run.h"
#include "ctl/trace.h"
#include "tests/accuracy/fusion_rig.h"
#include "tests/accuracy/study.h"
#include "tests/support/shared_data.h"

#include <cstdio>

namespace lujing::accuracy {
namespace {

constexpr double gap_s = 60;
constexpr int gaps = 100;
constexpr double learn_s = 60;

int run(std::span<const std::string_view> arguments) {
  std::string path = arguments.empty() ? "" : std::string(arguments[0]);
  if (path.empty()) {
    const auto folder = test_support::shared_data();
    if (!folder) {
      std::fprintf(stderr, "fusion-recorded: LUJING_SHARED_DATA names no folder\n");
      return 1;
    }
    path = (*folder / "traces" / "munich-car-gps-odometer.csv.xz").string();
  }
  auto trace = ctl::read_trace(path);
  if (!trace) {
    std::fprintf(stderr, "fusion-recorded: %s\n", trace.error().what().c_str());
    return 1;
  }
  const double end_s = trace->told.back().at.seconds();
  std::vector<double> errors;
  std::vector<double> share;
  std::vector<double> length;
  for (int i = 0; i < gaps; ++i) {
    const double from_s = learn_s + (end_s - learn_s - gap_s - 5) * i / (gaps - 1);
    ctl::FuseRun fuse([](const ctl::FusedPoint&) {});
    fuse.configure(trace->config);
    for (const hal::Observation& observation : trace->told) {
      const double at_s = observation.at.seconds();
      fuse.take(observation, std::nullopt, at_s >= from_s && at_s < from_s + gap_s);
      if (at_s > from_s + gap_s + 3) break;
    }
    const ctl::FuseSummary sum = fuse.summary();
    if (!sum.gap_error_m) continue;
    errors.push_back(*sum.gap_error_m);
    length.push_back(sum.gap_driven_m);
    if (sum.gap_driven_m > 50) share.push_back(*sum.gap_error_m / sum.gap_driven_m);
  }
  std::printf("%zu gaps of %.0f s, %.0f m driven in each (median), wheels only\n", errors.size(),
              gap_s, quantile(length, 0.5));
  std::printf("error at the end   median %.1f m   95 %% %.1f m   worst %.1f m\n",
              quantile(errors, 0.5), quantile(errors, 0.95), quantile(errors, 1));
  std::printf("of the way driven  median %.1f %%   95 %% %.1f %%\n", 100 * quantile(share, 0.5),
              100 * quantile(share, 0.95));
  return 0;
}

const bool registered =
    add({"fusion-recorded", "munich-car-gps-odometer: the error after 100 hidden gaps of 60 s",
         "[TRACE]   as in: lujing-accuracy fusion-recorded munich.csv.xz", &run});

}  // namespace
}  // namespace lujing::accuracy
