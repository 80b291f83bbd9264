// The terminal as a whole, as its own process beside a real platform: memory after an hour's
// journal, start to the first committed record, and from the network's return to caught up.
#include "tests/fault/app/rig.h"
#include "tests/support/link_proxy.h"

#include <benchmark/benchmark.h>

#include <chrono>
#include <filesystem>
#include <thread>

namespace lujing::testing {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::seconds;

double since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// How far an outbox file is written, without asking the terminal (asking costs a process).
bool has_records(const std::string& data_dir) {
  std::error_code problem;
  const auto size = std::filesystem::file_size(data_dir + "/outbox.db-wal", problem);
  return !problem && size > 4096;
}

/// Wall seconds from exec to the first record on the disk, with no device there at all.
void terminal_first_record(benchmark::State& state) {
  for (auto _ : state) {
    const TempDir dir;
    const PlatformUnderTest platform(dir);
    TerminalUnderTest terminal(dir, platform, {});
    const auto begin = Clock::now();
    terminal.start();
    while (!has_records(terminal.data_dir()) && since(begin) < 30) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    state.SetIterationTime(since(begin));
    const bool counted =
        wait_until([&] { return terminal.status_number("outbox.next_seq") > 1; }, seconds(30));
    if (!counted) state.SkipWithError("no record was committed");
    terminal.kill();
  }
}
BENCHMARK(terminal_first_record)->UseManualTime()->Iterations(3)->Unit(benchmark::kMillisecond);

/// An hour is decided and committed while the link is down; then it comes back.
void terminal_an_hour_without_a_link(benchmark::State& state) {
  for (auto _ : state) {
    const TempDir dir;
    const std::size_t records = write_ride(dir / "ride.ljj", 3600);
    PlatformUnderTest platform(dir);
    platform.start();
    LinkProxy link(platform.gateway_port());
    link.set_down(true);
    TerminalSetup setup;
    setup.gateway_port = link.port();
    setup.more = "[uplink]\nbackoff_min_s = 0.1\nbackoff_max_s = 0.3\n";
    TerminalUnderTest terminal(dir, platform, setup);
    terminal.start({"--replay", dir / "ride.ljj"});
    const bool decided = wait_until(
        [&] {
          return terminal.status_number("outbox.depth_records") ==
                 static_cast<std::int64_t>(records);
        },
        seconds(60));
    if (!decided) state.SkipWithError("the hour was not committed");
    state.counters["resident_KiB"] = static_cast<double>(terminal.process().resident_kib());
    state.counters["records"] = static_cast<double>(records);
    const auto begin = Clock::now();
    link.set_down(false);
    const bool caught_up = wait_until(
        [&] { return terminal.status_number("outbox.depth_records") == 0; }, seconds(120));
    if (!caught_up) state.SkipWithError("not caught up");
    state.SetIterationTime(since(begin));
    state.counters["times_real_time"] = 3600 / since(begin);
    terminal.kill();
    platform.kill();
  }
}
BENCHMARK(terminal_an_hour_without_a_link)
    ->UseManualTime()
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace lujing::testing
