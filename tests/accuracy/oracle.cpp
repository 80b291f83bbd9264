#include "tests/accuracy/oracle.h"

#include "platform/roads/build.h"

#include <algorithm>
#include <cstdio>
#include <limits>
#include <map>

namespace lujing::accuracy {
namespace {

constexpr std::size_t window = 512;
constexpr double certain = 1e9;  // sightings
constexpr double least_m2 = 0.5;

/// A network of the driven edges only.
std::vector<std::byte> only_driven(const core::RoadNetwork& roads, const DrivenRoute& route) {
  std::map<core::LinkId, unsigned> directions;
  for (const core::EdgeId edge : route.edges) {
    directions[edge.link()] |=
        edge.backward() ? core::link_flag::backward : core::link_flag::forward;
  }
  std::map<std::int64_t, GeoPoint> nodes;
  roads::RawNetwork raw;
  raw.name = "driven";
  for (const auto& [id, driven] : directions) {
    const core::Link link = roads.link(id);
    const auto points = roads.points(id);
    roads::RawWay way;
    way.id = std::int64_t{id} + 1;
    for (std::size_t i = 0; i < points.size(); ++i) {
      way.nodes.push_back(roads.osm_node(id, i));
      nodes[way.nodes.back()] = points[i];
    }
    constexpr unsigned both = core::link_flag::forward | core::link_flag::backward;
    way.flags = static_cast<std::uint16_t>((link.flags & ~both) | driven);
    way.road_class = static_cast<std::uint8_t>(link.road_class);
    way.speed_kmh = link.speed_kmh;
    way.width_dm = link.width_dm;
    raw.ways.push_back(std::move(way));
  }
  for (const auto& [id, at] : nodes) raw.nodes.push_back({id, at});
  auto built = roads::build(raw);
  return built ? std::move(built->bytes) : std::vector<std::byte>{};
}

}  // namespace

Known match_knowing(const core::RoadNetwork& roads, const NoiseModel& noise,
                    std::span<const core::RawFix> fixes) {
  core::MatchConfig config;
  config.lag_s = std::numeric_limits<double>::infinity();
  config.epochs = window;
  config.error_weight = certain;
  config.error_scale.slow = std::max(noise.drift_m * noise.drift_m, least_m2) /
                            (config.drift_sigma_m * config.drift_sigma_m);
  config.error_scale.own = std::max(noise.white_m * noise.white_m, least_m2) /
                           (config.white_sigma_m * config.white_sigma_m);
  core::Matcher matcher(roads, config);
  Known known;
  for (const core::RawFix& fix : fixes) matcher.take(fix, known.found);
  matcher.finish(known.found);
  known.nats = matcher.cost();
  return known;
}

double true_nats(const core::RoadNetwork& roads, const NoiseModel& noise, const DrivenRoute& route,
                 std::span<const core::RawFix> fixes) {
  const auto bytes = only_driven(roads, route);
  const auto network = core::RoadNetwork::open(bytes);
  if (!network) return std::numeric_limits<double>::infinity();
  return match_knowing(*network, noise, fixes).nats;
}

void OracleTally::add(double wrong_m, double wrong_knowing_m, double true_above_found_nats) {
  constexpr std::array<double, 4> limits = {-0.01, 0.01, 1, 3};
  const auto at = std::upper_bound(limits.begin(), limits.end(), true_above_found_nats);
  Bin& bin = bins_.at(static_cast<std::size_t>(at - limits.begin()));
  ++bin.drives;
  bin.wrong_m += wrong_m;
  wrong_m_ += wrong_m;
  wrong_knowing_m_ += wrong_knowing_m;
}

void OracleTally::print(double true_m) const {
  constexpr std::array<const char*, 5> names = {"truth is cheaper (search)", "the same",
                                                "truth dearer by up to 1 nat", "up to 3 nats",
                                                "more than 3 nats"};
  std::printf("    oracle: drives with a mistake %.3f %%, with the noise known %.3f %%\n",
              100 * wrong_m_ / true_m, 100 * wrong_knowing_m_ / true_m);
  for (std::size_t i = 0; i < bins_.size(); ++i) {
    std::printf("      %-28s %4zu drives, %.3f %%\n", names.at(i), bins_.at(i).drives,
                100 * bins_.at(i).wrong_m / true_m);
  }
}

}  // namespace lujing::accuracy
