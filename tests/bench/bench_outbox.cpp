// The outbox on the disk that it stands on (LUJING_BENCH_DIR, else the folder of the build), by
// records a commit: records a second, what is written to flash for each, and how long a commit
// takes.
#include "terminal/outbox/outbox.h"
#include "tests/support/random_records.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace {

using namespace lujing;

/// What this process has handed to block devices; 0 where the kernel does not say.
std::uint64_t written_to_disk() {
  std::ifstream io("/proc/self/io");
  std::string name;
  std::uint64_t value = 0;
  while (io >> name >> value)
    if (name == "write_bytes:") return value;
  return 0;
}

/// What this process has passed to write().
std::uint64_t written_by_calls() {
  std::ifstream io("/proc/self/io");
  std::string name;
  std::uint64_t value = 0;
  while (io >> name >> value)
    if (name == "wchar:") return value;
  return 0;
}

void outbox_commit(benchmark::State& state) {
  const auto a_commit = static_cast<std::size_t>(state.range(0));
  const char* wanted = std::getenv("LUJING_BENCH_DIR");
  const std::string folder = std::string(wanted != nullptr ? wanted : LUJING_BINARY_DIR) +
                             "/bench_outbox." + std::to_string(a_commit);
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  outbox::Options options;
  options.path = folder + "/outbox.db";
  options.reserve_bytes = 0;
  auto box = outbox::Outbox::open(options);
  if (!box) {
    state.SkipWithError(box.error().what().c_str());
    return;
  }
  lujing::test::RandomRecords records(1);
  std::vector<protocol::Record> some;
  std::vector<double> took_us;
  const std::uint64_t disk_before = written_to_disk();
  const std::uint64_t calls_before = written_by_calls();
  for (auto _ : state) {
    state.PauseTiming();
    some.clear();
    for (std::size_t n = 0; n < a_commit; ++n) some.push_back(records.point());
    state.ResumeTiming();
    const auto start = std::chrono::steady_clock::now();
    (*box)->append(some);
    if (!(*box)->commit()) {
      state.SkipWithError((*box)->stats().last_error.c_str());
      break;
    }
    took_us.push_back(
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start)
            .count());
    // A vehicle that is on line: what was written is soon acknowledged.
    const auto next = (*box)->stats().next_seq;
    if (next > 120) (void)(*box)->acknowledge((*box)->stats().epoch, next - 120);
  }
  const double count = static_cast<double>((*box)->stats().next_seq - 1);
  if (took_us.empty() || count < 1) return;
  std::sort(took_us.begin(), took_us.end());
  state.counters["records/s"] = benchmark::Counter(count, benchmark::Counter::kIsRate);
  state.counters["flash_B/record"] = static_cast<double>(written_to_disk() - disk_before) / count;
  state.counters["written_B/record"] =
      static_cast<double>(written_by_calls() - calls_before) / count;
  state.counters["p50_us"] = took_us[took_us.size() / 2];
  state.counters["p99_us"] = took_us[took_us.size() * 99 / 100];
  box->reset();
  std::filesystem::remove_all(folder);
}
BENCHMARK(outbox_commit)->Arg(1)->Arg(10)->Arg(60)->Iterations(3000)->UseRealTime();

}  // namespace
