// sim/truth/TRUTH.md: JSON lines, a file a kind, track files one a vehicle.
#include "base/time.h"
#include "sim/score/read.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace lujing::score {
namespace {

namespace fs = std::filesystem;
using PlainJson = nlohmann::json;

/// Gives each line of a file. One that is not there is not one without lines: what it would have
/// said would count as never having happened.
Result<void> each_line(const fs::path& path, const std::function<void(const PlainJson&)>& take) {
  std::ifstream file(path);
  if (!file)
    return Error(
        path.string() +
        ": is not there or cannot be read; the truth of a run is whole or nothing: run the "
        "scenario again");
  std::string line;
  std::size_t number = 0;
  while (std::getline(file, line)) {
    ++number;
    if (line.empty()) continue;
    const PlainJson json = PlainJson::parse(line, nullptr, false);
    if (json.is_discarded() || !json.is_object())
      return Error(fmt::format("{}:{}: not a JSON object", path.string(), number));
    try {
      take(json);
    } catch (const PlainJson::exception& trouble) {
      return Error(fmt::format("{}:{}: {}", path.string(), number, trouble.what()));
    }
  }
  return {};
}

/// What is measured comes a little later than the truth.
constexpr std::int64_t settles_ms = 10'000;

std::int64_t utc_of(const PlainJson& json, const char* key) {
  const auto time = from_iso8601(json.at(key).get<std::string>());
  return time ? time->ms : 0;
}

TruePoint point_of(const PlainJson& json) {
  TruePoint point;
  point.utc_ms = utc_of(json, "utc");
  point.at = GeoPoint::from_degrees(json.at("lat").get<double>(), json.at("lon").get<double>());
  point.way = json.at("way").get<std::int64_t>();
  point.way_m = json.at("way_m").get<double>();
  point.along_way = json.value("along_way", point.along_way);
  point.speed_mps = json.value("speed_mps", 0.0);
  return point;
}

TrueKerb kerb_of(const PlainJson& json) {
  TrueKerb kerb;
  kerb.way = json.at("way").get<std::int64_t>();
  kerb.right = json.at("kerb").get<std::string>() == "right";
  kerb.from_m = json.at("from_m").get<double>();
  kerb.to_m = json.at("to_m").get<double>();
  kerb.road_class = json.at("class").get<std::string>();
  if (json.contains("begin")) kerb.begin_ms = utc_of(json, "begin");
  if (json.contains("end")) kerb.end_ms = utc_of(json, "end");
  kerb.along_way = json.value("driven", std::string("forward")) == "forward";
  return kerb;
}

TrueTrip trip_of(const PlainJson& json, std::int64_t start_ms) {
  const auto moment = [&](const char* key) {
    return start_ms + static_cast<std::int64_t>(json.at(key).get<double>() * 1000);
  };
  TrueTrip trip;
  trip.load_ms = moment("load_begin_s");
  if (json.contains("load_end_s")) trip.loaded_ms = moment("load_end_s");
  // Records name a site by its fence's id; so does the truth, beside the name.
  trip.site = json.at(json.contains("site_id") ? "site_id" : "site").get<std::string>();
  if (!json.at("tip_s").is_null()) trip.tip_ms = moment("tip_s");
  const char* disposal = json.contains("disposal_id") ? "disposal_id" : "disposal";
  if (!json.at(disposal).is_null()) trip.disposal = json.at(disposal).get<std::string>();
  trip.laden_m = json.at("laden_m").get<double>();
  trip.sealed_m = json.at("sealed_m").get<double>();
  return trip;
}

Result<void> read_tracks(const fs::path& folder, Truth& truth) {
  std::error_code trouble;
  for (const auto& entry : fs::directory_iterator(folder, trouble)) {
    if (entry.path().extension() != ".jsonl") continue;
    TruthOfVehicle& vehicle = truth.vehicles[entry.path().stem().string()];
    auto read = each_line(entry.path(),
                          [&](const PlainJson& json) { vehicle.track.push_back(point_of(json)); });
    if (!read) return read.error();
    std::sort(vehicle.track.begin(), vehicle.track.end(),
              [](const TruePoint& a, const TruePoint& b) { return a.utc_ms < b.utc_ms; });
  }
  if (trouble || truth.vehicles.empty())
    return Error(folder.string() +
                 ": no track of any vehicle in it; give the folder that "
                 "`lujing-sim run` wrote (DIR, with DIR/truth in it)");
  return {};
}

}  // namespace

Result<Truth> read_truth(const std::string& folder) {
  const fs::path path = fs::path(folder) / "truth";
  Truth truth;
  std::ifstream run_file(path / "run.json");
  const PlainJson run = PlainJson::parse(run_file, nullptr, false);
  const auto start = run.is_object() ? run.find("start") : run.end();
  const auto start_utc = start != run.end() && start->is_string()
                             ? from_iso8601(start->get<std::string>())
                             : std::nullopt;
  if (!start_utc)
    return Error((path / "run.json").string() +
                 ": no `start` in it; give the folder that `lujing-sim run` wrote");
  truth.start_ms = start_utc->ms;
  truth.convoy_m = run.value("convoy_m", truth.convoy_m);
  truth.black_site_m = run.value("black_site_m", truth.black_site_m);
  truth.black_site_vehicles = static_cast<std::size_t>(
      run.value("black_site_vehicles", static_cast<double>(truth.black_site_vehicles)));
  truth.end_ms = truth.start_ms + static_cast<std::int64_t>(run.value("duration_s", 0.0) * 1000);
  if (const auto target = run.find("target"); target != run.end()) {
    truth.target.share = target->value("share", 0.0);
    truth.target.vehicle = target->value("vehicle", std::string());
    for (const PlainJson& one : target->value("asked", PlainJson::array())) {
      truth.target.asked.push_back(
          {one.value("way", std::int64_t{0}), one.value("from_m", 0.0), one.value("to_m", 0.0)});
    }
  }
  if (auto read = read_tracks(path / "track", truth); !read) return read.error();
  const auto vehicle = [&](const PlainJson& json) -> TruthOfVehicle& {
    return truth.vehicles[json.at("vehicle").get<std::string>()];
  };
  auto read = each_line(path / "kerbs.jsonl", [&](const PlainJson& json) {
    vehicle(json).kerbs.push_back(kerb_of(json));
  });
  if (!read) return read.error();
  read = each_line(path / "trips.jsonl", [&](const PlainJson& json) {
    vehicle(json).trips.push_back(trip_of(json, truth.start_ms));
  });
  if (!read) return read.error();
  read = each_line(path / "violations.jsonl", [&](const PlainJson& json) {
    TrueViolation violation{json.at("rule").get<std::string>(), utc_of(json, "begin"),
                            utc_of(json, "end"), json.at("raises").get<bool>()};
    violation.needs_s = json.value("needs_s", 0.0);
    const auto due_ms = violation.begin_ms + static_cast<std::int64_t>(violation.needs_s * 1000);
    violation.at_end = violation.needs_s > 0 && truth.end_ms > truth.start_ms &&
                       due_ms + settles_ms > truth.end_ms;
    vehicle(json).violations.push_back(std::move(violation));
  });
  if (!read) return read.error();
  return truth;
}

}  // namespace lujing::score
