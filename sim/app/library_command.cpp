#include "sim/app/library_command.h"

#include "base/command_line.h"
#include "sim/app/beside.h"
#include "sim/app/core_run.h"
#include "sim/app/fail.h"
#include "sim/app/tally.h"
#include "sim/directives/dispatch.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace lujing::sim {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string folder = "sim/scenarios";
  CoreRun run;
  bool score = false;
  bool json = false;
  std::string ctl;
  std::string open;
};

/// Least and median of one core's times real time.
void print_speeds(std::vector<std::pair<double, std::string>> speeds) {
  if (speeds.empty()) {
    return;
  }
  std::sort(speeds.begin(), speeds.end());
  fmt::print("speed: at least {:.0f} times real time on one core ({}), median {:.0f}\n",
             speeds.front().first, speeds.front().second, speeds[speeds.size() / 2].first);
}

int run_library(Options& options) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(options.folder, error)) {
    if (entry.path().extension() == ".toml") {
      files.push_back(entry.path().string());
    }
  }
  if (error || files.empty()) {
    return fail(Error(options.folder + ": no scenarios (*.toml) there"));
  }
  std::sort(files.begin(), files.end());
  if (options.open.empty()) {
    options.open = options.folder + "/open.txt";
  }
  auto tally = Tally::begin(options.open);
  if (!tally) {
    return fail(tally.error());
  }
  const std::string ctl = options.ctl.empty() ? usual_ctl() : options.ctl;
  RoadShelf roads;
  std::vector<std::pair<double, std::string>> speeds;
  int bad = 0;
  for (const std::string& file : files) {
    const auto scenario = load_scenario(file);
    if (!scenario) {
      bad += fail(scenario.error());
      continue;
    }
    CoreRun run = options.run;
    run.roads = &roads;
    run.folder = absolute_path(options.run.folder) + "/" + scenario->name;
    const CoreOutcome outcome = run_in_core(*scenario, run);
    bad += outcome.status == 0 ? 0 : 1;
    if (outcome.status != 1) {
      speeds.emplace_back(outcome.times_real_time, scenario->name);
    }
    if (!options.score || outcome.status == 1) {
      continue;
    }
    if (auto scored = tally->score(*scenario, run.folder, ctl); !scored) {
      bad += fail(scored.error().in(scenario->name));
    }
  }
  const int broken = options.score ? tally->close(options.json) : 0;
  print_speeds(std::move(speeds));
  fmt::print("{} scenarios, {} did not hold what they promise\n", files.size(), bad);
  return bad + broken == 0 ? 0 : 1;
}

}  // namespace

void add_library_command(cli::App& app, int& status) {
  auto options = std::make_shared<Options>();
  options->run.share = usual_share();
  auto* command = app.add_subcommand(
      "library", "run every scenario of a folder in core mode; with --score, grade the product");
  command->footer(
      "examples:\n  lujing-sim library sim/scenarios --out /tmp/library\n"
      "  lujing-sim library --score --out /tmp/library\n"
      "With --score each scenario's journals are replayed by lujing-ctl and compared with its "
      "truth.\n"
      "Exit code 1: a scenario's truth is not what it promises, a rule that must be raised was "
      "not,\n"
      "one that must not was, or an alarm, a miss or a trip beside them is not in the truth; but "
      "for\n"
      "those that the file of open promises names with a reason.");
  command->add_option("folder", options->folder, "of *.toml")->capture_default_str();
  command->add_option("--out", options->run.folder, "a folder a scenario in it")->required();
  command->add_option("--jobs", options->run.jobs, "vehicles at the same time")
      ->capture_default_str();
  command->add_option("--share", options->run.share, "folder with vehicles/ and profiles/")
      ->capture_default_str();
  command->add_flag("--score", options->score, "replay the journals and compare with the truth");
  command->add_option(
      "--open", options->open,
      "lines SCENARIO RULE REASON (RULE trips: trips) of what is known not to be kept; "
      "FOLDER/open.txt");
  command->add_option("--ctl", options->ctl, "the lujing-ctl that replays; usually the one beside");
  command->add_flag("--json", options->json, "the score as one JSON object");
  command->callback([options, &status] { status = run_library(*options); });
}

}  // namespace lujing::sim
