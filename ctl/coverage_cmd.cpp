#include "ctl/coverage_cmd.h"

#include "base/command_line.h"
#include "base/csv.h"
#include "base/toml_reader.h"
#include "ctl/audit_output.h"
#include "ctl/fail.h"
#include "ctl/fixes_csv.h"
#include "ctl/inferred_work.h"
#include "ctl/local_days.h"
#include "ctl/match_advice.h"
#include "ctl/rates_output.h"
#include "ctl/stops_csv.h"
#include "platform/report/rates.h"
#include "platform/roads/load.h"
#include "terminal/config/terminal_config.h"
#include "terminal/config/work_profile.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <system_error>

namespace lujing::ctl {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* grade = "inferred";
constexpr const char* grade_means =
    "no signal of any machine: a vehicle that crawls is taken to work. The lowest grade of "
    "evidence; not to be paid by as if it were measured";

constexpr const char* why_no_rate =
    "A rate divides by the length of streets, and neither fixes nor a list of stops has streets: "
    "the straight line between two stops is none. Take an OpenStreetMap extract of the city as "
    "--roads";

/// There are rates, and a reason not to believe them.
constexpr int doubtful = 3;

struct CoverageArgs {
  std::string tracks;
  std::string roads;
  std::string machine;
  std::string profile;
  std::string stops;
  std::string day;
  int days = 1;
  int utc_offset_min = 480;
  bool json = false;
};

struct Found {
  std::vector<InferredWork> vehicles;
  StopsFile stops;
  bool one_day = false;  ///< and so only the stops of its weekday
  report::Report report;
  config::Profile profile;
  const core::RoadNetwork* roads = nullptr;
  std::size_t fixes = 0;
  std::size_t unusable = 0;
  std::vector<std::string> doubts;  ///< each with its remedy
};

double hours(std::int64_t ms) {
  return static_cast<double>(ms) / 3'600'000;
}

/// 0 is Monday; of one day only.
std::optional<int> weekday_of(const CoverageArgs& args, std::int64_t local_day) {
  if (args.day.empty() || args.days != 1) return std::nullopt;
  return static_cast<int>(((local_day + 3) % 7 + 7) % 7);  // 1970 began on a Thursday
}

Result<StopsFile> open_stops(const std::string& path, std::optional<int> weekday) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error(path + " cannot be read");
  return read_stops(in, path, weekday);
}

Result<FixesFile> read_tracks(const std::string& path, int utc_offset_min) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return Error(path + " is a folder: name one of the CSV files in it");
  }
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error(path + " cannot be read");
  auto file = read_fixes(in, utc_offset_min);
  if (!file) return file.error().in(path);
  return file;
}

Result<core::WorkProfile> machine_of(const CoverageArgs& args) {
  auto profile = config::load_work_profile(args.machine);
  if (!profile) return profile.error();
  config::connect_work({}, *profile);  // nothing is wired: only its speed is known
  const bool by_speed = std::any_of(
      profile->facts.begin(), profile->facts.end(),
      [](const core::WorkFact& fact) { return fact.source.kind == core::WorkSource::Kind::speed; });
  if (!by_speed) {
    return Error(args.machine +
                 ": tells work by signals, which tracks do not have; give a profile that goes by "
                 "speed, as deploy/vehicles/no_signals.toml");
  }
  return profile;
}

/// Whether any fix lies in the box around all stops, or a kilometre beside it.
bool near_stops(const FixesFile& file, const std::vector<Stop>& stops) {
  constexpr std::int32_t beside_e7 = 100'000;
  GeoPoint least = stops.front().place;
  GeoPoint most = least;
  for (const Stop& stop : stops) {
    least.lat_e7 = std::min(least.lat_e7, stop.place.lat_e7);
    least.lon_e7 = std::min(least.lon_e7, stop.place.lon_e7);
    most.lat_e7 = std::max(most.lat_e7, stop.place.lat_e7);
    most.lon_e7 = std::max(most.lon_e7, stop.place.lon_e7);
  }
  const auto inside = [&](const core::RawFix& fix) {
    const GeoPoint& at = fix.position;
    return at.valid() && at.lat_e7 >= least.lat_e7 - beside_e7 &&
           at.lat_e7 <= most.lat_e7 + beside_e7 && at.lon_e7 >= least.lon_e7 - beside_e7 &&
           at.lon_e7 <= most.lon_e7 + beside_e7;
  };
  return std::any_of(file.tracks.begin(), file.tracks.end(), [&](const FixesTrack& track) {
    return std::any_of(track.fixes.begin(), track.fixes.end(), inside);
  });
}

/// What a rate of nothing may come of that is no idle vehicle.
std::vector<std::string> doubts_of(const Found& found, const FixesFile& file,
                                   const std::string& roads) {
  std::vector<std::string> doubts;
  std::size_t taken = 0;
  std::size_t on_road = 0;
  std::int64_t known_ms = 0;
  double unknown_m = 0;
  for (const InferredWork& one : found.vehicles) {
    taken += one.fixes;
    on_road += one.on_road;
    known_ms += one.known_ms;
    unknown_m += one.unknown_m;
  }
  if (2 * taken < found.fixes || taken == 0) {
    doubts.push_back(
        fmt::format("only {} of {} fixes could be taken: each track wants its fixes in the order "
                    "of their times, "
                    "each with a place and a time",
                    taken, found.fixes));
  } else if (known_ms == 0 && !(unknown_m > 0)) {
    doubts.emplace_back(
        "no two fixes follow each other in the time asked about: look at --day and at t_unix, "
        "which "
        "is in seconds");
  }
  if (taken > 0 && !found.stops.stops.empty() && !near_stops(file, found.stops.stops)) {
    doubts.emplace_back(
        "no fix lies near any stop: is --stops of another city, or are its lat and lon swapped?");
  }
  if (found.roads != nullptr && 2 * on_road < taken) {
    doubts.push_back(fmt::format("only {} of {} fixes lie on a road of {}", on_road, taken, roads));
    for (std::string& line : match_advice(*found.roads, file, file.fixes - on_road)) {
      doubts.push_back(std::move(line));
    }
  }
  return doubts;
}

/// Of a route, or of the whole list.
struct Served {
  std::size_t asked = 0;
  std::size_t served = 0;
  std::optional<double> rate() const {
    if (asked == 0) return std::nullopt;
    return static_cast<double>(served) / static_cast<double>(asked);
  }
};

/// All of the list under the empty name, and each route that it names.
std::map<std::string, Served> served(const Found& found) {
  const std::vector<Stop>& stops = found.stops.stops;
  std::vector<bool> stood(stops.size());
  for (const InferredWork& one : found.vehicles) {
    for (const std::size_t i : one.stops) stood[i] = true;
  }
  std::map<std::string, Served> all;
  for (std::size_t i = 0; i < stops.size(); ++i) {
    const auto count = [&](const std::string& name) {
      ++all[name].asked;
      all[name].served += stood[i] ? 1 : 0;
    };
    count("");
    if (!stops[i].route.empty()) count(stops[i].route);
  }
  return all;
}

void print_stops(const Found& found) {
  const auto all = served(found);
  const Served& sum = all.at("");
  std::cout << fmt::format("\nstops      {} of {} had a vehicle standing at them, {}, grade {}\n",
                           sum.served, sum.asked, percent(sum.rate()), grade);
  if (found.stops.other_days > 0) {
    std::cout << fmt::format("           {} more are asked on other weekdays\n",
                             found.stops.other_days);
  } else if (found.stops.has_days && !found.one_day) {
    std::cout << "           asked whatever their weekday: name one --day\n";
  }
  if (all.size() < 2) return;
  std::cout << fmt::format("{:>8}{:>8}{:>11}  {}\n", "stops", "served", "rate", "route");
  for (const auto& [route, one] : all) {
    if (route.empty()) continue;
    std::cout << fmt::format("{:>8}{:>8}{:>11}  {}\n", one.asked, one.served, percent(one.rate()),
                             route);
  }
}

Json stops_json(const Found& found) {
  const auto all = served(found);
  const auto json_of_one = [](const Served& one) {
    return Json{{"asked", one.asked},
                {"served", one.served},
                {"rate", rate_json(one.rate())},
                {"grade", grade}};
  };
  Json json = json_of_one(all.at(""));
  json["other_weekdays"] = found.stops.other_days;
  json["weekdays_asked"] = !found.stops.has_days || found.one_day;
  for (const auto& [route, one] : all) {
    if (route.empty()) continue;
    Json row{{"route", route}};
    row.update(json_of_one(one));
    json["routes"].push_back(std::move(row));
  }
  return json;
}

void print(const Found& found) {
  std::cout << fmt::format("grade      {}: {}\n", grade, grade_means);
  std::cout << fmt::format("tracks     {}, {} fixes, {} of them without place or time\n",
                           found.vehicles.size(), found.fixes, found.unusable);
  for (const std::string& doubt : found.doubts) std::cout << "DOUBTFUL   " << doubt << "\n";
  if (found.roads != nullptr) {
    std::cout << fmt::format("roads      {} ({} links)\n", found.roads->name(),
                             found.roads->link_count());
    print_rates(found.report, found.profile, std::cout);
    std::cout << fmt::format("           each rate above: grade {}\n", grade);
  } else {
    std::cout << "rates      not applicable: no --roads were given. " << why_no_rate << "\n";
  }
  if (!found.stops.stops.empty()) print_stops(found);
  std::cout << fmt::format("\n{:<16}{:>10}{:>10}{:>12}{:>10}{:>10}  {}\n", "vehicle", "km",
                           "work km", "unknown km", "hours", "work h", "grade");
  for (const InferredWork& one : found.vehicles) {
    const report::VehicleTotals& totals = one.told.totals;
    std::cout << fmt::format("{:<16}{:>10.3f}{:>10.3f}{:>12.3f}{:>10.3f}{:>10.3f}  {}\n", totals.id,
                             static_cast<double>(totals.driven_m) / 1000,
                             static_cast<double>(totals.effective_dm) / 10'000,
                             one.unknown_m / 1000, hours(one.known_ms), hours(one.work_ms), grade);
  }
}

Json json_of(const Found& found) {
  Json json{{"grade", grade},         {"grade_means", grade_means},
            {"fixes", found.fixes},   {"fixes_unusable", found.unusable},
            {"doubts", found.doubts}, {"rates", Json::array()}};
  if (found.roads == nullptr) {
    json["rates"] = "not applicable";
    json["why_no_rates"] = why_no_rate;
  }
  if (found.roads != nullptr) json["roads"] = fmt::format("{:016x}", found.roads->version());
  for (const report::Row& row : found.report.rows) {
    json["rates"].push_back(row_json(row, found.profile.rate_targets));
    json["rates"].back()["grade"] = grade;
  }
  for (const InferredWork& one : found.vehicles) {
    Json vehicle = vehicle_json(one.told.totals);
    vehicle["unknown_km"] = one.unknown_m / 1000;
    vehicle["hours"] = hours(one.known_ms);
    vehicle["work_hours"] = hours(one.work_ms);
    vehicle["stops_served"] = one.stops.size();
    vehicle["grade"] = grade;
    json["vehicles"].push_back(std::move(vehicle));
  }
  if (!found.stops.stops.empty()) json["stops"] = stops_json(found);
  return json;
}

int run_coverage(const CoverageArgs& args) {
  const auto machine = machine_of(args);
  if (!machine) return fail("coverage", machine.error());
  const auto days = local_days(args.day, args.days, args.utc_offset_min);
  if (!days) return fail("coverage", days.error());
  Found found;
  if (!args.profile.empty()) {
    const auto text = read_text_file(args.profile);
    if (!text) return fail("coverage", text.error());
    auto profile = config::parse_profile(args.profile, *text);
    if (!profile) return fail("coverage", profile.error());
    found.profile = std::move(*profile);
  }
  if (!args.stops.empty()) {
    const auto weekday = weekday_of(args, days->first);
    found.one_day = weekday.has_value();
    auto stops = open_stops(args.stops, weekday);
    if (!stops) return fail("coverage", stops.error());
    found.stops = std::move(*stops);
  }
  std::optional<roads::LoadedRoads> loaded;
  if (!args.roads.empty()) {
    auto opened = roads::LoadedRoads::open(args.roads);
    if (!opened) return fail("coverage", opened.error());
    loaded.emplace(std::move(*opened));
    found.roads = &loaded->network();
  }
  const auto file = read_tracks(args.tracks, args.utc_offset_min);
  if (!file) return fail("coverage", file.error());
  found.fixes = file->fixes;
  found.unusable = file->without_place + file->without_time;
  std::vector<report::Collected> told;
  for (const FixesTrack& track : file->tracks) {
    const auto index = static_cast<std::uint32_t>(found.vehicles.size());
    if (isatty(STDERR_FILENO) != 0) std::cerr << "matching " << track.name << " ...\n";
    found.vehicles.push_back(inferred_work(*machine, found.roads, track.name, index, track.fixes,
                                           days->window, found.stops.stops));
    told.push_back(found.vehicles.back().told);
  }
  if (found.roads != nullptr) {
    report::Asked asked;
    asked.local_day = days->first;
    asked.question.when = {days->window};
    asked.question.pass_gap_ms =
        static_cast<std::int64_t>(found.profile.cleaning.pass_gap_s * 1000);
    asked.question.pass_permille =
        static_cast<std::int32_t>(std::lround(found.profile.cleaning.pass_share * 1000));
    asked.classes = found.profile.rate_classes;
    found.report = report::make_report(*found.roads, report::ledger_of(told), told, asked);
  }
  found.doubts = doubts_of(found, *file, args.roads);
  if (args.json) {
    std::cout << json_of(found).dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
  } else {
    print(found);
  }
  return found.doubts.empty() ? 0 : doubtful;
}

}  // namespace

void add_coverage_command(cli::App& app, int& exit_code) {
  auto args = std::make_shared<CoverageArgs>();
  cli::App* command = app.add_subcommand(
      "coverage", "rates out of tracks alone, where no machine tells what it does: grade inferred");
  command
      ->add_option("--tracks", args->tracks,
                   "CSV with a header: track (or vehicle), t_unix (or time_local, as "
                   "2026-05-01T07:30:00), lat, lon and, where known, "
                   "speed_mps,heading_deg,accuracy_m (ctl/TRACKS.md)")
      ->required();
  command->add_option("--roads", args->roads,
                      "road file, or an OpenStreetMap extract; none: ways and hours only");
  command
      ->add_option("--machine", args->machine,
                   "the vehicles' profile, which says at what speed they are taken to work, as "
                   "deploy/vehicles/no_signals.toml")
      ->required();
  command->add_option("--profile", args->profile,
                      "the city profile: which roads count, and what a pass is");
  command->add_option("--stops", args->stops,
                      "CSV: name (or stop_name), lat, lon and maybe radius_m, route, days: where "
                      "one should stop; a rate for each route");
  cli::Option* day =
      command->add_option("--day", args->day, "local day as 2026-05-01; none: all there is")
          ->check(cli::not_empty());
  command->add_option("--days", args->days, "so many days from --day on")
      ->check(cli::range(1, 366))
      ->needs(day);
  command
      ->add_option("--utc-offset-min", args->utc_offset_min,
                   "local time of --day and of time_local; 480 is China's")
      ->check(cli::range(-840, 840));
  command->add_flag("--json", args->json, "the rates as one object");
  command->footer(
      "Example: lujing-ctl coverage --tracks fixes.csv --roads city.roads --machine "
      "no_signals.toml\n"
      "Every figure has the grade \"inferred\", the lowest: nobody saw a brush turn. `audit\n"
      "--evidence partial` leaves such coverage out of a ledger's rates. It ends with 0; with 3 "
      "where\n"
      "the tracks do not fit what they were given with (DOUBTFUL says why); with 1 where there is "
      "no\n"
      "answer.");
  command->callback([args, &exit_code] { exit_code = run_coverage(*args); });
}

}  // namespace lujing::ctl
