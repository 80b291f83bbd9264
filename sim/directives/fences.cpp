// Fences and permits of a scenario's city.
#include "sim/city/plane.h"
#include "sim/city/route.h"
#include "sim/directives/documents.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>
#include <utility>

namespace lujing::sim {
namespace {

using Json = nlohmann::ordered_json;
using SitePair = std::pair<std::uint32_t, std::uint32_t>;  ///< construction, disposal

Json places(const City& city, const std::vector<Offset>& line) {
  Json all = Json::array();
  for (const Offset& at : line) {
    const GeoPoint place = city.place(at);
    all.push_back({place.lon_deg(), place.lat_deg()});
  }
  return all;
}

Json ring(const City& city, const std::vector<Offset>& polygon) {
  Json all = places(city, polygon);
  all.push_back(all.front());
  return Json::array({std::move(all)});
}

Json feature(const char* geometry, Json coordinates, Json properties) {
  return {{"type", "Feature"},
          {"properties", std::move(properties)},
          {"geometry", {{"type", geometry}, {"coordinates", std::move(coordinates)}}}};
}

const char* zone_word(SiteKind kind) {
  switch (kind) {
    case SiteKind::construction:
      return "loading";
    case SiteKind::disposal:
      return "unloading";
    case SiteKind::depot:
      return "parking";
    default:
      return "area";
  }
}

void add_sites(const City& city, Json& features) {
  int bays = 0;
  for (const Site& site : city.sites()) {
    if (!site.yard.empty()) {
      features.push_back(feature(
          "Polygon", ring(city, site.yard),
          {{"id", fence_id(city, site)}, {"name", site.name}, {"zone", zone_word(site.kind)}}));
    }
    if (!site.wash_bay.empty()) {
      features.push_back(feature("Polygon", ring(city, site.wash_bay),
                                 {{"id", fmt::format("wash-{}", ++bays)},
                                  {"name", site.name + "洗车台"},
                                  {"zone", "wash"}}));
    }
  }
}

void add_zones(const City& city, Json& features) {
  int number = 0;
  for (const Zone& zone : city.zones()) {
    Json properties = {{"id", fmt::format("{}-{}", name_of(zone.kind), ++number)},
                       {"name", zone.name},
                       {"zone", "forbidden"}};
    if (zone.kind == ZoneKind::weak_bridge) {
      properties["load"] = "laden";
    }
    features.push_back(feature("Polygon", ring(city, zone.area), std::move(properties)));
  }
}

/// The whole city, for what holds everywhere.
void add_everywhere(const City& city, double speed_limit_kmh, Json& features) {
  Offset least{1e9, 1e9};
  Offset most{-1e9, -1e9};
  for (const Node& node : city.nodes()) {
    least = {std::min(least.east_m, node.at.east_m), std::min(least.north_m, node.at.north_m)};
    most = {std::max(most.east_m, node.at.east_m), std::max(most.north_m, node.at.north_m)};
  }
  constexpr double beyond_m = 500;
  const Offset a = minus(least, {beyond_m, beyond_m});
  const Offset c = plus(most, {beyond_m, beyond_m});
  features.push_back(
      feature("Polygon", ring(city, {a, {c.east_m, a.north_m}, c, {a.east_m, c.north_m}}),
              {{"id", "city"}, {"zone", "area"}, {"speed_limit_kmh", speed_limit_kmh}}));
}

std::set<SitePair> approved(const Scenario& scenario) {
  std::set<SitePair> pairs;
  for (const VehiclePlan& plan : scenario.vehicles) {
    if (plan.type == VehicleType::muck && plan.permit.there) {
      pairs.insert({plan.permit.construction, plan.permit.disposal});
    }
  }
  return pairs;
}

std::vector<Offset> road(const City& city, const Site& from, const Site& to) {
  std::vector<Offset> line;
  for (const LinkId id : find_route(city, from.gate, to.gate)) {
    for (const Offset& at : city.link(id).line) {
      if (line.empty() || length_m(minus(line.back(), at)) > 0.5) {
        line.push_back(at);
      }
    }
  }
  return line;
}

void add_roads(const Scenario& scenario, const City& city, Json& features) {
  for (const auto& [construction, disposal] : approved(scenario)) {
    const Site& site = city.site(SiteKind::construction, construction);
    const Site& dump = city.site(SiteKind::disposal, disposal);
    const std::string id = fmt::format("road-{}-{}", construction + 1, disposal + 1);
    for (const bool back : {false, true}) {
      const std::vector<Offset> line = back ? road(city, dump, site) : road(city, site, dump);
      if (line.size() > 1) {
        features.push_back(feature("LineString", places(city, line),
                                   {{"id", back ? id + "-back" : id},
                                    {"zone", "route"},
                                    {"width_m", 2 * scenario.limits.off_route_m}}));
      }
    }
  }
}

std::string moment(const Scenario& scenario, double t_s) {
  return to_iso8601({scenario.start.ms + std::llround(t_s * 1000)});
}

/// Farther away than any run: no bound at all.
bool bound(double t_s) {
  return std::abs(t_s) < 1e8;
}

}  // namespace

std::string fence_id(const City& city, const Site& site) {
  int number = 0;
  for (const Site& other : city.sites()) {
    number += other.kind == site.kind ? 1 : 0;
    if (&other == &site) {
      break;
    }
  }
  return fmt::format("{}-{}", name_of(site.kind), number);
}

std::string fences_document(const Scenario& scenario, const City& city) {
  if (city.sites().empty()) {
    return {};
  }
  Json features = Json::array();
  add_sites(city, features);
  add_zones(city, features);
  add_everywhere(city, scenario.limits.truck_kmh, features);
  add_roads(scenario, city, features);
  return Json{{"type", "FeatureCollection"}, {"version", 1}, {"features", std::move(features)}}
             .dump() +
         "\n";
}

std::string permits_document(const Scenario& scenario, const City& city) {
  if (city.sites().empty()) {
    return {};
  }
  std::string listed;
  std::string permits;
  for (const VehiclePlan& plan : scenario.vehicles) {
    if (plan.type != VehicleType::muck) {
      continue;
    }
    if (plan.listed) {
      listed += fmt::format("{}\"{}\"", listed.empty() ? "" : ", ", plan.id);
    }
    const Permit& permit = plan.permit;
    if (!permit.there) {
      continue;
    }
    const std::string way = fmt::format("road-{}-{}", permit.construction + 1, permit.disposal + 1);
    fmt::format_to(std::back_inserter(permits),
                   "\n[[permit]]\nid = \"permit-{}\"\nvehicles = [\"{}\"]\nloading = [\"{}\"]\n"
                   "unloading = [\"{}\"]\nroutes = [\"{}\", \"{}-back\"]\n",
                   plan.id, plan.id,
                   fence_id(city, city.site(SiteKind::construction, permit.construction)),
                   fence_id(city, city.site(SiteKind::disposal, permit.disposal)), way, way);
    if (bound(permit.from_s)) {
      permits += "valid_from = \"" + moment(scenario, permit.from_s) + "\"\n";
    }
    if (bound(permit.until_s)) {
      permits += "valid_until = \"" + moment(scenario, permit.until_s) + "\"\n";
    }
  }
  return "version = 1\nlisted = [" + listed + "]\n" + permits;
}

}  // namespace lujing::sim
