#include "ctl/replay_cmd.h"

#include "base/command_line.h"
#include "ctl/fail.h"
#include "ctl/observation_text.h"
#include "protocol/schema.h"
#include "terminal/config/core_config.h"
#include "terminal/config/terminal_config.h"
#include "terminal/directives/folder.h"
#include "terminal/journal/replay.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <iostream>

namespace lujing::ctl {
namespace {

std::vector<std::string> known_kinds() {
  std::vector<std::string> names;
  for (const protocol::Kind& kind : protocol::kinds()) names.emplace_back(kind.name);
  return names;
}

using Json = nlohmann::ordered_json;

struct ReplayArgs {
  std::string path;
  std::string kind;
  std::string rules;
  std::string directives;
  bool remember = false;
  bool hash = false;
  bool summary = false;
  bool json = false;
};

void print_summary(const journal::ReplaySummary& summary) {
  std::cout << fmt::format("terminal      {}\nrule set      {}\nobservations  {}\n",
                           summary.terminal_id, summary.rule_set, summary.observations);
  std::cout << fmt::format("boots         {}\nrecords       {}\n", summary.boots, summary.records);
  for (const auto& [kind, count] : summary.records_by_kind) {
    std::cout << fmt::format("  {:<14}{}\n", kind, count);
  }
  std::cout << fmt::format("alarms raised {}\nchain         {}\n", summary.alarms_raised,
                           protocol::to_hex(summary.chain));
}

std::string summary_json(const journal::ReplaySummary& summary) {
  Json json;
  json["terminal"] = summary.terminal_id;
  json["rule_set"] = summary.rule_set;
  json["observations"] = summary.observations;
  json["boots"] = summary.boots;
  json["records"] = summary.records;
  json["records_by_kind"] = summary.records_by_kind;
  json["alarms_raised"] = summary.alarms_raised;
  json["chain"] = protocol::to_hex(summary.chain);
  json["directives_missing"] = summary.directives_missing;
  json["damaged"] = summary.damage.any();
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

journal::Adjust adjust_to(const config::Profile& profile) {
  return [profile](core::CoreConfig& config) { config::apply_profile(profile, config); };
}

int run_replay(const ReplayArgs& args) {
  journal::Adjust adjust;
  if (!args.rules.empty()) {
    auto profile = config::load_profile(args.rules);
    if (!profile) return fail("replay", profile.error());
    const std::string warning = config::off_unnamed_warning(*profile);
    if (!warning.empty()) std::cerr << "lujing-ctl replay: " << warning << "\n";
    adjust = adjust_to(*profile);
  }
  const bool records = !args.summary && !args.hash;
  const journal::RecordSink print = [&](const protocol::Numbered& numbered) {
    const bool wanted =
        args.kind.empty() || args.kind == protocol::kind_name(numbered.record.payload);
    if (wanted) std::cout << protocol::to_json(numbered.record) << "\n";
  };
  const std::string folder =
      args.directives.empty() ? directives::folder_beside(args.path) : args.directives;
  auto summary =
      journal::replay(args.path, records ? print : journal::RecordSink(), adjust,
                      std::make_shared<directives::FolderLibrary>(folder), args.remember);
  if (!summary) return fail("replay", summary.error());
  if (args.summary && args.json) {
    std::cout << summary_json(*summary) << "\n";
  } else if (args.summary) {
    print_summary(*summary);
  } else if (args.hash) {
    std::cout << protocol::to_hex(summary->chain) << "\n";
  }
  const std::string damage = damage_line(summary->damage);
  if (summary->directives_missing > 0) {
    std::cerr
        << "lujing-ctl replay: the bodies of " << summary->directives_missing
        << " directives are not in " << folder
        << "; what they changed is not in these records (--directives names another folder)\n";
    return 2;
  }
  if (damage.empty()) return 0;
  std::cerr << "lujing-ctl replay: " << damage << "\n";
  return 2;
}

}  // namespace

void add_replay_command(cli::App& app, int& exit_code) {
  auto args = std::make_shared<ReplayArgs>();
  cli::App* replay =
      app.add_subcommand("replay", "Journal in, records out, one JSON object a line");
  replay->add_option("path", args->path, "journal file or folder")->required();
  replay->add_option("--kind", args->kind, "only records of this kind: track_point, alarm, ...")
      ->check(cli::one_of(known_kinds()));
  replay->add_option("--rules", args->rules, "judge by this city profile, not by the recorded one");
  replay->add_option("--directives", args->directives,
                     "folder of the bodies that directives had; else the one beside the journal");
  replay->add_flag(
      "--remember", args->remember,
      "of a simulated journal: over each power cut the core is told what it asked to be "
      "told, as a terminal does");
  replay->add_flag("--summary", args->summary, "counts and the chain's hash, no records");
  replay->add_flag("--hash", args->hash, "only the hash of the chain after the last record");
  replay->add_flag("--json", args->json, "the summary as one object");
  replay->footer(
      "Examples:\n  lujing-ctl replay /var/lib/lujing/journal --kind alarm\n"
      "  lujing-ctl replay alarm.ljj --rules city.toml --summary");
  replay->callback([args, &exit_code] {
    if (args->json && !args->hash) args->summary = true;
    exit_code = run_replay(*args);
  });
}

}  // namespace lujing::ctl
