#include "sim/city/geojson.h"

#include "sim/city/plane.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <compare>
#include <map>

namespace lujing::sim {
namespace {

using Json = nlohmann::ordered_json;

Json position(const City& city, Offset at) {
  const GeoPoint place = city.place(at);
  return Json::array({place.lon_deg(), place.lat_deg()});
}

/// What is told of a piece of street; pieces that are alike are told together.
struct Facts {
  StreetId street = no_id;
  bool oneway = false;
  bool bridge = false;
  bool tunnel = false;
  bool roundabout = false;
  bool divided = false;
  bool sweepable = false;
  long width_dm = 0;
  auto operator<=>(const Facts&) const = default;  // NOLINT(modernize-use-nullptr): a false one
};

Facts facts_of(const Link& link) {
  return {
      link.street,     link.reverse == no_id, link.bridge,    link.tunnel,
      link.roundabout, link.divided,          link.sweepable, std::lround(20 * link.half_width_m)};
}

Json properties_of(const City& city, const Facts& facts) {
  const Street& street = city.streets()[facts.street];
  const double width_m = static_cast<double>(facts.width_dm) / 10;
  return {
      {"class", name_of(street.road_class)}, {"name", street.name},        {"oneway", facts.oneway},
      {"dual_carriageway", facts.divided},   {"bridge", facts.bridge},     {"tunnel", facts.tunnel},
      {"roundabout", facts.roundabout},      {"lanes", lanes_of(width_m)}, {"width", width_m},
      {"sweepable", facts.sweepable}};
}

/// Pieces joined where one begins at the end of another; in the direction of a one-way street.
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
  std::map<Facts, std::vector<LinkId>> pieces;
  for (LinkId id = 0; id < city.links().size(); ++id) {
    if (id < city.link(id).reverse) {  // a one-way link's reverse is no_id
      pieces[facts_of(city.link(id))].push_back(id);
    }
  }
  Json features = Json::array();
  for (const auto& [facts, links] : pieces) {
    Json lines = lines_of(city, links);
    if (lines.size() == 1) {
      features.push_back(feature(properties_of(city, facts), "LineString", lines[0]));
    } else {
      features.push_back(feature(properties_of(city, facts), "MultiLineString", std::move(lines)));
    }
  }
  for (const Site& site : city.sites()) {
    features.push_back(feature({{"site", name_of(site.kind)}, {"name", site.name}}, "Point",
                               position(city, city.point(site.gate))));
  }
  return Json{{"type", "FeatureCollection"}, {"features", std::move(features)}}.dump() + "\n";
}

}  // namespace lujing::sim
