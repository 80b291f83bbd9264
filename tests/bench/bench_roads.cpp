// The road network: open, near() at the pace of a matcher, size. Over a generated city of 50,000
// links, so that the figures need no recordings.
#include "platform/roads/build.h"
#include "terminal/core/roads/network.h"

#include <benchmark/benchmark.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace {

using namespace lujing;

constexpr int side = 158;  // junctions: 2 * side * (side - 1) links
constexpr double block_m = 180;

/// Streets of a grid, a little bent: six points a link, a name a street.
roads::RawNetwork city() {
  roads::RawNetwork raw;
  const GeoPoint corner = GeoPoint::from_degrees(39.8, 116.2);
  constexpr int steps = 5;
  const auto node_id = [](int across, int along, int street, int part) {
    return 1 + ((std::int64_t{street} * side + across) * side + along) * steps + part;
  };
  const auto junction = [&](int x, int y) { return node_id(x, y, 0, 0); };
  for (int x = 0; x < side; ++x)
    for (int y = 0; y < side; ++y)
      raw.nodes.push_back({junction(x, y), moved(corner, {x * block_m, y * block_m})});
  for (int vertical = 0; vertical < 2; ++vertical) {
    for (int across = 0; across < side; ++across) {
      roads::RawWay way;
      way.id = 10'000'000'000 + vertical * side + across;
      way.highway = roads::Highway::residential;
      way.road_class = static_cast<std::uint8_t>(core::RoadClass::branch);
      way.flags = core::link_flag::forward | core::link_flag::backward;
      way.width_dm = 70;
      way.name = "street " + std::to_string(vertical * side + across);
      for (int along = 0; along < side; ++along) {
        way.nodes.push_back(vertical != 0 ? junction(across, along) : junction(along, across));
        for (int part = 1; along + 1 < side && part < steps; ++part) {
          const double far = (along + static_cast<double>(part) / steps) * block_m;
          const double bend = across * block_m + 4 * std::sin(far / 50);
          const std::int64_t id = node_id(across, along, 1 + vertical, part);
          raw.nodes.push_back(
              {id, moved(corner, vertical != 0 ? Offset{bend, far} : Offset{far, bend})});
          way.nodes.push_back(id);
        }
      }
      raw.ways.push_back(std::move(way));
    }
  }
  return raw;
}

const roads::BuiltRoads& built() {
  static const roads::BuiltRoads roads = std::move(*roads::build(city()));
  return roads;
}

void roads_open(benchmark::State& state) {
  const auto& file = built();
  for (auto _ : state) {
    auto roads = core::RoadNetwork::open(file.bytes);
    benchmark::DoNotOptimize(roads);
  }
  const auto links = static_cast<double>(file.summary.links);
  state.counters["links"] = links;
  state.counters["points"] = static_cast<double>(file.summary.points);
  state.counters["file_MiB"] = static_cast<double>(file.bytes.size()) / 1048576;
  state.counters["bytes_a_link"] = static_cast<double>(file.bytes.size()) / links;
}
BENCHMARK(roads_open)->Unit(benchmark::kMillisecond);

void roads_near(benchmark::State& state) {
  const auto roads = core::RoadNetwork::open(built().bytes);
  const GeoPoint corner = GeoPoint::from_degrees(39.8, 116.2);
  std::vector<GeoPoint> places;
  std::uint32_t draw = 1;
  const auto next = [&draw] {
    draw = draw * 1664525U + 1013904223U;
    return static_cast<double>(draw >> 8) / (1 << 24);
  };
  for (int i = 0; i < 4096; ++i)
    places.push_back(moved(corner, {next() * side * block_m, next() * side * block_m}));
  std::array<core::Candidate, 16> found;
  std::size_t at = 0;
  std::size_t links = 0;
  for (auto _ : state)
    links += roads->near(places[at++ & 4095], static_cast<double>(state.range(0)), found);
  state.counters["near_per_s"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
  state.counters["found"] = static_cast<double>(links) / static_cast<double>(state.iterations());
}
BENCHMARK(roads_near)->Arg(30)->Arg(50)->Arg(100)->Arg(200);

void roads_build(benchmark::State& state) {
  const auto raw = city();
  for (auto _ : state) {
    auto roads = roads::build(raw);
    benchmark::DoNotOptimize(roads);
  }
}
BENCHMARK(roads_build)->Unit(benchmark::kMillisecond);

}  // namespace
