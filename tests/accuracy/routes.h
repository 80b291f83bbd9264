// Routes that a vehicle may drive on a network, driven, and what receivers see of them. Shares
// nothing with the matcher but the network.
#pragma once

#include "terminal/core/roads/network.h"
#include "terminal/core/roads/raw_fix.h"

#include <cstddef>
#include <random>
#include <vector>

namespace lujing::accuracy {

/// Where the vehicle was at one moment.
struct TruePlace {
  double seconds = 0;
  core::EdgeId edge;
  double along_m = 0;  ///< from the link's first point
  GeoPoint place;
};

struct DrivenRoute {
  std::vector<core::EdgeId> edges;
  std::vector<GeoPoint> line;  ///< exactly what was driven, both ends cut
  double length_m = 0;
  std::vector<TruePlace> places;  ///< every second
};

/// Random routes: fastest ways between random places, for a driver whose idea of each link's speed
/// is off by a random factor; driven with the class's speeds, traffic, lights and slow corners.
class RouteMaker {
 public:
  RouteMaker(const core::RoadNetwork& roads, unsigned seed);
  /// Between 2 and 8 km, on roads that are open to everybody.
  DrivenRoute next();

 private:
  bool open(core::EdgeId edge) const;
  core::EdgeId any_edge();
  std::vector<core::EdgeId> way(core::EdgeId from, core::EdgeId to);
  DrivenRoute drive(const std::vector<core::EdgeId>& edges);
  double turn(core::EdgeId from, core::EdgeId to) const;

  const core::RoadNetwork& roads_;
  std::mt19937_64 random_;
  std::vector<double> seconds_;          ///< per edge, as this driver thinks
  std::vector<std::size_t> reached_in_;  ///< epoch marks instead of clearing
  std::vector<double> best_;
  std::vector<core::EdgeId> before_;
  std::size_t search_ = 0;
  std::vector<double> cumulative_m_;  ///< for a random place, by length
};

struct NoiseModel {
  const char* name;
  double every_s;
  double white_m;         ///< per axis
  double drift_m;         ///< per axis, stationary
  double correlation_s;   ///< of the drift
  double target_percent;  ///< route mismatch
};

std::vector<core::RawFix> seen(const DrivenRoute& route, const NoiseModel& model,
                               std::mt19937_64& random, std::vector<std::size_t>& which);

}  // namespace lujing::accuracy
