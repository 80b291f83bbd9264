// One observation through the whole core of a muck truck: fusion, 10,000 fences of 50 corners,
// permits, trips, all rules. Each step is timed by itself: what counts is the slow one in a
// thousand, which holds up everything that is waiting behind it.
#include "terminal/core/core.h"
#include "terminal/core/fence/fence.h"
#include "terminal/core/haul/permit.h"
#include "tests/support/observations.h"
#include "tests/unit/fence/fences.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <random>
#include <vector>

namespace lujing {
namespace {

using core::test::At;
using test::Ride;
using test::SwitchState;

constexpr double half_city_m = 20'000;

/// Sites, disposal sites, forbidden places and speed limits, anywhere in a city 40 km across.
core::FenceSet fences(int count) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> spread(-half_city_m, half_city_m);
  std::uniform_real_distribution<double> size(30, 400);
  std::uniform_real_distribution<double> wobble(0.7, 1);
  core::FenceSet set;
  for (int i = 0; i < count; ++i) {
    const At middle{spread(random), spread(random)};
    const double radius_m = size(random);
    std::vector<At> line;
    for (int corner = 0; corner < 50; ++corner) {
      const double angle = 2 * pi * corner / 50;
      const double r = radius_m * wobble(random);
      line.push_back({middle.east_m + r * std::cos(angle), middle.north_m + r * std::sin(angle)});
    }
    const core::FenceKind kinds[] = {core::FenceKind::area, core::FenceKind::loading,
                                     core::FenceKind::unloading, core::FenceKind::forbidden};
    auto fence = core::test::fence(std::to_string(i), core::Polygon{core::test::ring(line), {}},
                                   kinds[i % 4]);
    if (i % 4 == 0) fence.speed_limit_mps = 10;
    set.fences.push_back(std::move(fence));
  }
  return set;
}

core::PermitSet permits() {
  core::PermitSet set;
  for (int i = 0; i < 20; ++i) {
    core::Permit permit;
    permit.id = "P" + std::to_string(i);
    permit.loading = {std::to_string(4 * i + 1)};
    permit.unloading = {std::to_string(4 * i + 2)};
    set.permits.push_back(std::move(permit));
  }
  return set;
}

class Body : public core::DirectiveLibrary {
 public:
  core::DirectiveBody find(const Sha256& /*sha256*/) const override {
    return std::make_shared<const std::string>("x");
  }
};

/// An hour of loading, driving through the city, tipping; wheels at 10 Hz, fixes at 1 Hz.
std::vector<hal::Observation> shift() {
  Ride ride;
  ride.boot();
  for (const DirectiveKind kind : {DirectiveKind::fences, DirectiveKind::permits}) {
    hal::DirectiveInForce told;
    told.kind = kind;
    told.version = 1;
    ride.say(told);
  }
  ride.gnss(30.4, 114.8, "2026-05-01T02:00:00Z").cover(SwitchState::off).hoist(SwitchState::off);
  for (int trip = 0; trip < 6; ++trip) {
    ride.heading(trip % 2 == 0 ? 1 : -1, 0.2, trip % 2 == 0 ? pi / 2 : 3 * pi / 2);
    ride.wheels_kmh(0).load(0.02).pass(60).load(0.9).pass(30).cover(SwitchState::on);
    ride.wheels_kmh(50).pass(400).wheels_kmh(0).pass(20).cover(SwitchState::off);
    ride.hoist(SwitchState::on).pass(10).load(0.01).pass(30).hoist(SwitchState::off);
  }
  return ride.told();
}

void BM_WholeStep(benchmark::State& state) {
  const std::vector<hal::Observation> told = shift();
  core::CoreConfig config = test::muck_truck();
  config.haul.enabled = true;
  config.haul.vehicle = "M-1";
  core::DirectiveInputs inputs;
  inputs.library = std::make_shared<Body>();
  const int count = static_cast<int>(state.range(0));
  inputs.read_fences = [count](std::string_view) { return Result<core::FenceSet>(fences(count)); };
  inputs.read_permits = [](std::string_view) { return Result<core::PermitSet>(permits()); };
  std::vector<double> step_us;
  std::size_t records = 0;
  for (auto _ : state) {
    core::Core core(config, inputs);
    std::vector<protocol::Record> out;
    for (const hal::Observation& observation : told) {
      out.clear();
      const auto begin = std::chrono::steady_clock::now();
      core.take(observation, out);
      const auto end = std::chrono::steady_clock::now();
      records += out.size();
      // A new set of fences is read on this thread too; that is no step.
      if (std::holds_alternative<hal::DirectiveInForce>(observation.what)) continue;
      step_us.push_back(std::chrono::duration<double, std::micro>(end - begin).count());
    }
  }
  std::sort(step_us.begin(), step_us.end());
  const auto at = [&](double share) {
    return step_us[static_cast<std::size_t>(share * static_cast<double>(step_us.size() - 1))];
  };
  state.counters["p50_us"] = at(0.5);
  state.counters["p99_us"] = at(0.99);
  state.counters["p99.9_us"] = at(0.999);
  state.counters["max_us"] = step_us.back();
  state.counters["steps"] = static_cast<double>(told.size());
  state.counters["records"] = static_cast<double>(records);
}
BENCHMARK(BM_WholeStep)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond)->Iterations(5);

}  // namespace
}  // namespace lujing
