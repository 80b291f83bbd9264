// Positions a second against fences: one vehicle's watch (hysteresis, dwell, crossings) along a
// drive through a city, and places drawn at random, where nothing that was known helps.
#include "terminal/core/fence/watch.h"
#include "tests/unit/fence/fences.h"

#include <benchmark/benchmark.h>

#include <cmath>
#include <map>
#include <random>
#include <vector>

namespace lujing {
namespace {

using namespace core;

constexpr double half_city_m = 20'000;

/// Sites of 30 to 400 m, of 50 corners each, anywhere in a city 40 km across.
std::shared_ptr<const FenceIndex> city(int count) {
  static std::map<int, std::shared_ptr<const FenceIndex>> made;
  auto& index = made[count];
  if (index) return index;
  std::mt19937 random(1);
  std::uniform_real_distribution<double> spread(-half_city_m, half_city_m);
  std::uniform_real_distribution<double> size(30, 400);
  std::uniform_real_distribution<double> wobble(0.7, 1);
  FenceSet set;
  for (int i = 0; i < count; ++i) {
    const core::test::At middle{spread(random), spread(random)};
    const double radius_m = size(random);
    std::vector<core::test::At> line;
    for (int corner = 0; corner < 50; ++corner) {
      const double angle = 2 * pi * corner / 50;
      const double r = radius_m * wobble(random);
      line.push_back({middle.east_m + r * std::cos(angle), middle.north_m + r * std::sin(angle)});
    }
    set.fences.push_back(core::test::fence(std::to_string(i), Polygon{core::test::ring(line), {}}));
  }
  index = *FenceIndex::make(std::move(set));
  return index;
}

/// A vehicle at 5 to 20 m/s, one fix a second with 2 m of noise.
const std::vector<Pose>& drive() {
  static const std::vector<Pose> poses = [] {
    std::mt19937 random(2);
    std::normal_distribution<double> turn(0, 0.05);
    std::normal_distribution<double> noise(0, 2);
    std::uniform_real_distribution<double> speed(5, 20);
    std::vector<Pose> made(200'000);
    double east = 0;
    double north = 0;
    double course = 0;
    for (std::size_t i = 0; i < made.size(); ++i) {
      course += turn(random);
      const double step_m = speed(random);
      east += step_m * std::sin(course);
      north += step_m * std::cos(course);
      if (std::fabs(east) > half_city_m || std::fabs(north) > half_city_m) {
        course = std::atan2(-east, -north);
      }
      Pose& pose = made[i];
      pose.at.ns = static_cast<std::int64_t>(i) * ns_per_s;
      pose.mode = PoseMode::gnss;
      pose.position = core::test::place({east + noise(random), north + noise(random)});
      pose.covariance = {4, 4, 0};
    }
    return made;
  }();
  return poses;
}

void tell(benchmark::State& state, const FenceIndex& index, std::int64_t places,
          std::int64_t changes) {
  state.counters["positions/s"] =
      benchmark::Counter(static_cast<double>(places), benchmark::Counter::kIsRate);
  state.counters["MiB"] = static_cast<double>(index.bytes()) / (1 << 20);
  state.counters["found/1000"] =
      1000.0 * static_cast<double>(changes) / static_cast<double>(places);
}

void fence_watch_drive(benchmark::State& state) {
  const auto index = city(static_cast<int>(state.range(0)));
  const std::vector<Pose>& poses = drive();
  std::vector<FenceChange> changes;
  changes.reserve(1000);
  std::int64_t places = 0;
  std::int64_t found = 0;
  for (auto _ : state) {
    FenceWatch watch(index, {});
    for (const Pose& pose : poses) {
      watch.take(pose, UtcTime{pose.at.ms()}, changes);
      found += static_cast<std::int64_t>(changes.size());
      changes.clear();
    }
    places += static_cast<std::int64_t>(poses.size());
  }
  tell(state, *index, places, found);
}
BENCHMARK(fence_watch_drive)->Arg(1000)->Arg(10'000)->Unit(benchmark::kMillisecond);

void fence_random_places(benchmark::State& state) {
  const auto index = city(static_cast<int>(state.range(0)));
  std::mt19937 random(3);
  std::uniform_real_distribution<double> spread(-half_city_m, half_city_m);
  std::vector<GeoPoint> points(100'000);
  for (GeoPoint& point : points) point = core::test::place({spread(random), spread(random)});
  std::vector<FenceIndex::Found> near(index->most_found());
  std::int64_t places = 0;
  std::int64_t inside = 0;
  for (auto _ : state) {
    for (const GeoPoint& point : points) {
      const FencePlace here = FencePlace::of(point);
      const std::size_t count = index->at(here, near, FenceIndex::Ask::inside);
      for (std::size_t i = 0; i < count; ++i) {
        inside += index->inside(near[i], here) ? 1 : 0;
      }
    }
    places += static_cast<std::int64_t>(points.size());
  }
  tell(state, *index, places, inside);
}
BENCHMARK(fence_random_places)->Arg(1000)->Arg(10'000)->Unit(benchmark::kMillisecond);

void fence_index_made(benchmark::State& state) {
  std::mt19937 random(1);
  FenceSet set;
  for (int i = 0; i < state.range(0); ++i) {
    std::vector<core::test::At> line;
    const double east = (i % 100) * 400.0;
    const double north = static_cast<double>(i / 100) * 400.0;
    for (int c = 0; c < 50; ++c) {
      line.push_back(
          {east + 180 * std::cos(2 * pi * c / 50), north + 180 * std::sin(2 * pi * c / 50)});
    }
    set.fences.push_back(core::test::fence(std::to_string(i), Polygon{core::test::ring(line), {}}));
  }
  for (auto _ : state) benchmark::DoNotOptimize(FenceIndex::make(set));
}
BENCHMARK(fence_index_made)->Arg(10'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace lujing
