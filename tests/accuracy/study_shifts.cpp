// Whole shifts of sweepers: a simulated city with houses that hide the sky, honest, lazy and
// cheating drivers, the real core on the journals, and the kerbs that it credits against the kerbs
// that were really cleaned. Nothing is taken as known: fixes, wheels, signals, matching, coverage.
#include "protocol/record.h"
#include "sim/app/terminal_words.h"
#include "sim/core/run.h"
#include "sim/scenario/scenario.h"
#include "sim/score/intervals.h"
#include "sim/score/ways.h"
#include "terminal/core/work/coverage.h"
#include "terminal/directives/folder.h"
#include "terminal/journal/replay.h"
#include "tests/accuracy/shift_causes.h"
#include "tests/accuracy/study.h"
#include "tests/support/temp_dir.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace lujing::accuracy {
namespace {

using score::Intervals;

constexpr const char* behaviours[] = {"honest", "lazy", "cheat"};

struct Options {
  int shifts = 12;
  int minutes = 60;
  double canyon = 0.8;
  unsigned seed = 1;
  std::string keep;  ///< a folder for the runs; those that are there are taken
  int first = 0;     ///< the first shift
  int only = -1;     ///< one shift, with every wrong and missed stretch; below 0: all of them
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
  /// Where the vehicle was said to be, less where it was: at ends of records, and of them where a
  /// piece of work begins and where it ends.
  std::vector<double> ahead_m;
  std::vector<double> begins_ahead_m;
  std::vector<double> ends_ahead_m;
  Causes why_wrong;
  Causes why_missed;
  void add(const Sums& more) {
    asked += more.asked;
    cleaned += more.cleaned;
    credited += more.credited;
    wrong += more.wrong;
    missed += more.missed;
    beyond += more.beyond;
    other_kerb += more.other_kerb;
    const auto append = [](std::vector<double>& to, const std::vector<double>& from) {
      to.insert(to.end(), from.begin(), from.end());
    };
    append(ahead_m, more.ahead_m);
    append(begins_ahead_m, more.begins_ahead_m);
    append(ends_ahead_m, more.ends_ahead_m);
    for (const auto& [cause, metres] : more.why_wrong) why_wrong[cause] += metres;
    for (const auto& [cause, metres] : more.why_missed) why_missed[cause] += metres;
  }
  double error_points() const { return asked > 0 ? (credited - cleaned) / asked * 100 : 0; }
};

/// The journal goes on for so long: what was done before must have been told by then. What is done
/// in this time does not count.
constexpr int settle_s = 180;

std::string scenario_text(const Options& options, int shift) {
  return "about = \"A shift.\"\nseed = " + std::to_string(options.seed * 1000 + unsigned(shift)) +
         "\nduration_s = " + std::to_string(options.minutes * 60 + settle_s) +
         "\nstart = \"2026-04-14T20:00:00Z\"\n[city]\nsize = \"medium\"\n[[sky]]\ncanyon = " +
         std::to_string(options.canyon) +
         "\n[[vehicle]]\nid = \"S\"\ntype = \"washer-sweeper\"\nstart = \"depot\"\n"
         "[[vehicle.task]]\ndo = \"shift\"\nbehaviour = \"" +
         behaviours[shift % 3] + "\"\n";
}

/// Where the boot clock is at the scenario's start (sim/core/run.cpp).
constexpr double boot_before_s = 19.98;

Told told_of(const protocol::CoverageRecord& record, const score::WayStretch& link) {
  Told told;
  told.way = link.way;
  told.left = (record.kerbs & 1) != 0;
  told.right = (record.kerbs & 2) != 0;
  told.backward = record.backward;
  told.from_m = link.from_m + record.from_cm / 100.0;
  told.to_m = link.from_m + record.to_cm / 100.0;
  told.begin_s = static_cast<double>(record.begin_boot_ms) / 1000 - boot_before_s;
  told.end_s = static_cast<double>(record.end_boot_ms) / 1000 - boot_before_s;
  told.state = record.state;
  told.reason = record.reason;
  return told;
}

/// No other record goes on from this moment, or up to it.
bool stands_alone(const std::vector<Told>& told, const Told& one, bool begins) {
  constexpr double joined_s = 0.5;
  return std::none_of(told.begin(), told.end(), [&](const Told& other) {
    if (&other == &one || other.state != protocol::CoverageState::covered) return false;
    return std::fabs(begins ? other.end_s - one.begin_s : other.begin_s - one.end_s) < joined_s;
  });
}

/// How far ahead of the vehicle the records say that each piece of work begins and ends.
void note_pieces(const std::vector<Told>& told, const ShiftTruth& seconds, Sums& sums) {
  for (const Told& one : told) {
    if (one.state != protocol::CoverageState::covered) continue;
    for (const bool begins : {true, false}) {
      if (!stands_alone(told, one, begins)) continue;
      const double way_m = begins == one.backward ? one.to_m : one.from_m;
      const auto ahead = seconds.ahead_m(one.way, way_m, begins ? one.begin_s : one.end_s);
      if (ahead) (begins ? sums.begins_ahead_m : sums.ends_ahead_m).push_back(*ahead);
    }
  }
}

void list(const char* what, const Kerb& kerb, const Intervals& places, const ShiftTruth& seconds) {
  constexpr double worth_m = 3;
  for (const auto& [from_m, to_m] : places.parts()) {
    if (to_m - from_m < worth_m) continue;
    std::printf("%s: way %lld, %s kerb, %.1f to %.1f m, passed at %.0f to %.0f s\n", what,
                static_cast<long long>(kerb.first), kerb.second ? "right" : "left", from_m, to_m,
                seconds.cleaned_at_s(kerb, from_m + 0.1), seconds.cleaned_at_s(kerb, to_m - 0.1));
  }
}

Sums compare(const score::Ways& ways, const std::vector<Told>& told, const ShiftTruth& seconds,
             double until_s, bool lists) {
  std::map<Kerb, Intervals> cleaned = seconds.cleaned(until_s);
  std::map<Kerb, Intervals> credited;
  std::map<std::int64_t, std::vector<double>> ends;
  for (const Told& one : told) {
    for (const bool right : {false, true}) {
      if (one.covers({one.way, right})) credited[{one.way, right}].add(one.from_m, one.to_m);
    }
  }
  for (const auto& link : ways.links()) {
    ends[link.way].push_back(link.from_m);
    ends[link.way].push_back(link.from_m + link.length_m);
  }
  Sums sums;
  for (const auto& link : ways.links()) {
    if (!link.sweepable) continue;
    for (const bool right : {false, true}) {
      if (!(right ? link.right_kerb : link.left_kerb)) continue;
      const Kerb kerb{link.way, right};
      Intervals whole;
      whole.add(link.from_m, link.from_m + link.length_m);
      const Intervals really = whole.common(cleaned[kerb]);
      const Intervals claimed = whole.common(credited[kerb]);
      if (really.length_m() + claimed.length_m() <= 0) continue;
      const Intervals wrong = without(claimed, really);
      const Intervals missed = without(really, claimed);
      sums.asked += link.length_m;
      sums.cleaned += really.length_m();
      sums.credited += claimed.length_m();
      sums.wrong += wrong.length_m();
      sums.missed += missed.length_m();
      sums.other_kerb += wrong.overlap_m(cleaned[{link.way, !right}]);
      if (lists) {
        list("credited, not cleaned", kerb, wrong, seconds);
        list("cleaned, not credited", kerb, missed, seconds);
      }
      add_wrong(kerb, wrong, told, seconds, ends[link.way], sums.why_wrong);
      add_missed(kerb, missed, told, seconds, ends[link.way], sums.why_missed);
    }
  }
  // Not where a road ends: the vehicle that was on the other road then would not be counted.
  const auto note = [&](const Told& one, double way_m, double t_s) {
    const auto& of_way = ends[one.way];
    const bool at_end = std::any_of(of_way.begin(), of_way.end(),
                                    [&](double end) { return std::fabs(end - way_m) < 15; });
    const auto ahead = at_end ? std::nullopt : seconds.ahead_m(one.way, way_m, t_s);
    if (ahead) sums.ahead_m.push_back(*ahead);
  };
  for (const Told& one : told) {
    note(one, one.backward ? one.to_m : one.from_m, one.begin_s);
    note(one, one.backward ? one.from_m : one.to_m, one.end_s);
  }
  note_pieces(told, seconds, sums);
  for (const auto& [cause, metres] : sums.why_wrong) {
    if (cause.starts_with("too far from the kerb")) sums.beyond += metres;
  }
  return sums;
}

Result<Sums> run_shift(const Options& options, int shift) {
  const tests::TempDir temporary;
  const std::string folder =
      options.keep.empty() ? temporary.path("")
                           : options.keep + "/" + std::to_string(options.seed) + "-" +
                                 std::to_string(options.minutes) + "-" + std::to_string(shift);
  std::filesystem::create_directories(folder);
  const std::string file = folder + "/shift.toml";
  std::ofstream(file) << scenario_text(options, shift);
  auto scenario = sim::load_scenario(file);
  if (!scenario) return scenario.error();
  auto city = sim::make_city(*scenario);
  if (!city) return city.error();
  sim::CoreOptions core;
  core.folder = folder + "/run";
  core.terminal.share = std::string(LUJING_SOURCE_DIR) + "/deploy";
  core.terminal.pki = core.folder + "/pki";
  core.terminal.knows = sim::terminal_knows();
  core.header = sim::journal_header;
  if (!std::filesystem::exists(core.folder + "/truth/kerbs.jsonl")) {
    if (auto done = sim::run_core(*scenario, *city, core); !done) return done.error();
  }
  const std::string journal = core.folder + "/S/data/journal";
  auto ways = score::Ways::read(core.folder + "/city/city.roads");
  if (!ways) return ways.error();
  const double until_s = options.minutes * 60.0;
  std::vector<Told> told;
  const auto take = [&](const protocol::Numbered& numbered) {
    const auto* record = std::get_if<protocol::CoverageRecord>(&numbered.record.payload);
    const auto* link = record != nullptr ? ways->find(record->link) : nullptr;
    if (link == nullptr || (core::machine_swept & core::mask_of(record->work)) == 0) return;
    const Told one = told_of(*record, *link);
    if (one.begin_s < until_s) told.push_back(cut_at(one, until_s));
  };
  auto replayed = journal::replay(
      journal, take, {},
      std::make_shared<directives::FolderLibrary>(directives::folder_beside(journal)));
  if (!replayed) return replayed.error();
  auto seconds = ShiftTruth::read(core.folder, "S");
  if (!seconds) return seconds.error();
  return compare(*ways, told, *seconds, until_s, options.only >= 0);
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

void print_causes(const char* title, const Causes& causes, double whole) {
  std::vector<std::pair<double, std::string>> sorted;
  for (const auto& [cause, metres] : causes) sorted.emplace_back(metres, cause);
  std::sort(sorted.rbegin(), sorted.rend());
  std::printf("\n%-60s %9s %8s\n", title, "m", "%");
  for (const auto& [metres, cause] : sorted)
    std::printf("  %-58s %9.1f %8.3f\n", cause.c_str(), metres, share(metres, whole));
}

/// What to look at with --only.
void print_worst(std::vector<std::pair<double, int>> worst) {
  constexpr std::size_t most = 8;
  std::sort(worst.begin(), worst.end(),
            [](const auto& a, const auto& b) { return std::fabs(a.first) > std::fabs(b.first); });
  if (worst.size() > most) worst.resize(most);
  std::printf("the worst shifts, in points:");
  for (const auto& [points, shift] : worst) std::printf("  %d %+.3f", shift, points);
  std::printf("\n\n");
}

/// How well such places are known, whatever lies between them.
void print_ahead(const char* of_what, std::vector<double> ahead_m) {
  if (ahead_m.empty()) return;
  double mean = 0;
  double squares = 0;
  for (const double value : ahead_m) {
    mean += value / static_cast<double>(ahead_m.size());
    squares += value * value / static_cast<double>(ahead_m.size());
  }
  std::sort(ahead_m.begin(), ahead_m.end());
  const auto at = [&](double part) {
    return ahead_m[static_cast<std::size_t>(part * static_cast<double>(ahead_m.size() - 1))];
  };
  std::printf(
      "%-16s %5zu ahead of the vehicle: mean %+.2f m, root of squares %.2f, median %+.2f, 5 %% "
      "%+.2f, "
      "95 %% %+.2f\n",
      of_what, ahead_m.size(), mean, std::sqrt(squares), at(0.5), at(0.05), at(0.95));
}

bool read_options(std::span<const std::string_view> arguments, Options& options) {
  for (std::size_t i = 0; i + 1 < arguments.size(); i += 2) {
    const std::string value(arguments[i + 1]);
    if (arguments[i] == "--shifts")
      options.shifts = std::atoi(value.c_str());
    else if (arguments[i] == "--minutes")
      options.minutes = std::atoi(value.c_str());
    else if (arguments[i] == "--first")
      options.first = std::atoi(value.c_str());
    else if (arguments[i] == "--only")
      options.only = std::atoi(value.c_str());
    else if (arguments[i] == "--keep")
      options.keep = value;
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
    std::fprintf(stderr,
                 "shifts: expected --shifts N, --first N, --only N, --minutes N, --canyon 0..1, "
                 "--seed N, --keep DIR\n");
    return 1;
  }
  Sums all;
  Sums by_driver[3];
  std::vector<double> errors;
  std::vector<std::pair<double, int>> worst;
  if (options.only >= 0) {
    options.first = options.only;
    options.shifts = 1;
  }
  for (int shift = options.first; shift < options.first + options.shifts; ++shift) {
    const auto sums = run_shift(options, shift);
    if (!sums) {
      std::fprintf(stderr, "shift %d: %s\n", shift, sums.error().what().c_str());
      return 1;
    }
    if (isatty(STDERR_FILENO) != 0)
      std::fprintf(stderr, "\rshift %d of %d", shift + 1 - options.first, options.shifts);
    if (sums->asked > 0) {
      errors.push_back(std::fabs(sums->error_points()));
      worst.emplace_back(sums->error_points(), shift);
    }
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
  std::printf("\n");
  print_worst(worst);
  print_ahead("ends of records", all.ahead_m);
  print_ahead("work begins", all.begins_ahead_m);
  print_ahead("work ends", all.ends_ahead_m);
  print_causes("credited, not cleaned, by cause", all.why_wrong, all.credited);
  print_causes("cleaned, not credited, by cause", all.why_missed, all.cleaned);
  return 0;
}

const bool registered =
    add({"shifts", "kerbs credited against kerbs cleaned, whole simulated shifts in bad sky",
         "[--shifts 12] [--first 0] [--only N: one shift, with each stretch that is wrong] "
         "[--minutes 60] [--canyon 0.8] [--seed 1] [--keep DIR: runs for later]; the full figure: "
         "--shifts 200",
         run});

}  // namespace
}  // namespace lujing::accuracy
