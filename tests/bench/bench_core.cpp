// Observations a second through the core, through the journal's codec, and through a replay.
#include "terminal/journal/observation_codec.h"
#include "terminal/journal/replay.h"
#include "tests/support/journals.h"
#include "tests/support/observations.h"
#include "tests/support/temp_dir.h"

#include <benchmark/benchmark.h>

#include <vector>

namespace lujing {
namespace {

/// Half an hour of a muck truck as its devices would tell it: wheels at 10 Hz, a sweep of brush
/// signals, fixes and ticks, the cover open for a while.
const test::Ride& half_an_hour() {
  static const test::Ride ride = [] {
    test::Ride told;
    told.boot().gnss(30, 114, "2026-05-01T02:00:00Z").cover(test::SwitchState::on).load(0.9);
    for (int i = 0; i < 300; ++i) {
      told.heading(i % 2, 1 - i % 2, i % 2 == 0 ? 0 : pi / 2);
      told.wheels_kmh(20 + i % 30).say(hal::CanSignal{1, hal::SignalState::ok, 90.0 + i % 7});
      told.cover(i % 100 < 5 ? test::SwitchState::off : test::SwitchState::on).pass(6);
    }
    return told;
  }();
  return ride;
}

void core_observations(benchmark::State& state) {
  const auto& told = half_an_hour().told();
  std::vector<protocol::Record> records;
  std::int64_t count = 0;
  std::int64_t written = 0;
  for (auto _ : state) {
    core::Core core(test::muck_truck());
    for (const hal::Observation& observation : told) {
      core.take(observation, records);
      written += static_cast<std::int64_t>(records.size());
      records.clear();
    }
    count += static_cast<std::int64_t>(told.size());
  }
  state.counters["observations/s"] =
      benchmark::Counter(static_cast<double>(count), benchmark::Counter::kIsRate);
  state.counters["records"] =
      static_cast<double>(written) / static_cast<double>(state.iterations());
}
BENCHMARK(core_observations)->Unit(benchmark::kMillisecond);

void journal_encode(benchmark::State& state) {
  const auto& told = half_an_hour().told();
  std::int64_t count = 0;
  std::int64_t bytes = 0;
  journal::ObservationEncoder encoder;
  for (auto _ : state) {
    for (const hal::Observation& observation : told) {
      encoder.add(observation);
      if (!encoder.full()) continue;
      bytes += static_cast<std::int64_t>(encoder.bytes().size());
      encoder.clear();
    }
    count += static_cast<std::int64_t>(told.size());
  }
  state.counters["observations/s"] =
      benchmark::Counter(static_cast<double>(count), benchmark::Counter::kIsRate);
  state.counters["bytes/observation"] = static_cast<double>(bytes) / static_cast<double>(count);
}
BENCHMARK(journal_encode)->Unit(benchmark::kMillisecond);

void journal_replay(benchmark::State& state) {
  const tests::TempDir folder;
  test::write_journal(folder.path("a.ljj"), test::muck_truck(), half_an_hour().told());
  std::int64_t count = 0;
  for (auto _ : state) {
    const auto summary = journal::replay(folder.path("a.ljj"), {});
    if (!summary) {
      state.SkipWithError(summary.error().what().c_str());
      break;
    }
    count += static_cast<std::int64_t>(summary->observations);
  }
  state.counters["observations/s"] =
      benchmark::Counter(static_cast<double>(count), benchmark::Counter::kIsRate);
}
BENCHMARK(journal_replay)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace lujing
