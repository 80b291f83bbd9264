#include "sim/score/ways.h"

#include "terminal/core/roads/network.h"

#include <fstream>
#include <iterator>
#include <span>

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

}  // namespace

Result<Ways> Ways::read(const std::string& road_file) {
  std::ifstream file(road_file, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file.good() && bytes.empty()) return Error(road_file + ": cannot be read");
  auto network = core::RoadNetwork::open(std::as_bytes(std::span(bytes)));
  if (!network) return network.error().in(road_file);
  std::vector<WayStretch> links;
  links.reserve(network->link_count());
  double way_m = 0;
  core::Link before;
  for (core::LinkId id = 0; id < network->link_count(); ++id) {
    const core::Link link = network->link(id);
    const bool goes_on = id > 0 && link.way == before.way && link.from == before.to;
    way_m = goes_on ? way_m + before.length_cm * 0.01 : 0;
    links.push_back({link.way, way_m, link.length_cm * 0.01, class_name(link.road_class),
                     link.has(core::link_flag::sweepable), link.has(core::link_flag::left_kerb),
                     link.has(core::link_flag::right_kerb)});
    before = link;
  }
  return Ways(std::move(links));
}

}  // namespace lujing::score
