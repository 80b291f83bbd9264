#include "sim/score/ways.h"

#include "terminal/core/roads/network.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <span>
#include <vector>

namespace lujing::score {
namespace {

/// The words of the truth (sim/city); what a machine does not sweep has a class all the same.
const char* class_name(core::RoadClass road_class) {
  switch (road_class) {
    case core::RoadClass::expressway:
      return "expressway";
    case core::RoadClass::arterial:
      return "arterial";
    case core::RoadClass::secondary:
      return "secondary";
    case core::RoadClass::branch:
      return "branch";
    case core::RoadClass::lane:
      return "lane";
    case core::RoadClass::service:
      return "service";
    case core::RoadClass::ramp:
      return "ramp";
  }
  return "unknown";
}

/// A way's links stand anywhere in the file. Each begins where the one before it ends; the first
/// one is that at whose begin no other ends (of a ring, the first in the file).
void place_along_ways(const core::RoadNetwork& network, std::vector<WayStretch>& links) {
  std::map<std::int64_t, std::vector<core::LinkId>> ways;
  for (core::LinkId id = 0; id < network.link_count(); ++id) {
    ways[network.link(id).way].push_back(id);
  }
  for (const auto& [way, ids] : ways) {
    std::map<core::NodeId, core::LinkId> begins;
    std::set<core::NodeId> ends;
    for (const core::LinkId id : ids) {
      begins.emplace(network.link(id).from, id);
      ends.insert(network.link(id).to);
    }
    core::LinkId at = ids.front();
    for (const core::LinkId id : ids) {
      if (ends.count(network.link(id).from) == 0) {
        at = id;
        break;
      }
    }
    double way_m = 0;
    for (std::size_t n = 0; n < ids.size(); ++n) {
      links[at].from_m = way_m;
      way_m += links[at].length_m;
      const auto next = begins.find(network.link(at).to);
      if (next == begins.end()) break;
      at = next->second;
    }
  }
}

}  // namespace

std::vector<GeoPoint> WayStretch::part(double begin_m, double end_m) const {
  const double from = std::max(begin_m - from_m, 0.0);
  const double to = std::min(end_m - from_m, length_m);
  std::vector<GeoPoint> points;
  double walked_m = 0;
  for (std::size_t i = 1; i < line.size(); ++i) {
    const Offset step = offset(line[i - 1], line[i]);
    const double step_m = distance_m(line[i - 1], line[i]);
    const auto at = [&](double m) {
      const double share = step_m > 0 ? (m - walked_m) / step_m : 0;
      return moved(line[i - 1], {step.east_m * share, step.north_m * share});
    };
    if (walked_m < to && walked_m + step_m > from) {
      if (points.empty()) points.push_back(at(std::max(from, walked_m)));
      points.push_back(at(std::min(to, walked_m + step_m)));
    }
    walked_m += step_m;
  }
  return points;
}

Ways::Ways(std::vector<WayStretch> links) : links_(std::move(links)) {
  for (std::uint32_t id = 0; id < links_.size(); ++id) {
    by_way_.emplace(links_[id].way, id);
    if (links_[id].line.size() < 2) continue;
    by_junction_.emplace(key(links_[id].line.front()), id);
    by_junction_.emplace(key(links_[id].line.back()), id);
  }
}

std::vector<std::uint32_t> Ways::links_at(GeoPoint junction) const {
  std::vector<std::uint32_t> ids;
  const auto [begin, end] = by_junction_.equal_range(key(junction));
  for (auto at = begin; at != end; ++at) ids.push_back(at->second);
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::vector<std::uint32_t> Ways::links_of(std::int64_t way) const {
  std::vector<std::uint32_t> ids;
  const auto [begin, end] = by_way_.equal_range(way);
  for (auto at = begin; at != end; ++at) ids.push_back(at->second);
  return ids;
}

Result<Ways> Ways::read(const std::string& road_file) {
  std::ifstream file(road_file, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file.good() && bytes.empty()) return Error(road_file + ": cannot be read");
  auto network = core::RoadNetwork::open(std::as_bytes(std::span(bytes)));
  if (!network) return network.error().in(road_file);
  std::vector<WayStretch> links;
  links.reserve(network->link_count());
  for (core::LinkId id = 0; id < network->link_count(); ++id) {
    const core::Link link = network->link(id);
    links.push_back({link.way,
                     0,
                     link.length_cm * 0.01,
                     class_name(link.road_class),
                     link.has(core::link_flag::sweepable),
                     link.has(core::link_flag::left_kerb),
                     link.has(core::link_flag::right_kerb),
                     {network->points(id).begin(), network->points(id).end()}});
  }
  place_along_ways(*network, links);
  return Ways(std::move(links));
}

}  // namespace lujing::score
