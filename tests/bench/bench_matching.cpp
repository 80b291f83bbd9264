// Matching at 1 Hz: fixes a second on one core, the worst single step, bytes beside the mapped
// file.
#include "terminal/core/roads/matching.h"
#include "tests/support/ascii_roads.h"

#include <benchmark/benchmark.h>

#include <chrono>
#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace lujing {
namespace {

/// A town of 10 x 10 blocks of 180 m, every street in both directions.
const tests::AsciiRoads& town() {
  static const tests::AsciiRoads built = [] {
    const std::string names = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    constexpr std::size_t side = 7;
    std::string picture;
    std::vector<tests::AsciiWay> ways;
    for (std::size_t y = 0; y < side; ++y) {
      std::string row;
      std::string across;
      std::string down;
      for (std::size_t x = 0; x < side; ++x) {
        row += names[y * side + x];
        row += x + 1 < side ? "-----" : "";
        across += names[y * side + x];
        down += names[x * side + y];
      }
      picture += row + "\n\n\n\n\n\n";
      ways.push_back({across});
      ways.push_back({down});
    }
    return tests::AsciiRoads(picture, 30, ways);
  }();
  return built;
}

/// Hours of a vehicle that turns at random, at about 9 m/s, with 4 m of noise.
std::vector<core::RawFix> drive(std::size_t count) {
  const core::RoadNetwork& roads = town().roads();
  std::mt19937 random(5);
  std::normal_distribution<double> noise(0, 4);
  std::vector<core::RawFix> fixes;
  core::EdgeId edge = roads.leaving(0)[0];
  double along = 0;
  while (fixes.size() < count) {
    const double length = roads.length_m(edge.link());
    if (along >= length) {
      along -= length;
      const auto next = roads.leaving(roads.end(edge));
      core::EdgeId chosen;
      do {
        chosen = next[random() % next.size()];
      } while (chosen == edge.reversed() && next.size() > 1);
      edge = chosen;
      continue;
    }
    const GeoPoint at = roads.place(edge.link(), edge.backward() ? length - along : along);
    fixes.push_back({BootTime{static_cast<std::int64_t>(fixes.size()) * ns_per_s},
                     moved(at, {noise(random), noise(random)}),
                     {},
                     {},
                     {}});
    along += 9;
  }
  return fixes;
}

void matching_fixes(benchmark::State& state) {
  const auto fixes = drive(20'000);
  core::Matches found;
  std::size_t answered = 0;
  std::size_t bytes = 0;
  for (auto _ : state) {
    core::Matcher matcher(town().roads(), {});
    for (const core::RawFix& fix : fixes) {
      matcher.take(fix, found);
      answered += found.points.size();
      found.clear();
    }
    bytes = matcher.memory_bytes();
  }
  benchmark::DoNotOptimize(answered);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(fixes.size()));
  state.counters["MiB"] = static_cast<double>(bytes) / 1048576;
}
BENCHMARK(matching_fixes)->Unit(benchmark::kMillisecond);

/// Poses of the fusion filter, ten a second.
void matching_poses(benchmark::State& state) {
  const auto fixes = drive(5'000);
  std::vector<core::Pose> poses;
  for (std::size_t i = 0; i + 1 < fixes.size(); ++i) {
    const Offset step = offset(fixes[i].position, fixes[i + 1].position);
    for (int k = 0; k < 10; ++k) {
      core::Pose pose;
      pose.at.ns = fixes[i].at.ns + k * (ns_per_s / 10);
      pose.mode = core::PoseMode::gnss;
      pose.position = moved(fixes[i].position, {step.east_m * k / 10, step.north_m * k / 10});
      pose.covariance = {9, 9, 0};
      pose.driven_m = 9 * static_cast<double>(i) + 0.9 * k;
      poses.push_back(pose);
    }
  }
  core::Matches found;
  for (auto _ : state) {
    core::Matcher matcher(town().roads(), {});
    for (const core::Pose& pose : poses) {
      matcher.take(pose, found);
      found.clear();
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(poses.size()));
}
BENCHMARK(matching_poses)->Unit(benchmark::kMillisecond);

void matching_worst_step(benchmark::State& state) {
  const auto fixes = drive(20'000);
  core::Matches found;
  double worst_us = 0;
  for (auto _ : state) {
    core::Matcher matcher(town().roads(), {});
    for (const core::RawFix& fix : fixes) {
      const auto start = std::chrono::steady_clock::now();
      matcher.take(fix, found);
      const std::chrono::duration<double, std::micro> took =
          std::chrono::steady_clock::now() - start;
      worst_us = std::max(worst_us, took.count());
      found.clear();
    }
  }
  state.counters["worst_us"] = worst_us;
}
BENCHMARK(matching_worst_step)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace lujing
