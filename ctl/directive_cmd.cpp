#include "ctl/directive_cmd.h"

#include "base/command_line.h"
#include "base/time.h"
#include "base/toml_reader.h"
#include "ctl/directive_check.h"
#include "platform/app/config.h"
#include "platform/directives/store.h"
#include "platform/directives/target.h"
#include "platform/pki/pki.h"
#include "protocol/chain.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <set>

namespace lujing::ctl {
namespace {

using Json = nlohmann::ordered_json;

struct DirectiveArgs {
  std::string config = "/etc/lujing/platform.toml";
  std::string data_dir;
  std::string authority;
  std::string kind;
  std::string file;
  std::string text;
  std::string targets;
  std::string note;
  std::uint64_t version = 0;
  bool unchecked = false;
  bool json = false;
  std::string group;
  std::vector<std::string> terminals;
};

/// Where the directives are, and whom the terminals trust.
struct Place {
  std::string data_dir;
  std::string authority;  ///< the certificate's file; empty: not told, as --data-dir was given
};

Result<Place> place_of(const DirectiveArgs& args) {
  if (!args.data_dir.empty()) return Place{args.data_dir, {}};
  const auto config = platform::read_config(args.config);
  if (!config) return config.error();
  return Place{config->data_dir, config->authority};
}

Result<directives::Store> open_store(const Place& place) {
  return directives::Store::open(place.data_dir + "/directives.db");
}

Result<directives::Store> open_store(const DirectiveArgs& args) {
  const auto place = place_of(args);
  if (!place) return place.error();
  return open_store(*place);
}

/// What another authority signed, every terminal would refuse: said here, before it is put.
Result<void> check_authority(const DirectiveArgs& args, const Place& place) {
  if (place.authority.empty()) return {};
  const auto trusted = read_text_file(place.authority);
  if (!trusted) return trusted.error();
  const auto ours = read_text_file(args.authority + "/ca.crt");
  if (!ours) return ours.error();
  if (trusted->find(*ours) != std::string::npos) return {};
  return Error(args.authority + ": not the authority of this platform's terminals (" +
               place.authority + "), which would refuse what it signs");
}

Result<std::string> read_body(const DirectiveArgs& args) {
  if (!args.text.empty()) return args.text;
  if (args.file.empty()) return Error("give the file with the body, or --text");
  std::ifstream in(args.file, std::ios::binary);
  std::string body((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in) return Error(args.file + ": cannot be read");
  return body;
}

Result<void> put(const DirectiveArgs& args, const std::string& body, const std::string& warning) {
  const auto kind = directive_kind(std::string_view(args.kind));
  if (!kind) return Error("'" + args.kind + "' is no kind of directive");
  const auto targets = directives::parse_targets(args.targets);
  if (!targets) return targets.error();
  const auto place = place_of(args);
  if (!place) return place.error();
  if (auto ours = check_authority(args, *place); !ours) return ours;
  auto store = open_store(*place);
  if (!store) return store.error();
  const auto newest = store->newest_version(args.kind);
  if (!newest) return newest.error();
  const std::uint64_t version = args.version != 0 ? args.version : *newest + 1;
  const auto signature = pki::sign_directive(args.authority, args.kind, version, body);
  if (!signature) return signature.error();
  directives::Entry entry;
  entry.head = {args.kind, version, protocol::sha256_of(body), body.size(), *signature};
  entry.targets = *targets;
  entry.note = args.note;
  entry.created_utc_ms = utc_now().ms;
  if (auto done = store->put(entry, body); !done) return done.error();
  if (!warning.empty()) std::cerr << "lujing-ctl directive put: " << warning << "\n";
  if (args.json) {
    Json facts{{"name", args.kind},
               {"version", version},
               {"for", *targets},
               {"bytes", body.size()},
               {"sha256", protocol::to_hex(entry.head.sha256)}};
    if (!warning.empty()) facts["warning"] = warning;
    std::cout << facts.dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
  } else {
    std::cout << fmt::format(
        "{} version {} for {}: {}, {} bytes; what becomes of it: lujing-ctl "
        "directive list\n",
        args.kind, version, directives::to_text(*targets), body.empty() ? "withdrawn" : "put",
        body.size());
  }
  return {};
}

/// Of one kind the newest that each group of vehicles was sent, by its targets.
Result<std::map<std::vector<std::string>, directives::Entry>> newest_sent(directives::Store& store,
                                                                          std::string_view kind) {
  const auto entries = store.entries();
  if (!entries) return entries.error();
  std::map<std::vector<std::string>, directives::Entry> newest;
  for (const directives::Entry& entry : *entries) {
    if (entry.head.name != kind) continue;
    const auto [known, first] = newest.try_emplace(entry.targets, entry);
    if (!first && entry.head.version > known->second.head.version) known->second = entry;
  }
  return newest;
}

/// What the same vehicles were sent of that kind before; empty: nothing.
Result<std::string> sent_before(const DirectiveArgs& args) {
  auto store = open_store(args);
  if (!store) return store.error();
  const auto targets = directives::parse_targets(args.targets);
  if (!targets) return targets.error();
  const auto newest = newest_sent(*store, args.kind);
  if (!newest) return newest.error();
  const auto same = newest->find(*targets);
  if (same == newest->end() || same->second.head.withdraws()) return std::string();
  return store->body(same->second.head.name, same->second.head.version);
}

/// The bodies with fences that some vehicle has in force.
Result<std::vector<std::string>> fences_in_force(const DirectiveArgs& args) {
  auto store = open_store(args);
  if (!store) return store.error();
  const auto newest = newest_sent(*store, to_string(DirectiveKind::fences));
  if (!newest) return newest.error();
  std::vector<std::string> bodies;
  for (const auto& [targets, entry] : *newest) {
    if (entry.head.withdraws()) continue;
    auto body = store->body(entry.head.name, entry.head.version);
    if (!body) return body.error();
    bodies.push_back(std::move(*body));
  }
  return bodies;
}

Result<std::string> warning_of(const DirectiveArgs& args, const std::string& body) {
  const auto kind = directive_kind(std::string_view(args.kind));
  if (!kind) return std::string();
  if (*kind != DirectiveKind::permits) return warn_of_directive_body(*kind, body);
  const auto fences = fences_in_force(args);
  if (!fences) return fences.error();
  return warn_of_unknown_fences(body, *fences);
}

Result<void> put_file(const DirectiveArgs& args) {
  auto body = read_body(args);
  if (!body) return body.error();
  if (const auto kind = directive_kind(std::string_view(args.kind)); kind && !args.unchecked) {
    if (auto good = check_directive_body(*kind, *body); !good) return good.error();
    const auto older = sent_before(args);
    if (!older) return older.error();
    if (auto good = check_follows(*kind, *body, *older); !good) return good.error();
  }
  const auto warning = warning_of(args, *body);
  if (!warning) return warning.error();
  return put(args, *body, *warning);
}

Json entry_json(const directives::Entry& entry, const std::vector<directives::Verdict>& verdicts) {
  Json answers = Json::array();
  for (const auto& each : verdicts) {
    if (each.name != entry.head.name || each.version != entry.head.version) continue;
    answers.push_back({{"terminal_id", each.terminal_id},
                       {"applied", each.applied},
                       {"reason", each.reason},
                       {"software", each.software},
                       {"utc", to_iso8601(UtcTime{each.utc_ms})}});
  }
  return {{"name", entry.head.name},      {"version", entry.head.version},
          {"for", entry.targets},         {"withdrawn", entry.head.withdraws()},
          {"bytes", entry.head.bytes},    {"sha256", protocol::to_hex(entry.head.sha256)},
          {"note", entry.note},           {"created", to_iso8601(UtcTime{entry.created_utc_ms})},
          {"answers", std::move(answers)}};
}

void print(const Json& entry) {
  std::string targets;
  for (const auto& target : entry["for"]) {
    targets += (targets.empty() ? "" : ",") + target.get<std::string>();
  }
  std::cout << fmt::format(
      "{:<12}{:>6}  {:<20} {:>9} B  {}{}{}\n", entry["name"].get<std::string>(),
      entry["version"].get<std::uint64_t>(), targets, entry["bytes"].get<std::uint64_t>(),
      entry["created"].get<std::string>(), entry["withdrawn"].get<bool>() ? "  withdrawn" : "",
      entry["note"].get<std::string>().empty() ? "" : "  " + entry["note"].get<std::string>());
  for (const auto& answer : entry["answers"]) {
    const bool applied = answer["applied"].get<bool>();
    std::cout << fmt::format("    {:<16} {} {}{}\n", answer["terminal_id"].get<std::string>(),
                             answer["utc"].get<std::string>(), applied ? "in force" : "refused: ",
                             answer["reason"].get<std::string>());
  }
}

Result<void> list(const DirectiveArgs& args) {
  auto store = open_store(args);
  if (!store) return store.error();
  const auto entries = store->entries();
  if (!entries) return entries.error();
  const auto verdicts = store->verdicts();
  if (!verdicts) return verdicts.error();
  Json all = Json::array();
  for (const auto& entry : *entries) all.push_back(entry_json(entry, *verdicts));
  if (args.json) {
    std::cout << Json{{"directives", all}}.dump(-1, ' ', false, Json::error_handler_t::replace)
              << "\n";
    return {};
  }
  if (all.empty()) std::cout << "no directives yet; lujing-ctl directive put --help\n";
  for (const auto& entry : all) print(entry);
  return {};
}

Result<void> group(const DirectiveArgs& args) {
  auto store = open_store(args);
  if (!store) return store.error();
  if (const auto name = directives::parse_targets("group:" + args.group); !name) {
    return name.error();
  }
  for (const auto& terminal : args.terminals) {
    if (const auto good = pki::check_terminal_id(terminal); !good) return good.error();
  }
  const std::set<std::string> members(args.terminals.begin(), args.terminals.end());
  if (auto done = store->set_group(args.group, members); !done) return done.error();
  std::cout << fmt::format("group {} has {} terminals\n", args.group, members.size());
  return {};
}

std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  names.reserve(std::size(all_directive_kinds));
  for (const DirectiveKind kind : all_directive_kinds) names.emplace_back(to_string(kind));
  return names;
}

using Run = Result<void> (*)(const DirectiveArgs&);

cli::App* add(cli::App& parent, const std::shared_ptr<DirectiveArgs>& args, int& exit_code,
              const char* name, const char* what, Run run) {
  cli::App* command = parent.add_subcommand(name, what);
  auto* config = command->add_option("--config", args->config, "the platform's file");
  config->capture_default_str();
  command->add_option("--data-dir", args->data_dir, "instead of the one that the file names")
      ->excludes(config);
  command->callback([args, run, name, &exit_code] {
    const auto done = run(*args);
    exit_code = done ? 0 : 1;
    if (!done) std::cerr << "lujing-ctl directive " << name << ": " << done.error().what() << "\n";
  });
  return command;
}

void add_signing(cli::App& command, const std::shared_ptr<DirectiveArgs>& args) {
  command
      .add_option("kind", args->kind, "rule_set, plan, fences, permits, roads, driver_text, ...")
      ->required()
      ->check(cli::one_of(kind_names()));
  command
      .add_option("--for", args->targets,
                  "all, type:muck, group:NAME or a terminal's id; several with commas")
      ->required();
  command.add_option("--authority", args->authority, "folder with ca.key, which signs")->required();
  command.add_option("--version", args->version, "else one more than the newest");
  command.add_option("--note", args->note, "why, for people");
  command.add_flag("--json", args->json, "print facts as JSON");
}

}  // namespace

void add_directive_command(cli::App& app, int& exit_code) {
  const auto args = std::make_shared<DirectiveArgs>();
  cli::App* directive = app.add_subcommand("directive", "What the platform tells its terminals");
  directive->require_subcommand();
  cli::App* putting =
      add(*directive, args, exit_code, "put", "sign a body and have it sent", put_file);
  add_signing(*putting, args);
  auto* file = putting->add_option("file", args->file, "the body")->check(cli::existing_file());
  putting->add_option("--text", args->text, "the body itself, for driver_text")->excludes(file);
  putting->add_flag("--unchecked", args->unchecked,
                    "sign it whatever it is; the vehicles say what they make of it");
  putting->footer(
      "Examples:\n  lujing-ctl directive put rule_set changsha.toml --for type:muck --authority "
      "/etc/lujing/ca\n  lujing-ctl directive put driver_text --text 前方积水，请绕行 --for M-003 "
      "--authority /etc/lujing/ca");
  cli::App* withdrawing =
      add(*directive, args, exit_code, "withdraw", "have a kind of directive taken back",
          [](const DirectiveArgs& given) { return put(given, std::string(), std::string()); });
  add_signing(*withdrawing, args);
  withdrawing->footer(
      "Example:\n  lujing-ctl directive withdraw rule_set --for M-003 --authority /etc/lujing/ca");
  cli::App* listing = add(*directive, args, exit_code, "list",
                          "what was put, for whom, and what the terminals answered", list);
  listing->add_flag("--json", args->json, "print facts as JSON");
  listing->footer("Example:\n  lujing-ctl directive list --json");
  cli::App* grouping =
      add(*directive, args, exit_code, "group", "name some terminals for --for group:NAME", group);
  grouping->add_option("name", args->group, "the group's name")->required();
  grouping->add_option("terminals", args->terminals, "all that it has from now on; none: empty");
  grouping->footer("Example:\n  lujing-ctl directive group night M-003 M-007");
}

}  // namespace lujing::ctl
