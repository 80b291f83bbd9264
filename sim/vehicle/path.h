// The curve that a vehicle drives along a route: to the right of the middle, round at corners.
#pragma once

#include "sim/city/city.h"

#include <vector>

namespace lujing::sim {

/// Where a vehicle must hold while the light is red.
struct StopLine {
  double s_m = 0;  ///< along the path
  LinkId approach = no_id;
};

class Path {
 public:
  struct Point {
    Offset at;
    double heading_rad = 0;
    double cap_mps = 0;  ///< by speed limit, by the curve here, and by what comes within braking
    LinkId link = no_id;
    double along_m = 0;  ///< of the link's line; through a crossing it goes on evenly
  };

  /// Standing still at that spot.
  Path(const City& city, Spot spot);
  /// `route` as find_route() gives it; from_m along its first link, to_m along its last one.
  /// limit_mps above 0 stands in for the streets' own speed limits.
  Path(const City& city, const std::vector<LinkId>& route, double from_m, double to_m,
       double limit_mps = 0);

  double length_m() const { return static_cast<double>(points_.size() - 1) * step_m_; }
  /// s_m is clamped to the path.
  Point at(double s_m) const;
  const std::vector<StopLine>& stop_lines() const { return stop_lines_; }

 private:
  struct Raw {
    Offset at;
    LinkId link;
    bool at_light;  ///< the last point before a crossing with lights
    double along_m;
  };
  void resample(const std::vector<Raw>& raw);
  void set_headings();
  void set_caps(const City& city, double limit_mps);

  double step_m_ = 1.0;
  std::vector<Point> points_;
  std::vector<StopLine> stop_lines_;
};

}  // namespace lujing::sim
