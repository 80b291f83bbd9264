#include "sim/app/library_command.h"

#include "sim/app/beside.h"
#include "sim/app/core_run.h"
#include "sim/app/fail.h"
#include "sim/score/print.h"
#include "sim/score/promises.h"
#include "sim/score/read.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>

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

/// What became of the promises, and everything found, as one score.
struct Tally {
  score::Grader grader;
  score::OpenPromises open;
  int kept = 0;
  int left_open = 0;
  int broken = 0;
};

void judge(const Scenario& scenario, const score::Truth& truth, const score::Found& found,
           Tally& tally) {
  for (const Expect& expect : scenario.expect) {
    const score::Promise promise{scenario.name, expect.vehicle, expect.rule, expect.raise};
    const score::Verdict verdict = score::judge(promise, truth, found);
    if (verdict == score::Verdict::kept) {
      ++tally.kept;
      continue;
    }
    const char* what =
        verdict == score::Verdict::missed ? "was not raised" : "was raised and must not be";
    if (const std::string* reason = tally.open.find(promise)) {
      ++tally.left_open;
      fmt::print("  open    {} {} {}: {}\n", expect.vehicle, expect.rule, what, *reason);
    } else {
      ++tally.broken;
      fmt::print("  BROKEN  {} {} {}\n", expect.vehicle, expect.rule, what);
    }
  }
}

/// Where records and truth differ, counted: "false MT-06 x 2, missed trip".
void print_differences(const score::Score& score) {
  std::map<std::string, int> counts;
  for (const score::Difference& one : score.differences) {
    ++counts[one.what.starts_with("position") ? "position over 50 m off" : one.what];
  }
  for (const auto& [what, count] : counts) {
    fmt::print("  {}{}\n", what, count > 1 ? fmt::format(" x {}", count) : "");
  }
}

Result<void> score_one(const Scenario& scenario, const std::string& folder, const std::string& ctl,
                       Tally& tally) {
  const auto truth = score::read_truth(folder);
  if (!truth) {
    return truth.error();
  }
  const auto found = score::replay_journals(folder, *truth, ctl, {});
  if (!found) {
    return found.error();
  }
  const auto ways = score::Ways::read(folder + "/city/city.roads");
  if (!ways) {
    return ways.error();
  }
  print_differences(score::grade(*truth, *found, &*ways));
  judge(scenario, *truth, *found, tally);
  tally.grader.add(*truth, *found, &*ways);
  return {};
}

int close(const Options& options, std::size_t scenarios, int bad, Tally& tally) {
  if (options.score) {
    const score::Score total = tally.grader.score();
    fmt::print("\n{}\n", options.json ? score::to_json(total) : score::to_table(total));
    for (const std::string& entry : tally.open.unused()) {
      fmt::print("{} is in {} and need not be: take it out\n", entry, options.open);
      ++tally.broken;
    }
    fmt::print("promises: {} kept, {} known to be open, {} broken\n", tally.kept, tally.left_open,
               tally.broken);
  }
  fmt::print("{} scenarios, {} did not hold what they promise\n", scenarios, bad);
  return bad + tally.broken == 0 ? 0 : 1;
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
  Tally tally;
  auto open = score::OpenPromises::read(options.open);
  if (!open) {
    return fail(open.error());
  }
  tally.open = std::move(*open);
  const std::string ctl = options.ctl.empty() ? usual_ctl() : options.ctl;
  int bad = 0;
  for (const std::string& file : files) {
    const auto scenario = load_scenario(file);
    if (!scenario) {
      bad += fail(scenario.error());
      continue;
    }
    CoreRun run = options.run;
    run.folder = absolute_path(options.run.folder) + "/" + scenario->name;
    bad += run_in_core(*scenario, run) == 0 ? 0 : 1;
    if (!options.score) {
      continue;
    }
    if (auto scored = score_one(*scenario, run.folder, ctl, tally); !scored) {
      bad += fail(scored.error().in(scenario->name));
    }
  }
  return close(options, files.size(), bad, tally);
}

}  // namespace

void add_library_command(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand(
      "library", "run every scenario of a folder in core mode; with --score, grade the product");
  command->footer(
      "examples:\n  lujing-sim library sim/scenarios --out /tmp/library\n"
      "  lujing-sim library --score --out /tmp/library\n"
      "With --score each scenario's journals are replayed by lujing-ctl and compared with its "
      "truth.\n"
      "Exit code 1: a scenario's truth is not what it promises, a rule that must be raised was "
      "not,\n"
      "or one that must not was; but for those that the file of open promises names with a "
      "reason.");
  command->add_option("folder", options->folder, "of *.toml")->capture_default_str();
  command->add_option("--out", options->run.folder, "a folder a scenario in it")->required();
  command->add_option("--jobs", options->run.jobs, "vehicles at the same time")
      ->capture_default_str();
  command->add_option("--share", options->run.share, "folder with vehicles/ and profiles/")
      ->capture_default_str();
  command->add_flag("--score", options->score, "replay the journals and compare with the truth");
  command->add_option("--open", options->open,
                      "lines SCENARIO RULE REASON: promises known not to be kept; FOLDER/open.txt");
  command->add_option("--ctl", options->ctl, "the lujing-ctl that replays; usually the one beside");
  command->add_flag("--json", options->json, "the score as one JSON object");
  command->callback([options, &status] { status = run_library(*options); });
}

}  // namespace lujing::sim
