// Vehicles without any signal of their machine: what work and points can be told of them, in the
// lowest grade of evidence. Real recordings: Jersey City's trucks, a fix a minute; Tainan's planned
// routes.
#include "terminal/config/work_profile.h"
#include "terminal/core/work/collection.h"
#include "terminal/core/work/engine.h"
#include "tests/accuracy/study.h"
#include "tests/support/shared_data.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <vector>

namespace lujing::accuracy {
namespace {

using Cells = std::vector<std::string>;

/// One line of a CSV file: quotes around a cell, "" for one inside.
Cells cells_of(const std::string& line) {
  Cells cells(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells.emplace_back();
    } else if (c != '\r') {
      cells.back() += c;
    }
  }
  return cells;
}

std::vector<Cells> read_csv(const std::string& path) {
  std::vector<Cells> rows;
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);  // the names of the columns
  while (std::getline(file, line)) rows.push_back(cells_of(line));
  return rows;
}

double number(const std::string& text) {
  std::istringstream in(text);
  double value = 0;
  in >> value;
  return value;
}

struct Fix {
  std::int64_t ms = 0;
  GeoPoint place;
};

using Tracks = std::map<std::string, std::vector<Fix>>;

Tracks tracks_of(const std::vector<Cells>& rows) {
  Tracks tracks;
  for (const Cells& row : rows) {
    if (row.size() < 4) continue;
    const auto utc = from_iso8601(row[1] + "Z");
    if (!utc) continue;
    tracks[row[0]].push_back({utc->ms, GeoPoint::from_degrees(number(row[2]), number(row[3]))});
  }
  for (auto& [vehicle, fixes] : tracks) {
    std::sort(fixes.begin(), fixes.end(), [](const Fix& a, const Fix& b) { return a.ms < b.ms; });
  }
  return tracks;
}

struct Told {
  double hours = 0;
  double work_hours = 0;
  double km = 0;
  double work_km = 0;
  double unknown_km = 0;
  bool other_evidence = false;
};

/// Speeds from one fix to the next; a silence of over three minutes is a speed that nobody knows.
Told run_blind(const core::WorkProfile& profile, const std::vector<Fix>& fixes) {
  constexpr std::int64_t longest_ms = 180'000;
  Told told;
  core::WorkEngine engine(profile);
  for (std::size_t i = 1; i < fixes.size(); ++i) {
    const std::int64_t step_ms = fixes[i].ms - fixes[i - 1].ms;
    const double way_m = distance_m(fixes[i - 1].place, fixes[i].place);
    const BootTime at = BootTime::from_ms(fixes[i - 1].ms - fixes[0].ms);
    const bool known = step_ms > 0 && step_ms <= longest_ms;
    engine.take_speed(
        at, known ? std::optional(way_m / (static_cast<double>(step_ms) / 1000)) : std::nullopt);
    engine.judge(at);
    const core::WorkNow now = engine.judge(BootTime::from_ms(fixes[i].ms - fixes[0].ms))[0];
    const double hours = static_cast<double>(step_ms) / 3'600'000;
    told.km += way_m / 1000;
    if (!known) {
      told.unknown_km += way_m / 1000;
      continue;
    }
    told.hours += hours;
    if (!now.effective()) continue;
    told.work_hours += hours;
    told.work_km += way_m / 1000;
    told.other_evidence = told.other_evidence || now.evidence != protocol::Evidence::inferred;
  }
  return told;
}

void add_up(Told& sum, const Told& one) {
  sum.hours += one.hours;
  sum.work_hours += one.work_hours;
  sum.km += one.km;
  sum.work_km += one.work_km;
  sum.unknown_km += one.unknown_km;
  sum.other_evidence = sum.other_evidence || one.other_evidence;
}

void print(const char* group, std::size_t vehicles, const Told& told) {
  std::printf("%-14s %8zu %9.1f %9.1f %9.1f %9.1f %9.1f  %s\n", group, vehicles, told.km,
              told.work_km, told.unknown_km, told.hours, told.work_hours,
              told.other_evidence ? "WRONG" : "inferred");
}

int jersey_city(const std::string& folder) {
  const auto profile = config::load_work_profile(std::string(LUJING_SOURCE_DIR) +
                                                 "/deploy/vehicles/no_signals.toml");
  if (!profile) {
    std::printf("%s\n", profile.error().what().c_str());
    return 1;
  }
  core::WorkProfile connected = *profile;
  for (core::WorkFact& fact : connected.facts) fact.source = {core::WorkSource::Kind::speed, 0};
  const Tracks tracks = tracks_of(read_csv(folder + "/jersey-city-garbage-trucks.csv"));
  Told sweepers;
  Told others;
  std::size_t sweeper_count = 0;
  for (const auto& [vehicle, fixes] : tracks) {
    const bool sweeper = vehicle.starts_with("S-");
    sweeper_count += sweeper ? 1 : 0;
    add_up(sweeper ? sweepers : others, run_blind(connected, fixes));
  }
  std::printf("Jersey City, 8 to 10 December 2015, a fix a minute, no signal of any machine\n");
  std::printf("%-14s %8s %9s %9s %9s %9s %9s  %s\n", "vehicles", "count", "km", "work km",
              "unknown", "hours", "work h", "evidence");
  print("S- (sweepers)", sweeper_count, sweepers);
  print("others", tracks.size() - sweeper_count, others);
  return 0;
}

/// Each route once as a plan: its own stops visited in the order of the plan, every tenth left out.
int tainan(const std::string& folder) {
  std::map<std::string, core::Plan> plans;
  std::size_t refused = 0;
  std::size_t twice = 0;
  for (const Cells& row : read_csv(folder + "/tainan-garbage-routes.csv")) {
    if (row.size() < 7 || row[4].size() != 5) {
      ++refused;
      continue;
    }
    core::CollectionPoint point;
    point.name = row[1] + "/" + row[2] + " " + row[3];
    point.place = GeoPoint::from_degrees(number(row[5]), number(row[6]));
    point.radius_m = 15;
    if (!point.place.valid() || point.place.lat_e7 == 0) {
      ++refused;
      continue;
    }
    core::Plan& plan = plans[row[0]];
    const auto same = [&](const core::CollectionPoint& p) { return p.name == point.name; };
    if (std::any_of(plan.points.begin(), plan.points.end(), same)) {
      ++twice;
      continue;
    }
    plan.points.push_back(point);
  }
  std::size_t points = 0;
  std::size_t visited = 0;
  std::size_t served = 0;
  for (const auto& [name, plan] : plans) {
    core::Collection collection;
    collection.put_plan(&plan);
    core::CleaningFacts facts;
    std::set<std::pair<std::int32_t, std::int32_t>> places;
    for (std::size_t i = 0; i < plan.points.size(); ++i) {
      ++points;
      const GeoPoint place = plan.points[i].place;
      if (i % 10 == 9) continue;
      // One place may be several stops: a visit serves one of them.
      visited += places.emplace(place.lat_e7, place.lon_e7).second ? 1 : 0;
      const core::LocalTime time{20'000, static_cast<int>(i % 1400), 0};
      collection.judge(time, place, false, true, facts);
      collection.judge(time, moved(place, {60, 0}), true, false, facts);
    }
    served += collection.served();
  }
  std::printf(
      "\nTainan, planned routes: %zu routes, %zu stops, %zu lines refused, %zu stops twice\n",
      plans.size(), points, refused, twice);
  std::printf("nine of ten stops visited: %zu places, %zu stops told as served\n", visited, served);
  return 0;
}

int run(std::span<const std::string_view>) {
  const auto shared = test_support::shared_data();
  if (!shared) {
    std::printf("the recordings are not here: set LUJING_SHARED_DATA\n");
    return 1;
  }
  const std::string folder = (*shared / "sanitation").string();
  return jersey_city(folder) + tainan(folder);
}

const bool registered =
    add({"no-machine-signals", "work of vehicles that tell nothing but their position",
         "no arguments; example: lujing-accuracy no-machine-signals", run});

}  // namespace
}  // namespace lujing::accuracy
