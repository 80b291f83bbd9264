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

/// How the way between two places is chosen.
enum class Drivers : std::uint8_t {
  fastest,   ///< at the usual speeds, from junction to junction
  shortest,  ///< by length, from junction to junction
  random,    ///< any turn at each junction but back: nobody's way to anywhere
  wayward    ///< fastest for somebody whose idea of each single link's speed is off by a factor of
             ///< 0.6 to 1.6, from anywhere to anywhere: leaves a road and comes back to it
};

/// Random routes, driven with the class's speeds, traffic, lights and slow corners.
class RouteMaker {
 public:
  RouteMaker(const core::RoadNetwork& roads, Drivers drivers, unsigned seed);
  /// Between 2 and 8 km, on roads that are open to everybody.
  DrivenRoute next();

 private:
  struct Trip {
    std::vector<core::EdgeId> starts;
    core::EdgeId last;          ///< where it ends on an edge
    core::NodeId node = 0;      ///< else the junction where it ends
    bool from_junction = true;  ///< whole edges
  };
  bool open(core::EdgeId edge) const;
  core::EdgeId any_edge();
  void choose_prices();
  Trip any_trip();
  bool arrived(const Trip& trip, core::EdgeId edge) const;
  std::vector<core::EdgeId> way(const Trip& trip);
  std::vector<core::EdgeId> walk(core::EdgeId from);
  DrivenRoute drive(const std::vector<core::EdgeId>& edges, bool whole);
  double turn(core::EdgeId from, core::EdgeId to) const;

  const core::RoadNetwork& roads_;
  Drivers drivers_;
  std::mt19937_64 random_;
  std::vector<double> price_;            ///< per edge, as this driver thinks: seconds or metres
  double most_price_ = 0;                ///< of a way
  std::vector<std::size_t> reached_in_;  ///< epoch marks instead of clearing
  std::vector<double> best_;
  std::vector<core::EdgeId> before_;
  std::size_t search_ = 0;
  std::vector<double> cumulative_m_;  ///< for a random place, by length
  std::vector<core::NodeId> junctions_;
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
