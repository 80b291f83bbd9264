// A tunnel of 2 km with a road file: is the vehicle on the right link all the way, and how far off
// along it at the exit? Four links one behind the other, bent to either side; the opposite
// carriageway 15 m to the left; 100 m before the portal a frontage road leaves and runs 20 m to the
// right, as far as 100 m behind the exit.
#include "base/trig.h"
#include "platform/roads/build.h"
#include "terminal/core/roads/on_road.h"
#include "tests/accuracy/fusion_rig.h"
#include "tests/accuracy/study.h"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

namespace lujing::accuracy {
namespace {

constexpr double tunnel_mps = 40 / 3.6;
constexpr int approach_steps = 900;  ///< of a tenth of a second
constexpr int tunnel_steps = 1800;
constexpr int behind_steps = 400;
constexpr int fork_steps = 90;  ///< 100 m
constexpr int node_steps = 20;
constexpr std::int64_t true_way = 100;  ///< and the following ones, in the order driven
constexpr std::int64_t opposite_way = 200;
constexpr std::int64_t frontage_way = 300;
constexpr int tunnel_ways = 4;

double turn_at(int step) {
  const int in = step - approach_steps;
  if (in < 0 || in >= tunnel_steps) return 0;
  return (in / 450) % 2 == 0 ? 0.005 : -0.005;
}

roads::RawWay way_of(std::int64_t id, std::uint16_t flags) {
  roads::RawWay way;
  way.id = id;
  way.highway = roads::Highway::secondary;
  way.road_class = static_cast<std::uint8_t>(core::RoadClass::secondary);
  way.flags = flags;
  way.width_dm = 80;
  way.speed_kmh = 40;
  return way;
}

/// The road is the way that will be driven.
core::DirectiveBody road_file(test::Drive ahead) {
  roads::RawNetwork raw;
  const int end = approach_steps + tunnel_steps + behind_steps;
  roads::RawWay opposite = way_of(opposite_way, core::link_flag::backward);
  roads::RawWay frontage = way_of(frontage_way, core::link_flag::forward);
  const int fork = approach_steps - fork_steps;
  const int join = approach_steps + tunnel_steps + fork_steps;
  std::vector<int> cuts{0, fork};
  for (int i = 0; i <= tunnel_ways; ++i)
    cuts.push_back(approach_steps + tunnel_steps / tunnel_ways * i);
  cuts.push_back(join);
  cuts.push_back(end);
  std::size_t part = 0;
  for (int step = 0; step <= end; ++step) {
    const bool cut = step == cuts[part];
    if (cut || step % node_steps == 0) {
      const SinCos nose{std::sin(ahead.heading()), std::cos(ahead.heading())};
      const auto beside = [&](double right_m) {
        return moved(ahead.truth(), {right_m * nose.cos, -right_m * nose.sin});
      };
      raw.nodes.push_back({1 + step, ahead.truth()});
      raw.nodes.push_back({100'001 + step, beside(-15)});
      opposite.nodes.push_back(100'001 + step);
      if (cut && part > 0) raw.ways.back().nodes.push_back(1 + step);
      if (cut && part + 1 < cuts.size()) {
        const bool tunnel = step >= approach_steps && step < approach_steps + tunnel_steps;
        const auto flags = static_cast<std::uint16_t>(core::link_flag::forward |
                                                      (tunnel ? core::link_flag::tunnel : 0));
        raw.ways.push_back(way_of(true_way + static_cast<std::int64_t>(part), flags));
      }
      if (part + (cut ? 1 : 0) < cuts.size()) raw.ways.back().nodes.push_back(1 + step);
      if (step == fork || step == join) frontage.nodes.push_back(1 + step);
      if (step > fork + node_steps && step < join - node_steps) {
        raw.nodes.push_back({200'001 + step, beside(20)});
        frontage.nodes.push_back(200'001 + step);
      }
      if (cut && part + 1 < cuts.size()) ++part;
    }
    ahead.step(0.1, tunnel_mps, turn_at(step));
  }
  raw.ways.push_back(std::move(opposite));
  raw.ways.push_back(std::move(frontage));
  auto built = roads::build(raw);
  if (!built) return nullptr;
  return std::make_shared<const std::string>(reinterpret_cast<const char*>(built->bytes.data()),
                                             built->bytes.size());
}

struct Found {
  double along_m = 0;
  double held_share = 0;  ///< of the tunnel's seconds: a road held it
  double right_m = 0;     ///< committed on the links driven, in the tunnel
  double wrong_m = 0;     ///< and on others
};

bool drive_through(std::uint64_t seed, bool gyro, Found& found) {
  FusionRig rig(seed);
  rig.drive.sky = {2.5, 60, 0.5, 0.1, -1, 0, 0};
  rig.drive.wheel_scale = seed % 2 == 0 ? 0.02 : -0.02;
  rig.drive.gyro_bias = 0.01 * (static_cast<double>(seed % 21) / 10 - 1);
  rig.gyro = gyro;
  test::CityDriver driver(seed);
  rig.go(20, 0);
  rig.city(driver, 600);
  core::OnRoad on_road;
  const core::DirectiveBody file = road_file(rig.drive);
  if (file == nullptr || !on_road.put(file)) return false;
  int held = 0;
  const int end = approach_steps + tunnel_steps + behind_steps;
  const double portal_s = rig.drive.at_s() + approach_steps * 0.1;
  const double exit_s = portal_s + tunnel_steps * 0.1;
  for (int step = 0; step < end; ++step) {
    const bool inside = step >= approach_steps && step < approach_steps + tunnel_steps;
    rig.gnss = !inside;
    rig.step(tunnel_mps, turn_at(step));
    const auto committed = on_road.take(rig.fusion.pose());
    for (const core::Driven& driven : committed) {
      const double middle_s =
          0.5 * (driven.entered.seconds() + driven.left.seconds()) - 100;  // the drive's clock
      if (middle_s < portal_s || middle_s > exit_s) continue;
      const std::int64_t way = on_road.network()->link(driven.edge.link()).way;
      const bool right = way >= true_way && way < opposite_way && !driven.edge.backward();
      (right ? found.right_m : found.wrong_m) += std::fabs(driven.to_m - driven.from_m);
    }
    if (on_road.line()) rig.fusion.take_road(rig.drive.at(), *on_road.line());
    if (inside && rig.fusion.pose().mode == core::PoseMode::road_bound) ++held;
    if (step == approach_steps + tunnel_steps - 1) {
      const Offset off = rig.error();
      const double heading = rig.drive.heading();
      found.along_m = std::fabs(off.east_m * std::sin(heading) + off.north_m * std::cos(heading));
    }
  }
  found.held_share = static_cast<double>(held) / tunnel_steps;
  return true;
}

int run(std::span<const std::string_view> arguments) {
  const int runs = arguments.empty() ? 100 : std::atoi(std::string(arguments[0]).c_str());
  if (runs <= 0) {
    std::fprintf(stderr, "fusion-tunnel: the number of runs should be above 0\n");
    return 1;
  }
  for (const bool gyro : {true, false}) {
    std::vector<double> along;
    std::vector<double> held;
    int right = 0;
    double right_m = 0;
    double wrong_m = 0;
    for (int i = 0; i < runs; ++i) {
      Found found;
      if (!drive_through(static_cast<std::uint64_t>(i) + 60'000, gyro, found)) {
        std::fprintf(stderr, "fusion-tunnel: the road file could not be made\n");
        return 1;
      }
      along.push_back(found.along_m);
      held.push_back(found.held_share);
      right += found.wrong_m == 0 && found.right_m > 1900 ? 1 : 0;
      right_m += found.right_m;
      wrong_m += found.wrong_m;
    }
    std::printf(
        "tunnel of 2 km, wheels off by 2 %%, with a road file, %s\n"
        "  along the road at the exit (30 m)      median %.1f m, 95 %% %.1f m, worst %.1f m\n"
        "  on the right link all the way          %d of %d; %.0f m right, %.0f m wrong\n"
        "  held by the road, of the time inside   median %.1f %%, least %.1f %%\n",
        gyro ? "yaw rate" : "wheels alone", quantile(along, 0.5), quantile(along, 0.95),
        quantile(along, 1), right, runs, right_m, wrong_m, 100 * quantile(held, 0.5),
        100 * quantile(held, 0));
  }
  return 0;
}

const bool registered = add(
    {"fusion-tunnel", "a tunnel of 2 km with a road file: link by link, and the error at its exit",
     "[RUNS]   as in: lujing-accuracy fusion-tunnel 100", &run});

}  // namespace
}  // namespace lujing::accuracy
