#include "sim/truth/files.h"

#include "sim/city/geojson.h"
#include "sim/city/osm.h"
#include "sim/directives/plan.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>

namespace lujing::sim {
namespace {

using Json = nlohmann::ordered_json;

/// CV-05: what is asked, as stretches of ways with both their kerbs, and how much of it.
Json target(const Scenario& scenario, const City& city) {
  Json json = {{"share", scenario.limits.target_share}};
  for (const VehiclePlan& plan : scenario.vehicles) {
    if (!plan.asked.empty()) {
      json["vehicle"] = plan.id;
      break;
    }
  }
  json["asked"] = Json::array();
  std::set<std::pair<std::int64_t, double>> told;
  for (const LinkId id : all_asked(scenario, city)) {
    const Link& link = city.link(id);
    if (link.sweepable && told.insert({link.way, link.way_from_m}).second) {
      json["asked"].push_back({{"way", link.way},
                               {"from_m", link.way_from_m},
                               {"to_m", link.way_from_m + link.length_m}});
    }
  }
  return json;
}

Json describe(const Scenario& scenario, const City& city) {
  Json json;
  json["scenario"] = scenario.name;
  json["about"] = scenario.about;
  json["seed"] = scenario.seed;
  json["start"] = to_iso8601(scenario.start);
  json["duration_s"] = scenario.duration_s;
  json["convoy_m"] = scenario.limits.convoy_m;
  json["black_site_m"] = scenario.limits.black_site_m;
  json["black_site_vehicles"] = scenario.limits.black_site_vehicles;
  if (scenario.limits.target_share > 0) {
    json["target"] = target(scenario, city);
  }
  json["weather"] = {{"temperature_c", scenario.weather.temperature_c},
                     {"wind_force", scenario.weather.wind_force},
                     {"rain", scenario.weather.rain}};
  Json vehicles = Json::array();
  for (const VehiclePlan& plan : scenario.vehicles) {
    Json faults = Json::array();
    for (const Fault& fault : plan.faults) {
      faults.push_back({{"what", fault_words()[static_cast<std::size_t>(fault.kind)]},
                        {"at_s", fault.at_s},
                        {"for_s", std::min(fault.for_s, scenario.duration_s - fault.at_s)}});
    }
    Json entry = {{"id", plan.id}, {"type", name_of(plan.type)}, {"plate", plan.plate}};
    if (plan.type == VehicleType::muck && !city.sites().empty()) {
      entry["permit"] = {
          {"there", plan.permit.there},
          {"construction", city.site(SiteKind::construction, plan.permit.construction).name},
          {"disposal", city.site(SiteKind::disposal, plan.permit.disposal).name},
          {"from_s", plan.permit.from_s},
          {"until_s", plan.permit.until_s}};
    }
    entry["faults"] = std::move(faults);
    vehicles.push_back(std::move(entry));
  }
  json["vehicles"] = std::move(vehicles);
  return json;
}

/// Each rule that a vehicle's truth or its scenario speaks of: must it be raised, and when?
std::string expectations(const Scenario& scenario, const std::vector<VehicleTruth>& vehicles) {
  std::string lines;
  for (const VehicleTruth& truth : vehicles) {
    std::set<std::string> rules;
    for (const Found& found : truth.found) {
      rules.insert(found.rule);
    }
    for (const Expect& expect : scenario.expect) {
      if (expect.vehicle == truth.vehicle) {
        rules.insert(expect.rule);
      }
    }
    for (const std::string& rule : rules) {
      std::string times;
      for (const Found& found : truth.found) {
        if (found.rule == rule && found.raises()) {
          times += fmt::format("{}{{\"begin_s\":{:.2f},\"end_s\":{:.2f}}}",
                               times.empty() ? "" : ",", found.begin_s, found.end_s);
        }
      }
      lines += fmt::format("{{\"vehicle\":\"{}\",\"rule\":\"{}\",\"raise\":{},\"times\":[{}]}}\n",
                           truth.vehicle, rule, !times.empty(), times);
    }
  }
  return lines;
}

}  // namespace

Result<void> write_text(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) {
    return Error("cannot write " + path + ": is the folder there and writable?");
  }
  return {};
}

std::string violation_line(const Scenario& scenario, const City& city, const std::string& vehicle,
                           const Found& found) {
  const auto utc = [&](double t_s) {
    return to_iso8601({scenario.start.ms + std::llround(t_s * 1000)});
  };
  const GeoPoint place = city.place(found.at);
  return fmt::format(
      "{{\"vehicle\":\"{}\",\"rule\":\"{}\",\"begin_s\":{:.2f},\"end_s\":{:.2f},"
      "\"begin\":\"{}\",\"end\":\"{}\",\"needs_s\":{:g},\"raises\":{},\"lat\":{:.7f},"
      "\"lon\":{:.7f},\"detail\":\"{}\"}}\n",
      vehicle, found.rule, found.begin_s, found.end_s, utc(found.begin_s), utc(found.end_s),
      found.needs_s, found.raises(), place.lat_deg(), place.lon_deg(), found.detail);
}

Result<void> write_city(const City& city, const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  for (const auto& [name, text] :
       {std::pair{"city.osm", to_osm(city)}, std::pair{"city.geojson", to_geojson(city)},
        std::pair{"fences.geojson", fences_geojson(city)}}) {
    if (auto written = write_text(folder + "/" + name, text); !written) {
      return written;
    }
  }
  return {};
}

Result<void> write_truth(const std::string& folder, const Scenario& scenario, const City& city,
                         const std::vector<VehicleTruth>& vehicles) {
  const auto all = [&](std::string VehicleTruth::*part) {
    std::string text;
    for (const VehicleTruth& vehicle : vehicles) {
      text += vehicle.*part;
    }
    return text;
  };
  for (const auto& [name, text] : {std::pair{"run.json", describe(scenario, city).dump(2) + "\n"},
                                   std::pair{"states.jsonl", all(&VehicleTruth::states)},
                                   std::pair{"kerbs.jsonl", all(&VehicleTruth::kerbs)},
                                   std::pair{"trips.jsonl", all(&VehicleTruth::trips)},
                                   std::pair{"coverage.jsonl", all(&VehicleTruth::coverage)},
                                   std::pair{"violations.jsonl", all(&VehicleTruth::violations)},
                                   std::pair{"expected.jsonl", expectations(scenario, vehicles)}}) {
    if (auto written = write_text(folder + "/" + name, text); !written) {
      return written;
    }
  }
  return {};
}

std::string broken_promises(const Scenario& scenario,
                            const std::vector<std::pair<std::string, std::vector<Found>>>& found) {
  std::string broken;
  for (const Expect& expect : scenario.expect) {
    const auto vehicle = std::find_if(found.begin(), found.end(), [&](const auto& entry) {
      return entry.first == expect.vehicle;
    });
    const bool raised =
        vehicle != found.end() &&
        std::any_of(vehicle->second.begin(), vehicle->second.end(),
                    [&](const Found& f) { return f.rule == expect.rule && f.raises(); });
    if (raised != expect.raise) {
      broken += fmt::format(
          "{}: {} {} {}\n", scenario.name, expect.vehicle, expect.rule,
          expect.raise ? "should have come true and did not" : "came true and should not have");
    }
  }
  return broken;
}

}  // namespace lujing::sim
