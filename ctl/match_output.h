// What matching found, as the files that `lujing-ctl match` writes.
#pragma once

#include "ctl/fixes_csv.h"
#include "ctl/path_steps.h"
#include "terminal/core/roads/matching.h"

#include <ostream>
#include <vector>

namespace lujing::ctl {

void write_path_header(std::ostream& out);
/// track,seq,from_node,to_node,way,t_enter,t_leave: one row a step, in driving order.
void write_path(std::ostream& out, const std::string& track, const std::vector<PathStep>& steps);

void write_points_header(std::ostream& out);
/// One row a fix: where it was put, on which way (from and to: the nodes at the link's ends in the
/// direction driven, along_m from the first of them), and how sure.
void write_points(std::ostream& out, const core::RoadNetwork& roads, const FixesTrack& track,
                  const std::vector<core::Matched>& points);

/// A feature collection of paths and fixes; the constructor begins it, finish() ends it.
class MatchGeoJson {
 public:
  explicit MatchGeoJson(std::ostream& out);
  void add(const core::RoadNetwork& roads, const FixesTrack& track,
           const std::vector<PathStep>& steps, const std::vector<core::Matched>& points);
  void finish();

 private:
  void begin_feature(const std::string& track, const char* what);
  std::ostream& out_;
  bool first_ = true;
};

}  // namespace lujing::ctl
