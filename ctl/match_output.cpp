#include "ctl/match_output.h"

#include "base/csv.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>

namespace lujing::ctl {
namespace {

/// Seconds with what of them is not zero, at most milliseconds.
std::string unix_seconds(BootTime at) {
  const std::int64_t ms = (at.ns + (at.ns >= 0 ? 500'000 : -500'000)) / ns_per_ms;
  if (ms % 1000 == 0) return fmt::format("{}", ms / 1000);
  return fmt::format("{:.3f}", static_cast<double>(ms) / 1000);
}

const char* word(core::MatchState state) {
  switch (state) {
    case core::MatchState::on_road:
      return "on_road";
    case core::MatchState::off_road:
      return "off_road";
    case core::MatchState::unknown:
      break;
  }
  return "unknown";
}

std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

void write_path_header(std::ostream& out) {
  out << "track,seq,from_node,to_node,way,t_enter,t_leave\n";
}

void write_path(std::ostream& out, const std::string& track, const std::vector<PathStep>& steps) {
  const std::string name = csv_field(track);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const PathStep& step = steps[i];
    out << fmt::format("{},{},{},{},{},{},{}\n", name, i, step.from_node, step.to_node, step.way,
                       unix_seconds(step.enter), unix_seconds(step.leave));
  }
}

void write_points_header(std::ostream& out) {
  out << "track,seq,t_unix,lat,lon,state,matched_lat,matched_lon,way,from_node,to_node,along_m,"
         "offset_m,sure\n";
}

void write_points(std::ostream& out, const core::RoadNetwork& roads, const FixesTrack& track,
                  const std::vector<core::Matched>& points) {
  const std::string name = csv_field(track.name);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const core::Matched& point = points[i];
    out << fmt::format("{},{},{},{},{},", name, i, track.times[i], track.places[i],
                       word(point.state));
    if (point.state != core::MatchState::on_road) {
      out << ",,,,,,,\n";
      continue;
    }
    const core::LinkId link = point.edge.link();
    const GeoPoint foot = roads.place(link, point.along_m);
    const std::size_t last = roads.points(link).size() - 1;
    const bool backward = point.edge.backward();
    const double length_m = roads.link(link).length_cm * 0.01;
    const double along_m = backward ? std::max(0.0, length_m - point.along_m) : point.along_m;
    out << fmt::format(
        "{:.7f},{:.7f},{},{},{},{:.1f},{:.1f},{:.4f}\n", foot.lat_deg(), foot.lon_deg(),
        roads.link(link).way, roads.osm_node(link, backward ? last : 0),
        roads.osm_node(link, backward ? 0 : last), along_m, point.offset_m, point.sure);
  }
}

MatchGeoJson::MatchGeoJson(std::ostream& out) : out_(out) {
  out_ << "{\"type\":\"FeatureCollection\",\"features\":[";
}

void MatchGeoJson::begin_feature(const std::string& track, const char* what) {
  out_ << (first_ ? "\n" : ",\n") << R"({"type":"Feature","properties":{"track":)" << quoted(track)
       << R"(,"what":")" << what << '"';
  first_ = false;
}

void MatchGeoJson::add(const core::RoadNetwork& roads, const FixesTrack& track,
                       const std::vector<PathStep>& steps,
                       const std::vector<core::Matched>& points) {
  for (std::size_t i = 0; i < steps.size();) {
    begin_feature(track.name, "path");
    out_ << R"(},"geometry":{"type":"LineString","coordinates":[)";
    const std::size_t start = i;
    for (; i < steps.size() && (i == start || steps[i].joined); ++i) {
      const auto shape = roads.points(steps[i].edge.link());
      const bool backward = steps[i].edge.backward();
      const GeoPoint a = shape[steps[i].segment + (backward ? 1 : 0)];
      const GeoPoint b = shape[steps[i].segment + (backward ? 0 : 1)];
      if (i == start) out_ << fmt::format("[{:.7f},{:.7f}]", a.lon_deg(), a.lat_deg());
      out_ << fmt::format(",[{:.7f},{:.7f}]", b.lon_deg(), b.lat_deg());
    }
    out_ << "]}}";
  }
  for (std::size_t i = 0; i < points.size(); ++i) {
    const GeoPoint at = points[i].pose.position;
    if (!at.valid()) continue;
    begin_feature(track.name, "fix");
    out_ << fmt::format(R"(,"seq":{},"state":"{}","sure":{:.4f},"offset_m":{:.1f}}},)", i,
                        word(points[i].state), points[i].sure, points[i].offset_m)
         << fmt::format(R"("geometry":{{"type":"Point","coordinates":[{:.7f},{:.7f}]}}}})",
                        at.lon_deg(), at.lat_deg());
  }
}

void MatchGeoJson::finish() {
  out_ << "\n]}\n";
}

}  // namespace lujing::ctl
