// How fast frames become values, on one core: a J1939 truck's log, and messages of 2 and 13
// signals.
#include "hal/can/candump.h"
#include "hal/can/decoder.h"

#include <benchmark/benchmark.h>
#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <new>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace lujing::hal::can;  // NOLINT(google-build-using-namespace): a bench of this folder

/// 100 messages of `count` signals each, both byte orders, signed and unsigned, no two sharing
/// bits.
std::string made_up_dbc(int count) {
  std::string text;
  for (int m = 0; m < 100; ++m) {
    text += "BO_ " + std::to_string(256 + m * 7) + " M" + std::to_string(m) + ": 8 X\n";
    const int bits = 64 / count;
    for (int s = 0; s < count; ++s) {
      const bool motorola = (m + s) % 2 == 0;
      const int start = motorola ? s * bits + std::min(bits, 8) - 1 : s * bits;
      text += " SG_ S" + std::to_string(s) + " : " + std::to_string(start) + "|" +
              std::to_string(bits) + "@" + (motorola ? "0" : "1") + (s % 3 == 0 ? "-" : "+") +
              " (0.125,-40) [0|0] \"\" X\n";
    }
  }
  return text;
}

std::vector<CanFrame> made_up_frames(const Database& database) {
  std::mt19937_64 random(1);
  std::vector<CanFrame> frames(20'000);
  for (CanFrame& f : frames) {
    const Message& message = database.messages[random() % database.messages.size()];
    f.id = message.id;
    f.extended = message.extended;
    f.len = 8;
    for (std::size_t i = 0; i < 8; ++i) f.data[i] = static_cast<std::uint8_t>(random());
  }
  return frames;
}

/// Bytes in use on the heap: the same before and after, or something was kept.
std::size_t heap_bytes() {
  return mallinfo2().uordblks;
}

void decode_all(benchmark::State& state, const Database& database,
                const std::vector<CanFrame>& frames) {
  auto decoder = Decoder::compile_all(database);
  if (!decoder) {
    state.SkipWithError(decoder.error().what().c_str());
    return;
  }
  std::size_t values = 0;
  double sum = 0;
  const std::size_t before = heap_bytes();
  for (auto _ : state) {
    for (const CanFrame& frame : frames) {
      const auto said = decoder->decode(frame);
      values += said.size();
      if (!said.empty()) sum += said.back().value;
    }
  }
  const std::size_t after = heap_bytes();
  benchmark::DoNotOptimize(sum);
  const auto rounds = static_cast<double>(state.iterations());
  const double count = rounds * static_cast<double>(frames.size());
  state.counters["frames_per_s"] = benchmark::Counter(count, benchmark::Counter::kIsRate);
  state.counters["signals_per_frame"] = static_cast<double>(values) / count;
  state.counters["heap_growth_bytes"] = static_cast<double>(after) - static_cast<double>(before);
  state.counters["short_frames"] = static_cast<double>(decoder->short_frames());
}

void can_decode_made_up(benchmark::State& state) {
  const auto database = parse_dbc(made_up_dbc(static_cast<int>(state.range(0))), "made up");
  if (!database) {
    state.SkipWithError(database.error().what().c_str());
    return;
  }
  decode_all(state, *database, made_up_frames(*database));
}
BENCHMARK(can_decode_made_up)->ArgName("signals")->Arg(2)->Arg(13);

std::filesystem::path shared_can() {
  const char* named = std::getenv("LUJING_SHARED_DATA");
  return (named != nullptr ? std::filesystem::path(named)
                           : std::filesystem::path(LUJING_SOURCE_DIR) / "../shared/data") /
         "can";
}

std::vector<CanFrame> recorded_frames() {
  std::vector<CanFrame> frames;
  std::ifstream log(shared_can() / "candump/truck-drive-a.log");
  std::string line;
  while (std::getline(log, line)) {
    if (const auto read = parse_candump_line(line); read && read->has_frame) {
      frames.push_back(read->frame);
    }
  }
  return frames;
}

/// The recorded drive and the DBC written for it; where they are missing, a made-up J1939 bus.
void can_decode_j1939_truck(benchmark::State& state) {
  auto database = load_dbc(shared_can() / "dbc/j1939_subset.dbc");
  std::vector<CanFrame> frames = recorded_frames();
  if (!database || frames.empty()) {
    database = parse_dbc(
        "BO_ 2364540158 EEC1: 8 E\n SG_ T : 16|8@1+ (1,-125) [0|0] \"\" X\n"
        " SG_ N : 24|16@1+ (0.125,0) [0|0] \"\" X\n"
        "BO_ 2566844926 CCVS1: 8 E\n SG_ V : 8|16@1+ (0.00390625,0) [0|0] \"\" X\n",
        "made up");
    frames = made_up_frames(*database);
    state.SetLabel("made up: no recording here");
  }
  decode_all(state, *database, frames);
}
BENCHMARK(can_decode_j1939_truck);

void can_parse_candump(benchmark::State& state) {
  const std::string line = "(1436509052.249713) can0 18FEF100#FFC3D4FFFFFFFFFF";
  for (auto _ : state) {
    auto read = parse_candump_line(line);
    benchmark::DoNotOptimize(read);
  }
  state.counters["lines_per_s"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(can_parse_candump);

}  // namespace
