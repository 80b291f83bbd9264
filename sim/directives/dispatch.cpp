#include "sim/directives/dispatch.h"

#include "platform/roads/build.h"
#include "platform/roads/osm.h"
#include "protocol/chain.h"
#include "protocol/directive.h"
#include "sim/directives/documents.h"
#include "sim/truth/files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

namespace lujing::sim {
namespace {

Told told(DirectiveKind kind, std::shared_ptr<const std::string> body, double at_s = 0,
          std::uint64_t version = 1) {
  Told one;
  one.at_s = at_s;
  one.what = {kind, version, protocol::sha256_of(*body)};
  one.body = std::move(body);
  return one;
}

std::shared_ptr<const std::string> shared(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

/// What the platform asks for from a moment on: a version each time that an order comes or goes.
void tell_orders(const Scenario& scenario, const VehiclePlan& plan, std::vector<Told>& all) {
  std::set<double> moments;
  for (const LimitOrder& order : plan.orders) {
    moments.insert({order.at_s, std::min(order.at_s + order.for_s, scenario.duration_s)});
  }
  std::uint64_t version = 0;
  for (const double at_s : moments) {
    if (at_s < scenario.duration_s) {
      all.push_back(
          sim::told(DirectiveKind::control, shared(limits_document(plan, at_s)), at_s, ++version));
    }
  }
}

}  // namespace

Result<std::shared_ptr<const std::string>> RoadShelf::of(const std::string& extract,
                                                         const std::string& name) {
  std::ifstream file(extract, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const std::string key = protocol::to_hex(protocol::sha256_of(bytes)) + name;
  if (const auto at = by_hash_.find(key); at != by_hash_.end()) {
    return at->second;
  }
  roads::OsmOptions options;
  options.name = name;
  auto osm = roads::read_osm(extract, options);
  if (!osm) {
    return osm.error();
  }
  auto built = roads::build(osm->raw);
  if (!built) {
    return built.error();
  }
  auto made = std::make_shared<const std::string>(
      reinterpret_cast<const char*>(built->bytes.data()), built->bytes.size());
  by_hash_.emplace(key, made);
  return made;
}

Result<Dispatch> Dispatch::of(const Scenario& scenario, const City& city,
                              const std::string& city_folder, RoadShelf* shelf) {
  Dispatch dispatch(scenario, city);
  RoadShelf own;
  const std::string extract = scenario.osm.empty() ? city_folder + "/city.osm" : scenario.osm;
  auto roads =
      (shelf == nullptr ? own : *shelf).of(extract, std::filesystem::path(extract).stem().string());
  if (!roads) {
    return roads.error().in("the city's roads");
  }
  if (auto written = write_text(city_folder + "/city.roads", **roads); !written) {
    return written.error();
  }
  dispatch.of_all_.push_back(sim::told(DirectiveKind::roads, std::move(*roads)));
  for (const auto& [kind, text] :
       {std::pair{DirectiveKind::fences, fences_document(scenario, city)},
        std::pair{DirectiveKind::permits, permits_document(scenario, city)}}) {
    if (!text.empty()) {
      dispatch.of_muck_.push_back(sim::told(kind, shared(text)));
    }
  }
  return dispatch;
}

std::vector<Told> Dispatch::told(const VehiclePlan& plan) const {
  std::vector<Told> all = of_all_;
  if (plan.type == VehicleType::muck) {
    all.insert(all.end(), of_muck_.begin(), of_muck_.end());
    tell_orders(*scenario_, plan, all);
    return all;
  }
  std::uint64_t version = 0;
  for (const WeatherChange& change : scenario_->weather_changes()) {
    std::string text = plan_document(*scenario_, *city_, plan, change.weather, ++version);
    if (!text.empty()) {
      all.push_back(sim::told(DirectiveKind::plan, shared(std::move(text)), change.at_s, version));
    }
  }
  return all;
}

Result<void> keep_bodies(const std::vector<Told>& told, const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  for (const Told& one : told) {
    const std::string path = folder + "/" + protocol::to_hex(one.what.sha256) + ".body";
    if (auto written = write_text(path, *one.body); !written) {
      return written;
    }
  }
  return {};
}

}  // namespace lujing::sim
