// Fixes a second through fusion, the worst single step, and what it allocates (nothing).
#include "terminal/core/fusion/fusion.h"
#include "tests/bench/thread_time.h"
#include "tests/support/true_drive.h"

#include <benchmark/benchmark.h>
#include <malloc.h>

#include <algorithm>
#include <vector>

namespace lujing {
namespace {

struct Heard {
  BootTime at;
  int kind = 0;  ///< 0: fix, 1: wheels, 2: yaw rate
  double value = 0;
  hal::GnssFix fix;
  core::FixVerdict verdict;
};

std::vector<Heard> an_hour(bool with_bus, double fix_late_s) {
  std::vector<Heard> all;
  test::Drive drive(1);
  test::CityDriver driver(1);
  for (int i = 1; i <= 36'000; ++i) {
    const auto wish = driver.next(0.1);
    drive.step(0.1, wish.speed_mps, wish.turn_rad_s);
    if (with_bus) {
      all.push_back({drive.at(), 1, drive.wheels_mps(), {}, {}});
      all.push_back({drive.at(), 2, drive.yaw_rad_s(), {}, {}});
    }
    if (i % 10 != 0) continue;
    Heard heard{drive.at(), 0, 0, drive.fix(), {}};
    heard.verdict.reason = core::FixReason::accepted;
    heard.verdict.utc = heard.fix.utc;
    // Every other fix late, so that it has to be put in its place.
    if (i % 20 == 0) heard.at.ns += static_cast<std::int64_t>(fix_late_s * 1e9);
    all.push_back(heard);
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Heard& a, const Heard& b) { return a.at < b.at; });
  return all;
}

void tell(core::Fusion& fusion, const Heard& heard) {
  switch (heard.kind) {
    case 0:
      fusion.take_fix(heard.at, heard.fix, heard.verdict);
      break;
    case 1:
      fusion.take_wheel_speed(heard.at, heard.value);
      break;
    default:
      fusion.take_yaw_rate(heard.at, heard.value);
  }
  fusion.pass(heard.at);
}

void through(benchmark::State& state, const std::vector<Heard>& all) {
  std::int64_t fixes = 0;
  std::int64_t told = 0;
  std::size_t allocated = 0;
  for (auto _ : state) {
    core::Fusion fusion{core::FusionConfig{}};
    const std::size_t before = mallinfo2().uordblks;
    for (const Heard& heard : all) {
      tell(fusion, heard);
      fixes += heard.kind == 0 ? 1 : 0;
    }
    told += static_cast<std::int64_t>(all.size());
    allocated += mallinfo2().uordblks - before;
    benchmark::DoNotOptimize(fusion.pose());
  }
  std::int64_t worst_ns = 0;
  core::Fusion fusion{core::FusionConfig{}};
  for (const Heard& heard : all) {
    const std::int64_t from = thread_ns();
    tell(fusion, heard);
    worst_ns = std::max(worst_ns, thread_ns() - from);
  }
  state.counters["fixes/s"] =
      benchmark::Counter(static_cast<double>(fixes), benchmark::Counter::kIsRate);
  state.counters["measurements/s"] =
      benchmark::Counter(static_cast<double>(told), benchmark::Counter::kIsRate);
  state.counters["worst_step_us"] = static_cast<double>(worst_ns) / 1000;
  state.counters["bytes_kept"] = static_cast<double>(allocated);
}

/// The receiver alone, each fix a pose.
void fusion_fixes(benchmark::State& state) {
  through(state, an_hour(false, 0));
}
BENCHMARK(fusion_fixes)->Unit(benchmark::kMillisecond);

/// Wheels and yaw rate at 10 Hz beside it; every other fix is 0.3 s late.
void fusion_with_bus(benchmark::State& state) {
  through(state, an_hour(true, 0.3));
}
BENCHMARK(fusion_with_bus)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace lujing
