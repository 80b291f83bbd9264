#include "sim/app/score_command.h"

#include "base/command_line.h"
#include "base/output_check.h"
#include "sim/app/beside.h"
#include "sim/app/output.h"
#include "sim/score/print.h"
#include "sim/score/read.h"
#include "sim/score/together.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace lujing::sim {
namespace {

struct ScoreOptions {
  std::string folder;
  std::string ledger;
  std::string roads;
  std::string ctl;
  std::string svg;
  bool json = false;
  bool strict = false;
};

/// 1 is for a score that is not good enough.
int unscored(const Error& error) {
  fmt::print(stderr, "lujing-sim score: {}\n", error.what());
  return 2;
}

Result<score::Found> read_found(const ScoreOptions& options, const score::Truth& truth) {
  if (!options.ledger.empty()) return score::read_ledger(options.ledger, truth);
  const bool person = ::isatty(STDERR_FILENO) == 1;
  auto found =
      score::replay_journals(options.folder, truth, options.ctl.empty() ? usual_ctl() : options.ctl,
                             [&](std::size_t done, std::size_t all) {
                               if (person)
                                 fmt::print(stderr, "\rreplaying {} of {}", done + 1, all);
                             });
  if (person) fmt::print(stderr, "\n");
  return found;
}

/// The road file of the run, where somebody has built one.
std::string usual_roads(const ScoreOptions& options) {
  std::error_code error;
  const std::string beside = options.folder + "/city/city.roads";
  return options.roads.empty() && std::filesystem::exists(beside, error) ? beside : options.roads;
}

bool agrees(const score::Score& score) {
  for (const auto& [rule, alarm] : score.alarms) {
    if (alarm.missed + alarm.false_alarms > 0) return false;
  }
  return score.trips.missed + score.trips.invented + score.trips.wrong_site == 0;
}

/// `lujing-sim run ... | lujing-sim score`: the line with which `run` ends; the others are shown.
std::string folder_of_run() {
  constexpr std::string_view words = "truth and journals in ";
  std::string folder;
  for (std::string line; std::getline(std::cin, line);) {
    if (line.starts_with(words)) folder = line.substr(words.size());
    fmt::print(stderr, "{}\n", line);
  }
  return folder;
}

int run_score(ScoreOptions& options) {
  if (options.folder.empty() && ::isatty(STDIN_FILENO) == 0) options.folder = folder_of_run();
  if (options.folder.empty())
    return unscored(
        Error("which run? lujing-sim score DIR, or lujing-sim run ... | lujing-sim score"));
  if (auto good = check_outputs({options.ledger, usual_roads(options)}, {options.svg}); !good) {
    return unscored(good.error());
  }
  const auto truth = score::read_truth(options.folder);
  if (!truth) return unscored(truth.error());
  auto found = read_found(options, *truth);
  if (!found) return unscored(found.error());
  std::optional<score::Ways> ways;
  if (const std::string roads = usual_roads(options); !roads.empty()) {
    auto read = score::Ways::read(roads);
    if (!read) return unscored(read.error());
    ways = std::move(*read);
    score::judge_rate(*truth, *ways, *found);
  }
  const score::Score result = score::grade(*truth, *found, ways ? &*ways : nullptr);
  const auto drawn = write_output(options.svg, [&](std::ostream& out) {
    out << score::to_svg(result, *truth, ways ? &*ways : nullptr);
  });
  if (!drawn) return unscored(drawn.error());
  fmt::print("{}", options.json ? score::to_json(result) : score::to_table(result));
  return options.strict && !agrees(result) ? 1 : 0;
}

}  // namespace

void add_score_command(cli::App& app, int& status) {
  auto options = std::make_shared<ScoreOptions>();
  auto* command = app.add_subcommand(
      "score",
      "compare what the terminals (or the platform's books) found with the truth of a run");
  command->footer(
      "examples:\n  lujing-sim score /tmp/run --svg differences.svg\n"
      "  lujing-sim run sim/scenarios/mt-01-raise.toml --out /tmp/run | lujing-sim score\n"
      "  lujing-sim score /tmp/run --ledger /var/lib/lujing-platform/ledger.db --json\n"
      "Without --ledger the journals of the run (DIR/ID/data/journal) are replayed.");
  command->add_option("dir", options->folder,
                      "the folder that `run` wrote; without it, the one that `run | score` names");
  command->add_option("--ledger", options->ledger, "a platform's ledger.db instead of a replay");
  command->add_option(
      "--roads", options->roads,
      "road file of the city, for roads and kerbs; DIR/city/city.roads if it is there");
  command->add_option("--ctl", options->ctl, "the lujing-ctl that replays; usually the one beside");
  command->add_option("--svg", options->svg, "draw where truth and records differ");
  command->add_flag("--json", options->json, "the score as one JSON object");
  command->add_flag("--strict", options->strict,
                    "exit code 1 if an alarm was missed or false, or a trip wrong");
  command->callback([options, &status] { status = run_score(*options); });
}

}  // namespace lujing::sim
