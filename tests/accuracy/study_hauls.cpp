// Whole shifts of muck trucks: a simulated city with houses that hide the sky, tunnels of time
// without any, jammers, power cuts, lying hoist switches; honest, lazy and cheating drivers. The
// real core on the journals, and what it found (dumping, open covers, trips, the sealed share)
// against what really happened.
#include "protocol/record.h"
#include "sim/app/terminal_words.h"
#include "sim/core/run.h"
#include "sim/random.h"
#include "sim/scenario/scenario.h"
#include "sim/score/read.h"
#include "sim/score/score.h"
#include "terminal/directives/folder.h"
#include "terminal/journal/replay.h"
#include "tests/accuracy/hauls.h"
#include "tests/accuracy/study.h"
#include "tests/support/temp_dir.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

namespace lujing::accuracy {
namespace {

struct Options {
  int shifts = 12;
  int minutes = 240;
  unsigned seed = 1;
  double canyon = 0.8;
  int from_city = 0;    ///< those before are left out: to look at one again
  bool honest = false;  ///< all of them
  bool differ = false;  ///< print each difference
  std::string keep;     ///< folder of what was simulated
};

constexpr int trucks_of_a_city = 6;
constexpr const char* behaviours[] = {"honest", "cheat", "lazy"};

std::string fault(const char* what, double at_s, double for_s, const char* more = "") {
  return fmt::format("[[vehicle.fault]]\nwhat = \"{}\"\nat_s = {:.0f}\nfor_s = {:.0f}\n{}", what,
                     at_s, for_s, more);
}

/// A truck of a city, and what goes wrong on it.
std::string truck(const Options& options, int number, sim::Random& random) {
  const char* behaviour = options.honest ? "honest" : behaviours[number % 3];
  const double length_s = options.minutes * 60.0;
  std::string text = fmt::format(
      "[[vehicle]]\nid = \"{}\"\ntype = \"muck\"\ncold_start = {}\n[vehicle.permit]\n"
      "disposal = {}\n",
      truck_name(number), random.chance(0.5),
      behaviour == behaviours[1] && random.chance(0.3) ? 2 : 1);
  if (random.chance(0.5)) {
    text += fault("gnss_jam", random.uniform(0, length_s), random.uniform(30, 300));
  }
  if (random.chance(0.3)) {
    text += fault("power_cut", random.uniform(300, length_s), random.uniform(20, 400));
  }
  if (random.chance(0.2)) {
    text += fault("io_off", random.uniform(0, length_s), random.uniform(5, 60));
  }
  if (random.chance(0.2)) {
    text += fault("uplink_off", random.uniform(0, length_s), length_s);
  }
  if (behaviour == behaviours[1] && random.chance(0.3)) {
    text += fault("switch_stuck_off", 0, length_s, "input = \"hoist_raised\"\n");
  }
  return text + fmt::format("[[vehicle.task]]\ndo = \"shift\"\nbehaviour = \"{}\"\n", behaviour);
}

std::string scenario_text(const Options& options, int city, int trucks) {
  sim::Random random(options.seed * 1000 + unsigned(city), "hauls");
  std::string text = fmt::format(
      "about = \"Muck trucks.\"\nseed = {}\nduration_s = {}\nstart = \"2026-04-14T{:02}:00:00Z\"\n"
      "[city]\nsize = \"{}\"\n",
      options.seed * 1000 + unsigned(city), options.minutes * 60, random.below(8),
      city % 2 == 0 ? "small" : "medium");
  for (double at_s = 0; at_s < options.minutes * 60.0;) {
    const double for_s = random.uniform(300, 1800);
    text += fmt::format("[[sky]]\nat_s = {:.0f}\nfor_s = {:.0f}\ncanyon = {:.2f}\n", at_s, for_s,
                        random.uniform(0, options.canyon));
    at_s += for_s;
  }
  for (int hour = 0; hour * 60 < options.minutes; ++hour) {
    text += fmt::format("[[sky]]\nat_s = {:.0f}\nfor_s = {:.0f}\ncovered = true\n",
                        hour * 3600 + random.uniform(0, 3000), random.uniform(20, 180));
  }
  for (int number = 0; number < trucks; ++number) text += truck(options, number, random);
  return text;
}

Result<void> replay_truck(const std::string& folder, const std::string& id,
                          score::FoundOfVehicle& found) {
  const std::string journal = folder + "/" + id + "/data/journal";
  std::vector<protocol::Record> records;
  // After a start UTC is not known for a while; when it is, so is that of what was said before.
  std::map<std::uint64_t, std::int64_t> utc_less_boot_ms;
  const auto take = [&](const protocol::Numbered& numbered) {
    const protocol::Stamp& stamp = numbered.record.stamp;
    if (stamp.utc_ms) utc_less_boot_ms.emplace(stamp.boot_id, *stamp.utc_ms - stamp.boot_ms);
    const auto& what = numbered.record.payload;
    const bool wanted = std::holds_alternative<protocol::AlarmRecord>(what) ||
                        std::holds_alternative<protocol::TripRecord>(what) ||
                        std::holds_alternative<protocol::TrackPoint>(what);
    if (wanted) records.push_back(numbered.record);
  };
  const auto books =
      std::make_shared<directives::FolderLibrary>(directives::folder_beside(journal));
  auto replayed = journal::replay(journal, take, {}, books, true);
  if (!replayed) return replayed.error();
  score::RecordReader reader(found);
  for (protocol::Record& record : records) {
    const auto known = utc_less_boot_ms.find(record.stamp.boot_id);
    if (!record.stamp.utc_ms && known != utc_less_boot_ms.end()) {
      record.stamp.utc_ms = record.stamp.boot_ms + known->second;
    }
    reader.take(protocol::to_json(record));
  }
  return {};
}

Result<void> run_city(const Options& options, int city, int trucks, HaulSums& sums) {
  const tests::TempDir own;
  const std::string folder =
      options.keep.empty() ? own.path("run") : fmt::format("{}/{}", options.keep, city);
  auto scenario = sim::parse_scenario("hauls", scenario_text(options, city, trucks), own.path("."));
  if (!scenario) return scenario.error();
  auto streets = sim::make_city(*scenario);
  if (!streets) return streets.error();
  sim::CoreOptions core;
  core.folder = folder;
  core.terminal.share = std::string(LUJING_SOURCE_DIR) + "/deploy";
  core.terminal.pki = core.folder + "/pki";
  core.terminal.knows = sim::terminal_knows();
  core.header = sim::journal_header;
  if (auto done = sim::run_core(*scenario, *streets, core); !done) return done.error();
  auto truth = score::read_truth(folder);
  if (!truth) return truth.error();
  score::Found found;
  for (const sim::VehiclePlan& plan : scenario->vehicles) {
    if (auto read = replay_truck(folder, plan.id, found[plan.id]); !read) return read;
    sums.take(plan, *truth, truth->vehicles[plan.id], found[plan.id],
              fmt::format("city {} {}", city, plan.id));
    add_on_line(plan, scenario->limits, *truth, truth->vehicles[plan.id], found[plan.id],
                sums.on_line);
  }
  sums.grader.add(*truth, found, nullptr);
  if (!options.differ) return {};
  for (const score::Difference& one : score::grade(*truth, found, nullptr).differences) {
    if (one.what.starts_with("position")) continue;
    std::printf("  city %d %s %8.1f s: %s\n", city, one.vehicle.c_str(),
                static_cast<double>(one.utc_ms - truth->start_ms) / 1000, one.what.c_str());
  }
  return {};
}

void print_rules(const HaulSums& sums) {
  std::printf("\n%-8s %8s %8s %8s %8s %8s %8s %8s %8s %9s %9s\n", "rule", "truths", "found", "held",
              "missed", "false", "on line", "off", "near", "median s", "longest");
  for (const auto& [rule, score] : sums.grader_score().alarms) {
    const auto at = sums.on_line.find(rule);
    const OnLine line = at == sums.on_line.end() ? OnLine() : at->second;
    std::printf("%-8s %8u %8u %8u %8u %8u %8u %8u %8u %9.1f %9.1f\n", rule.c_str(), score.truths,
                score.found, score.repeated, score.missed - line.missed - line.off,
                score.false_alarms - line.invented, line.missed + line.invented, line.off,
                score.near_misses, score.delay_median_s, score.delay_max_s);
  }
  std::printf(
      "on line: missed or false where the truth is within %.0f s or %.1f km/h of what the rule "
      "asks; "
      "off: missed, without supply for a part of it\n",
      line_s, line_kmh);
}

void print(const HaulSums& sums, const Options& options) {
  std::printf("%d shifts of %d minutes, sky up to %.1f of a canyon: %.0f vehicle hours, %d trips\n",
              options.shifts, options.minutes, options.canyon, sums.hours, sums.trips.truths);
  const auto line = [](const char* what, double found, const char* of, const char* target) {
    std::printf("%-62s %10.3f %-8s %s\n", what, found, of, target);
  };
  const auto share = [](double part, double whole) { return whole > 0 ? part / whole * 100 : 100; };
  const DumpSums& dumps = sums.dumps;
  line("dumpings outside a permitted site", dumps.truths, "", "");
  line("  found", share(dumps.found, dumps.truths), "%", "100");
  line("  found within 10 s", share(dumps.in_time, dumps.truths), "%", "100");
  line("  longest, from the hoist at its angle", dumps.longest_s, "s", "10");
  line("  by the load, where the hoist switch lies", dumps.lying, "", "");
  line("    longest, from when the load began to fall", dumps.longest_begin_s, "s", "10");
  line("    longest, from when the load had fallen", dumps.longest_end_s, "s", "10");
  line("  while the terminal had no supply (not in the figures above)", dumps.off, "", "");
  line("    of these found when it was back", dumps.off_found, "", "");
  line("false dumping alarms (MT-03, MT-05)", dumps.invented, "", "0");
  line("unsealed while laden for more than 5 s", sums.unsealed.truths, "", "");
  line("  found", share(sums.unsealed.found, sums.unsealed.truths), "%", "100");
  line("  false", sums.unsealed.invented, "", "0");
  const TripSums& trips = sums.trips;
  line("trips right in number, site and disposal site",
       share(trips.right, trips.truths + trips.invented), "%", "99.5");
  line("  missed", trips.missed, "", "");
  line("  invented", trips.invented, "", "");
  line("  another site", trips.wrong_site, "", "");
  line("  another disposal site", trips.wrong_tip, "", "");
  line("  loaded or tipped while the terminal had no supply (not in these)", trips.off, "", "");
  line("    of these found when it was back", trips.off_found, "", "");
  line("sealed share, worst trip", trips.sealed_at(1), "points", "0.5");
  line("  99.5 % of trips within", trips.sealed_at(0.995), "points", "");
  line("  of all trips together", trips.sealed_all(), "points", "");
  print_rules(sums);
}

bool read_options(std::span<const std::string_view> arguments, Options& options) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view name = arguments[i];
    if (name == "--honest" || name == "--differ") {
      (name == "--honest" ? options.honest : options.differ) = true;
      continue;
    }
    if (++i >= arguments.size()) return false;
    const std::string value(arguments[i]);
    if (name == "--shifts") {
      options.shifts = std::atoi(value.c_str());
    } else if (name == "--hours") {
      options.shifts = (std::atoi(value.c_str()) * 60 + options.minutes - 1) / options.minutes;
    } else if (name == "--minutes") {
      options.minutes = std::atoi(value.c_str());
    } else if (name == "--canyon") {
      options.canyon = std::atof(value.c_str());
    } else if (name == "--seed") {
      options.seed = static_cast<unsigned>(std::atoi(value.c_str()));
    } else if (name == "--from-city") {
      options.from_city = std::atoi(value.c_str());
    } else if (name == "--keep") {
      options.keep = value;
    } else {
      return false;
    }
  }
  return options.shifts > 0 && options.minutes > 0;
}

int run(std::span<const std::string_view> arguments) {
  Options options;
  if (!read_options(arguments, options)) {
    std::fprintf(stderr,
                 "hauls: expected --shifts N or --hours N, --minutes N, --canyon 0..1, --seed N, "
                 "--honest, --differ, --from-city N, --keep DIR\n");
    return 1;
  }
  HaulSums sums;
  sums.print_differences = options.differ;
  int left = options.shifts;
  for (int city = 0; left > 0; ++city) {
    const int trucks = std::min(left, trucks_of_a_city);
    left -= trucks;
    if (city < options.from_city) continue;
    if (auto done = run_city(options, city, trucks, sums); !done) {
      std::fprintf(stderr, "hauls: city %d: %s\n", city, done.error().what().c_str());
      return 1;
    }
    std::fprintf(stderr, "%d of %d shifts, %d dumping alarms too many\n", options.shifts - left,
                 options.shifts, sums.dumps.invented);
  }
  print(sums, options);
  return 0;
}

const bool registered =
    add({"hauls", "dumping, open covers and trips of whole simulated muck shifts in bad sky",
         "[--shifts 12] [--minutes 240] [--canyon 0.8] [--seed 1] [--differ] [--from-city N] "
         "[--keep DIR]; the full "
         "figures: --shifts 300, and --honest --hours 5000 for false dumping alarms",
         run});

}  // namespace
}  // namespace lujing::accuracy
