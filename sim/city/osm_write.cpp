#include "sim/city/osm.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <iterator>

namespace lujing::sim {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::int64_t first_shape_node = 2'000'001;

const char* highway(const Link& link, RoadClass road_class) {
  switch (road_class) {
    case RoadClass::arterial:
      return "primary";
    case RoadClass::secondary:
      return "secondary";
    case RoadClass::branch:
      return "tertiary";
    case RoadClass::lane:
      return "living_street";
    case RoadClass::service:
      break;
  }
  static_cast<void>(link);
  return "service";
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '"' ? "&quot;" : std::string(1, c);
  }
  return out;
}

void tag(std::string& out, const char* key, const std::string& value) {
  fmt::format_to(std::back_inserter(out), "<tag k=\"{}\" v=\"{}\"/>", key, escaped(value));
}

std::string nd(std::int64_t node) {
  return fmt::format("<nd ref=\"{}\"/>", node);
}

/// `link`: the first one of the way, whose others are as it is.
std::string way_text(const City& city, const Link& link, const std::string& nodes) {
  const Street& street = city.streets()[link.street];
  std::string out = fmt::format("<way id=\"{}\" version=\"1\">", link.way) + nodes;
  tag(out, "highway", highway(link, street.road_class));
  tag(out, "name", street.name);
  tag(out, "width", fmt::format("{:.1f}", 2 * link.half_width_m));
  tag(out, "lanes", std::to_string(lanes_of(2 * link.half_width_m)));
  tag(out, "maxspeed", std::to_string(std::lround(link.limit_mps * 3.6)));
  if (link.reverse == no_id) {
    tag(out, "oneway", "yes");
  }
  if (link.divided) {
    tag(out, "dual_carriageway", "yes");
  }
  if (link.bridge) {
    tag(out, "bridge", "yes");
  }
  if (link.tunnel) {
    tag(out, "tunnel", "yes");
  }
  if (link.roundabout) {
    tag(out, "junction", "roundabout");
  }
  tag(out, "lujing:sweepable", link.sweepable ? "yes" : "no");
  if (!city.districts().empty()) {
    tag(out, "lujing:district", city.districts()[link.district]);
  }
  return out + "</way>\n";
}

Json ring_of(const City& city, const std::vector<Offset>& polygon) {
  Json ring = Json::array();
  for (std::size_t i = 0; i <= polygon.size(); ++i) {
    const GeoPoint place = city.place(polygon[i % polygon.size()]);
    ring.push_back({place.lon_deg(), place.lat_deg()});
  }
  return Json::array({ring});
}

}  // namespace

std::string to_osm(const City& city) {
  std::string nodes;
  std::string ways;
  const auto node = [&](std::int64_t id, Offset at) {
    const GeoPoint place = city.place(at);
    fmt::format_to(std::back_inserter(nodes),
                   "<node id=\"{}\" version=\"1\" lat=\"{:.7f}\" lon=\"{:.7f}\"/>\n", id,
                   place.lat_deg(), place.lon_deg());
  };
  for (const Node& crossing : city.nodes()) {
    node(crossing.osm, crossing.at);
  }
  std::int64_t shape = first_shape_node;
  const Link* first = nullptr;
  const Link* before = nullptr;
  std::string nodes_of_way;
  for (const Link& link : city.links()) {
    if (!link.along_way) {
      continue;
    }
    // What an extract has as one way is one way again: places along it are counted from its first
    // point.
    if (before == nullptr || before->way != link.way || before->to != link.from) {
      if (first != nullptr) ways += way_text(city, *first, nodes_of_way);
      first = &link;
      nodes_of_way = nd(city.nodes()[link.from].osm);
    }
    for (std::size_t i = 1; i + 1 < link.line.size(); ++i) {
      nodes_of_way += nd(shape);
      node(shape++, link.line[i]);
    }
    nodes_of_way += nd(city.nodes()[link.to].osm);
    before = &link;
  }
  if (first != nullptr) ways += way_text(city, *first, nodes_of_way);
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<osm version=\"0.6\" "
         "generator=\"lujing-sim\">\n" +
         nodes + ways + "</osm>\n";
}

std::string fences_geojson(const City& city) {
  Json features = Json::array();
  int number = 0;
  const auto add = [&](const char* kind, const std::string& name,
                       const std::vector<Offset>& polygon) {
    if (polygon.empty()) {
      return;
    }
    features.push_back(
        {{"type", "Feature"},
         {"properties", {{"id", ++number}, {"kind", kind}, {"name", name}}},
         {"geometry", {{"type", "Polygon"}, {"coordinates", ring_of(city, polygon)}}}});
  };
  for (const Site& site : city.sites()) {
    const char* kind = site.kind == SiteKind::construction ? "loading"
                       : site.kind == SiteKind::disposal   ? "unloading"
                       : site.kind == SiteKind::depot      ? "parking"
                                                           : name_of(site.kind);
    add(kind, site.name, site.yard);
    add("wash", site.name + "洗车台", site.wash_bay);
  }
  for (const Zone& zone : city.zones()) {
    add(name_of(zone.kind), zone.name, zone.area);
  }
  return Json{{"type", "FeatureCollection"}, {"features", std::move(features)}}.dump() + "\n";
}

}  // namespace lujing::sim
