#include "ctl/journal_cmd.h"

#include "base/command_line.h"
#include "ctl/fail.h"
#include "ctl/observation_text.h"
#include "terminal/journal/journal_reader.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <iostream>

namespace lujing::ctl {
namespace {

using Json = nlohmann::ordered_json;

struct JournalArgs {
  std::string path;
  std::string from;
  std::string to;
  std::string boot;
  std::string kind;
  std::string output;
  bool json = false;
};

int end_with(const journal::Damage& damage) {
  const std::string line = damage_line(damage);
  if (line.empty()) return 0;
  std::cerr << "lujing-ctl journal: " << line << "\n";
  return 2;
}

Result<journal::TimeRange> range_of(const JournalArgs& args) {
  journal::TimeRange range;
  auto from = parse_moment(args.from);
  if (!from) return from.error().in("--from");
  auto to = parse_moment(args.to);
  if (!to) return to.error().in("--to");
  range.from_utc = from->utc;
  range.from_boot_ms = from->boot_ms;
  range.to_utc = to->utc;
  range.to_boot_ms = to->boot_ms;
  if (!args.boot.empty()) {
    char* end = nullptr;
    range.boot_id = std::strtoull(args.boot.c_str(), &end, 16);
    if (*end != '\0') return Error("--boot: expected the hex digits that `journal list` shows");
  }
  return range;
}

/// What one file of a journal holds.
struct FileFacts {
  std::string file;
  protocol::JournalHeader header;
  std::uint64_t bytes = 0;
  std::uint64_t observations = 0;
  std::optional<BootTime> first;
  BootTime last;
  std::optional<UtcTime> first_utc;
  std::optional<UtcTime> last_utc;
  journal::Damage damage;
  std::string problem;  ///< empty: it can be read
};

FileFacts facts_of(const std::string& file) {
  FileFacts facts;
  facts.file = file;
  std::error_code ignored;
  facts.bytes = std::filesystem::file_size(file, ignored);
  auto journal = journal::Journal::open(file);
  if (!journal) {
    facts.problem = journal.error().what();
    return facts;
  }
  facts.header = journal->header();
  auto damage = journal::walk(file, {}, [&](const journal::Placed& placed, bool) {
    ++facts.observations;
    if (!facts.first) {
      facts.first = placed.observation.at;
      facts.first_utc = placed.utc;
    }
    facts.last = placed.observation.at;
    facts.last_utc = placed.utc;
    return true;
  });
  if (damage) facts.damage = *damage;
  return facts;
}

std::string json_of(const FileFacts& facts) {
  Json json;
  json["file"] = facts.file;
  json["bytes"] = facts.bytes;
  if (!facts.problem.empty()) {
    json["problem"] = facts.problem;
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  json["terminal"] = facts.header.terminal_id;
  json["software"] = facts.header.software;
  json["boot_id"] = fmt::format("{:016x}", facts.header.boot_id);
  json["observations"] = facts.observations;
  if (facts.first) {
    json["from_s"] = facts.first->seconds();
    json["to_s"] = facts.last.seconds();
  }
  if (facts.first_utc) json["from_utc"] = to_iso8601(*facts.first_utc);
  if (facts.last_utc) json["to_utc"] = to_iso8601(*facts.last_utc);
  json["damaged_blocks"] = facts.damage.blocks;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string line_of(const FileFacts& facts) {
  const std::string name = std::filesystem::path(facts.file).filename().string();
  if (!facts.problem.empty()) return fmt::format("{}  {}", name, facts.problem);
  return fmt::format("{}  {}  {} to {}  {:.0f} s  {} observations  {} KiB{}", name,
                     facts.header.terminal_id, facts.first_utc ? to_iso8601(*facts.first_utc) : "-",
                     facts.last_utc ? to_iso8601(*facts.last_utc) : "-",
                     facts.first ? facts.last.seconds() - facts.first->seconds() : 0.0,
                     facts.observations, (facts.bytes + 1023) / 1024,
                     facts.damage.any() ? "  (damaged in part)" : "");
}

int run_list(const JournalArgs& args) {
  auto files = journal::journal_files(args.path);
  if (!files) return fail("journal", files.error());
  bool whole = true;
  for (const std::string& file : *files) {
    const FileFacts facts = facts_of(file);
    whole = whole && facts.problem.empty() && !facts.damage.any();
    std::cout << (args.json ? json_of(facts) : line_of(facts)) << "\n";
  }
  return whole ? 0 : 2;
}

int run_print(const JournalArgs& args) {
  auto range = range_of(args);
  if (!range) return fail("journal", range.error());
  auto damage = journal::walk(args.path, *range, [&](const journal::Placed& placed, bool wanted) {
    if (!wanted) return true;
    if (!args.kind.empty() && args.kind != kind_of(placed.observation.what)) return true;
    std::cout << (args.json ? observation_json(placed) : observation_line(placed)) << "\n";
    return std::cout.good();
  });
  if (!damage) return fail("journal", damage.error());
  return end_with(*damage);
}

int run_cut(const JournalArgs& args) {
  auto range = range_of(args);
  if (!range) return fail("journal", range.error());
  auto done = journal::cut(args.path, *range, args.output);
  if (!done) return fail("journal", done.error());
  if (args.json) {
    Json json;
    json["file"] = args.output;
    json["observations"] = done->observations;
    json["carried"] = done->carried;
    std::cout << json.dump() << "\n";
  } else {
    std::cout << fmt::format("{}: {} observations, and {} that tell how the vehicle was before\n",
                             args.output, done->observations, done->carried);
  }
  return end_with(done->damage);
}

void add_range(cli::App& command, JournalArgs& args) {
  command.add_option("--from", args.from, "UTC, or seconds of the boot clock; included");
  command.add_option("--to", args.to, "UTC, or seconds of the boot clock; included");
  command.add_option("--boot", args.boot, "only this boot (hex digits, see list)");
}

}  // namespace

void add_journal_command(cli::App& app, int& exit_code) {
  auto args = std::make_shared<JournalArgs>();
  cli::App* journal = app.add_subcommand("journal", "List, cut and print recorded observations");
  journal->require_subcommand();
  journal->footer(
      "PATH is a journal file or a folder of them.\nExamples:\n"
      "  lujing-ctl journal list /var/lib/lujing/journal\n"
      "  lujing-ctl journal cut /var/lib/lujing/journal --from 2026-05-01T02:00:00Z "
      "--to 2026-05-01T02:05:00Z -o alarm.ljj\n"
      "  lujing-ctl journal print alarm.ljj --kind gnss_fix");
  cli::App* list = journal->add_subcommand("list", "One line a file: vehicle, times, size");
  list->add_option("path", args->path, "journal file or folder")->required();
  list->add_flag("--json", args->json, "one object a line");
  list->footer("Example:\n  lujing-ctl journal list /var/lib/lujing/journal --json");
  list->callback([args, &exit_code] { exit_code = run_list(*args); });

  cli::App* print = journal->add_subcommand("print", "One line an observation");
  print->add_option("path", args->path, "journal file or folder")->required();
  add_range(*print, *args);
  print->add_option("--kind", args->kind, "only this kind")
      ->check(cli::one_of({"boot", "gnss_fix", "sky_view", "can_signal", "switch", "analog",
                           "power", "link", "counter", "tick", "directive", "recalled"}));
  print->add_flag("--json", args->json, "one object a line");
  print->footer("Example:\n  lujing-ctl journal print alarm.ljj --kind switch --json");
  print->callback([args, &exit_code] { exit_code = run_print(*args); });

  cli::App* cut = journal->add_subcommand("cut", "A piece of a journal as a file of its own");
  cut->add_option("path", args->path, "journal file or folder")->required();
  add_range(*cut, *args);
  cut->add_option("-o,--output", args->output, "the new file")->required();
  cut->add_flag("--json", args->json, "tells what was written as one object");
  cut->footer("Example:\n  lujing-ctl journal cut journal/ --from 3600 --to 3720.5 -o piece.ljj");
  cut->callback([args, &exit_code] { exit_code = run_cut(*args); });
}

}  // namespace lujing::ctl
