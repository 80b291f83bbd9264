#include "sim/city/geojson.h"

#include "sim/city/plane.h"

#include <nlohmann/json.hpp>

#include <map>

namespace lujing::sim {
namespace {

using Json = nlohmann::ordered_json;

Json position(const City& city, Offset at) {
  const GeoPoint place = city.place(at);
  return Json::array({place.lon_deg(), place.lat_deg()});
}

/// The street's pieces, joined where one begins at the end of another.
Json lines_of(const City& city, const std::vector<LinkId>& pieces) {
  Json lines = Json::array();
  NodeId end = no_id;
  for (const LinkId id : pieces) {
    const Link& link = city.link(id);
    if (link.from != end) {
      lines.push_back(Json::array({position(city, link.line.front())}));
    }
    for (std::size_t i = 1; i < link.line.size(); ++i) {
      lines.back().push_back(position(city, link.line[i]));
    }
    end = link.to;
  }
  return lines;
}

Json feature(Json properties, const char* type, Json coordinates) {
  return {{"type", "Feature"},
          {"properties", std::move(properties)},
          {"geometry", {{"type", type}, {"coordinates", std::move(coordinates)}}}};
}

}  // namespace

std::string to_geojson(const City& city) {
  std::map<StreetId, std::vector<LinkId>> pieces;
  for (LinkId id = 0; id < city.links().size(); ++id) {
    if (id < city.link(id).reverse) {  // a one-way link's reverse is no_id
      pieces[city.link(id).street].push_back(id);
    }
  }
  Json features = Json::array();
  for (const auto& [street, links] : pieces) {
    const Street& facts = city.streets()[street];
    Json properties = {{"class", name_of(facts.road_class)}, {"name", facts.name}};
    Json lines = lines_of(city, links);
    if (lines.size() == 1) {
      features.push_back(feature(std::move(properties), "LineString", lines[0]));
    } else {
      features.push_back(feature(std::move(properties), "MultiLineString", std::move(lines)));
    }
  }
  for (const Site& site : city.sites()) {
    features.push_back(feature({{"site", name_of(site.kind)}, {"name", site.name}}, "Point",
                               position(city, city.point(site.gate))));
  }
  return Json{{"type", "FeatureCollection"}, {"features", std::move(features)}}.dump() + "\n";
}

}  // namespace lujing::sim
