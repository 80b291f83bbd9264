// Whole shifts of sweepers: a simulated city with houses that hide the sky, honest, lazy and
// cheating drivers, the real core on the journals, and the kerbs that it credits against the kerbs
// that were really cleaned. Nothing is taken as known: fixes, wheels, signals, matching, coverage.
#include "protocol/record.h"
#include "sim/app/terminal_words.h"
#include "sim/core/run.h"
#include "sim/scenario/scenario.h"
#include "sim/score/intervals.h"
#include "sim/score/read.h"
#include "sim/score/ways.h"
#include "terminal/directives/folder.h"
#include "terminal/journal/replay.h"
#include "tests/accuracy/study.h"
#include "tests/support/temp_dir.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace lujing::accuracy {
namespace {

using score::Intervals;

constexpr const char* behaviours[] = {"honest", "lazy", "cheat"};
using Kerb = std::pair<std::int64_t, bool>;  ///< way and kerb (true: right)

struct Options {
  int shifts = 12;
  int minutes = 60;
  double canyon = 0.8;
  unsigned seed = 1;
};

/// Metres.
struct Sums {
  double asked = 0;  ///< kerbs of the links that anything was done or credited on
  double cleaned = 0;
  double credited = 0;
  double wrong = 0;       ///< credited, not cleaned
  double missed = 0;      ///< cleaned, not credited
  double beyond = 0;      ///< of wrong: the machine worked, farther from the kerb than it reaches
  double other_kerb = 0;  ///< of wrong: the kerb on the other side of the road was cleaned there
  void add(const Sums& more) {
    asked += more.asked;
    cleaned += more.cleaned;
    credited += more.credited;
    wrong += more.wrong;
    missed += more.missed;
    beyond += more.beyond;
    other_kerb += more.other_kerb;
  }
  double error_points() const { return asked > 0 ? (credited - cleaned) / asked * 100 : 0; }
};

std::string scenario_text(const Options& options, int shift) {
  return "about = \"A shift.\"\nseed = " + std::to_string(options.seed * 1000 + unsigned(shift)) +
         "\nduration_s = " + std::to_string(options.minutes * 60) +
         "\nstart = \"2026-04-14T20:00:00Z\"\n[city]\nsize = \"medium\"\n[[sky]]\ncanyon = " +
         std::to_string(options.canyon) +
         "\n[[vehicle]]\nid = \"S\"\ntype = \"washer-sweeper\"\nstart = \"depot\"\n"
         "[[vehicle.task]]\ndo = \"shift\"\nbehaviour = \"" +
         behaviours[shift % 3] + "\"\n";
}

/// Where the vehicle drove farther from the kerb than its brushes reach: no signal and no fix tells
/// that, the truth does.
std::map<Kerb, Intervals> too_far_off(const std::string& track_file) {
  constexpr double reach_m = 1.0;  // TRUTH.md
  std::map<Kerb, Intervals> places;
  std::ifstream file(track_file);
  std::int64_t last_way = 0;
  double last_m = 0;
  for (std::string line; std::getline(file, line);) {
    const auto value = [&](const char* key) {
      const std::size_t at = line.find(key);
      return at == std::string::npos ? 0.0 : std::atof(line.c_str() + at + std::strlen(key));
    };
    const auto way = static_cast<std::int64_t>(value("\"way\":"));
    const double way_m = value("\"way_m\":");
    const bool along = line.find("\"along_way\":true") != std::string::npos;
    if (way == last_way && value("\"right_gap_m\":") > reach_m) {
      places[{way, along}].add(last_m, way_m);
    }
    last_way = way;
    last_m = way_m;
  }
  return places;
}

Sums compare(const score::Ways& ways, const score::TruthOfVehicle& truth,
             const score::FoundOfVehicle& found, std::map<Kerb, Intervals> far_off) {
  std::map<Kerb, Intervals> cleaned;
  std::map<Kerb, Intervals> credited;
  for (const auto& kerb : truth.kerbs) cleaned[{kerb.way, kerb.right}].add(kerb.from_m, kerb.to_m);
  for (const auto& stretch : found.covered) {
    const score::WayStretch* link = ways.find(stretch.link);
    if (link == nullptr) continue;
    const double from_m = link->from_m + stretch.from_m;
    const double to_m = link->from_m + stretch.to_m;
    if (stretch.left) credited[{link->way, false}].add(from_m, to_m);
    if (stretch.right) credited[{link->way, true}].add(from_m, to_m);
  }
  Sums sums;
  for (const auto& link : ways.links()) {
    if (!link.sweepable) continue;
    for (const bool right : {false, true}) {
      if (!(right ? link.right_kerb : link.left_kerb)) continue;
      Intervals whole;
      whole.add(link.from_m, link.from_m + link.length_m);
      const Intervals really = whole.common(cleaned[{link.way, right}]);
      const Intervals told = whole.common(credited[{link.way, right}]);
      if (really.length_m() + told.length_m() <= 0) continue;
      const Intervals both = really.common(told);
      sums.asked += link.length_m;
      sums.cleaned += really.length_m();
      sums.credited += told.length_m();
      sums.wrong += told.length_m() - both.length_m();
      sums.missed += really.length_m() - both.length_m();
      const Intervals away = told.common(far_off[{link.way, right}]);
      sums.beyond += away.length_m() - away.overlap_m(both);
      const Intervals opposite = told.common(cleaned[{link.way, !right}]);
      sums.other_kerb += opposite.length_m() - opposite.overlap_m(both);
    }
  }
  return sums;
}

Result<Sums> run_shift(const Options& options, int shift) {
  const tests::TempDir folder;
  const std::string file = folder.path("shift.toml");
  std::ofstream(file) << scenario_text(options, shift);
  auto scenario = sim::load_scenario(file);
  if (!scenario) return scenario.error();
  auto city = sim::make_city(*scenario);
  if (!city) return city.error();
  sim::CoreOptions core;
  core.folder = folder.path("run");
  core.terminal.share = std::string(LUJING_SOURCE_DIR) + "/deploy";
  core.terminal.pki = core.folder + "/pki";
  core.terminal.knows = sim::terminal_knows();
  core.header = sim::journal_header;
  if (auto done = sim::run_core(*scenario, *city, core); !done) return done.error();
  auto truth = score::read_truth(core.folder);
  if (!truth) return truth.error();
  const std::string journal = core.folder + "/S/data/journal";
  score::FoundOfVehicle found;
  score::RecordReader reader(found);
  auto replayed = journal::replay(
      journal,
      [&](const protocol::Numbered& numbered) { reader.take(protocol::to_json(numbered.record)); },
      {}, std::make_shared<directives::FolderLibrary>(directives::folder_beside(journal)));
  if (!replayed) return replayed.error();
  auto ways = score::Ways::read(core.folder + "/city/city.roads");
  if (!ways) return ways.error();
  return compare(*ways, truth->vehicles["S"], found,
                 too_far_off(core.folder + "/truth/track/S.jsonl"));
}

double share(double part, double whole) {
  return whole > 0 ? part / whole * 100 : 0;
}

void print(const char* name, const Sums& sums) {
  std::printf(
      "%-10s %9.1f km cleaned, %7.3f %% credited wrongly, %7.3f %% missed, right kerb %7.3f %%, "
      "rate %+.3f points\n",
      name, sums.cleaned / 1000, share(sums.wrong, sums.credited), share(sums.missed, sums.cleaned),
      100 - share(sums.other_kerb, sums.credited), sums.error_points());
}

bool read_options(std::span<const std::string_view> arguments, Options& options) {
  for (std::size_t i = 0; i + 1 < arguments.size(); i += 2) {
    const std::string value(arguments[i + 1]);
    if (arguments[i] == "--shifts")
      options.shifts = std::atoi(value.c_str());
    else if (arguments[i] == "--minutes")
      options.minutes = std::atoi(value.c_str());
    else if (arguments[i] == "--canyon")
      options.canyon = std::atof(value.c_str());
    else if (arguments[i] == "--seed")
      options.seed = static_cast<unsigned>(std::atoi(value.c_str()));
    else
      return false;
  }
  return arguments.size() % 2 == 0 && options.shifts > 0 && options.minutes > 0;
}

int run(std::span<const std::string_view> arguments) {
  Options options;
  if (!read_options(arguments, options)) {
    std::fprintf(stderr, "shifts: expected --shifts N, --minutes N, --canyon 0..1, --seed N\n");
    return 1;
  }
  Sums all;
  Sums by_driver[3];
  std::vector<double> errors;
  for (int shift = 0; shift < options.shifts; ++shift) {
    const auto sums = run_shift(options, shift);
    if (!sums) {
      std::fprintf(stderr, "shift %d: %s\n", shift, sums.error().what().c_str());
      return 1;
    }
    if (sums->asked > 0) errors.push_back(std::fabs(sums->error_points()));
    by_driver[shift % 3].add(*sums);
    all.add(*sums);
  }
  std::sort(errors.begin(), errors.end());
  const std::size_t at95 = errors.empty() ? 0 : (errors.size() * 95 + 99) / 100 - 1;
  std::printf("%d shifts of %d minutes, sky %.1f of a canyon\n", options.shifts, options.minutes,
              options.canyon);
  for (int i = 0; i < 3; ++i) print(behaviours[i], by_driver[i]);
  print("all", all);
  std::printf("%-44s %8s %8s\n", "", "found", "target");
  std::printf("%-44s %8.3f %8.3f points\n", "rate of a route, 95 % of shifts within",
              errors.empty() ? 0 : errors[at95], 0.5);
  std::printf("%-44s %8.3f %8.3f points\n", "rate of the district", std::fabs(all.error_points()),
              0.1);
  std::printf("%-44s %8.3f %8.3f %%\n", "credited, not cleaned", share(all.wrong, all.credited),
              0.3);
  std::printf("%-44s %8.3f %8.3f %%\n", "cleaned, not credited", share(all.missed, all.cleaned),
              0.5);
  std::printf("%-44s %8.3f %8s %%\n", "of these: farther from the kerb than it reaches",
              share(all.beyond, all.credited), "-");
  std::printf("%-44s %8.3f %8.3f %%\n", "right kerb", 100 - share(all.other_kerb, all.credited),
              99.0);
  return 0;
}

const bool registered = add(
    {"shifts", "kerbs credited against kerbs cleaned, whole simulated shifts in bad sky",
     "[--shifts 12] [--minutes 60] [--canyon 0.8] [--seed 1]; the full figure: --shifts 200", run});

}  // namespace
}  // namespace lujing::accuracy
