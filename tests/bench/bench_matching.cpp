// Fixes a second through matching, and through fusion and matching, at 1 Hz on a generated city;
// the matcher's memory beside the mapped file; the worst single step.
#include "platform/roads/build.h"
#include "terminal/core/fusion/fusion.h"
#include "terminal/core/roads/matching.h"
#include "tests/bench/thread_time.h"
#include "tests/support/true_drive.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace lujing {
namespace {

constexpr int side = 100;  // junctions: 19,800 links
constexpr double block_m = 150;
const GeoPoint corner = GeoPoint::from_degrees(39.8, 116.2);

roads::RawNetwork grid() {
  roads::RawNetwork raw;
  const auto id = [](int x, int y) { return 1 + std::int64_t{x} * side + y; };
  for (int x = 0; x < side; ++x) {
    for (int y = 0; y < side; ++y) {
      raw.nodes.push_back({id(x, y), moved(corner, {x * block_m, y * block_m})});
    }
  }
  for (int vertical = 0; vertical < 2; ++vertical) {
    for (int across = 0; across < side; ++across) {
      roads::RawWay way;
      way.id = 1'000'000 + vertical * side + across;
      way.highway = roads::Highway::residential;
      way.road_class = static_cast<std::uint8_t>(core::RoadClass::branch);
      way.flags = core::link_flag::forward | core::link_flag::backward;
      way.width_dm = 70;
      way.speed_kmh = 40;
      way.name = "street " + std::to_string(way.id);
      for (int along = 0; along < side; ++along) {
        way.nodes.push_back(vertical != 0 ? id(across, along) : id(along, across));
      }
      raw.ways.push_back(std::move(way));
    }
  }
  return raw;
}

const core::RoadNetwork& network() {
  static const roads::BuiltRoads built = std::move(*roads::build(grid()));
  static const core::RoadNetwork roads = std::move(*core::RoadNetwork::open(built.bytes));
  return roads;
}

/// Two hours through the streets at 10 m/s, a turn at every third junction or so: a fix a second
/// with a lasting error of 5 m and a fresh one of half a metre.
std::vector<hal::GnssFix> drive() {
  test::Drive errors(7);  // it stands: only what its receiver says beside the truth is used
  errors.sky = {5, 60, 0.5, 0.1, -1, 0, 0};
  std::vector<hal::GnssFix> fixes;
  int x = side / 2;
  int y = side / 2;
  int way = 0;  // 0: north, 1: east, ...
  double gone = 0;
  for (int s = 0; s < 7200; ++s) {
    errors.step(1, 0, 0);
    hal::GnssFix fix = errors.fix();
    const Offset off = offset(errors.truth(), fix.position);
    gone += 10;
    if (gone >= block_m) {
      gone -= block_m;
      x += way == 1 ? 1 : way == 3 ? -1 : 0;
      y += way == 0 ? 1 : way == 2 ? -1 : 0;
      const int turn = static_cast<int>(errors.uniform() * 6);
      if (turn < 2) way = (way + (turn == 0 ? 1 : 3)) % 4;
      const bool out = (way == 0 && y > side - 3) || (way == 1 && x > side - 3) ||
                       (way == 2 && y < 3) || (way == 3 && x < 3);
      if (out) way = (way + 1) % 4;
      if ((way == 0 && y > side - 3) || (way == 1 && x > side - 3)) way = (way + 2) % 4;
    }
    const double east = x * block_m + (way == 1 ? gone : way == 3 ? -gone : 0);
    const double north = y * block_m + (way == 0 ? gone : way == 2 ? -gone : 0);
    fix.position = moved(corner, {east + off.east_m, north + off.north_m});
    fix.speed_mps = 10;
    fix.course_rad = way * pi / 2;
    fixes.push_back(fix);
  }
  return fixes;
}

const std::vector<hal::GnssFix>& fixes() {
  static const std::vector<hal::GnssFix> all = drive();
  return all;
}

void tell(benchmark::State& state, std::int64_t count, std::int64_t worst_ns, double on_road,
          std::size_t bytes) {
  state.counters["fixes/s"] =
      benchmark::Counter(static_cast<double>(count), benchmark::Counter::kIsRate);
  state.counters["worst_step_us"] = static_cast<double>(worst_ns) / 1000;
  state.counters["on_road_%"] = 100 * on_road;
  state.counters["MiB"] = static_cast<double>(bytes) / 1048576;
}

double share_on_road(const core::Matches& found) {
  const auto on = std::count_if(found.points.begin(), found.points.end(), [](const auto& point) {
    return point.state == core::MatchState::on_road;
  });
  return static_cast<double>(on) /
         static_cast<double>(std::max<std::size_t>(1, found.points.size()));
}

/// The receiver's fixes as they are.
class AsFixes {
 public:
  void take(const hal::GnssFix& fix, core::Matches& found) {
    core::RawFix raw;
    raw.at = BootTime{fix.utc->ms * ns_per_ms};
    raw.position = fix.position;
    raw.speed_mps = fix.speed_mps;
    raw.heading_rad = fix.course_rad;
    matcher.take(raw, found);
  }
  core::Matcher matcher{network(), {}};
};

/// Through the filter first, as the terminal does.
class ThroughFusion {
 public:
  void take(const hal::GnssFix& fix, core::Matches& found) {
    now_.ns += ns_per_s;
    core::FixVerdict verdict;
    verdict.reason = core::FixReason::accepted;
    verdict.utc = fix.utc;
    fusion_.take_fix(now_, fix, verdict);
    fusion_.refresh(now_);
    matcher.take(fusion_.pose(), found);
  }
  core::Matcher matcher{network(), {}};

 private:
  core::Fusion fusion_{core::FusionConfig{}};
  BootTime now_{100 * ns_per_s};
};

template <class Way>
void through(benchmark::State& state) {
  core::Matches found;
  found.points.reserve(fixes().size() + 1);
  std::int64_t count = 0;
  std::size_t bytes = 0;
  for (auto _ : state) {
    Way way;
    found.clear();
    for (const hal::GnssFix& fix : fixes()) way.take(fix, found);
    way.matcher.finish(found);
    bytes = way.matcher.memory_bytes();
    count += static_cast<std::int64_t>(fixes().size());
  }
  const double on_road = share_on_road(found);
  std::int64_t worst_ns = 0;
  Way way;
  found.clear();
  for (const hal::GnssFix& fix : fixes()) {
    const std::int64_t from = thread_ns();
    way.take(fix, found);
    worst_ns = std::max(worst_ns, thread_ns() - from);
  }
  tell(state, count, worst_ns, on_road, bytes);
}

void matching_fixes(benchmark::State& state) {
  through<AsFixes>(state);
}
BENCHMARK(matching_fixes)->Unit(benchmark::kMillisecond);

void fusion_and_matching(benchmark::State& state) {
  through<ThroughFusion>(state);
}
BENCHMARK(fusion_and_matching)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace lujing
