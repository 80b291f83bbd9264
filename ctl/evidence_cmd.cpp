#include "ctl/evidence_cmd.h"

#include "base/command_line.h"
#include "base/time.h"
#include "ctl/evidence_books.h"
#include "ctl/fail.h"
#include "ctl/missing_books.h"
#include "terminal/directives/whole_file.h"
#include "terminal/evidence/make.h"
#include "terminal/evidence/verify.h"
#include "terminal/outbox/outbox.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <filesystem>
#include <iostream>

namespace lujing::ctl {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

constexpr std::size_t most_rows = 20'000;

struct EvidenceArgs {
  std::string data_dir = "/var/lib/lujing";
  std::string rule;
  std::string since;
  std::string output;
  std::string certificate = "/etc/lujing/terminal.crt";
  std::string key = "/etc/lujing/terminal.key";
  bool all = false;
  bool json = false;
  // verify
  std::string bundle;
  std::string authority = "/etc/lujing/ca.crt";
  std::string directives;
  std::string ledger;
  bool directives_given = false;
  bool ledger_given = false;
};

std::string evidence_line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void show_progress(std::size_t done, std::size_t all) {
  if (::isatty(STDERR_FILENO) == 0) return;
  std::cerr << "\r" << done << " of " << all << " alarms" << (done == all ? "\n" : "")
            << std::flush;
}

std::string when(const evidence::FoundAlarm& alarm) {
  return alarm.raised_utc_ms
             ? to_iso8601(UtcTime{*alarm.raised_utc_ms})
             : fmt::format("{:.1f} s after boot", static_cast<double>(alarm.raised_boot_ms) / 1000);
}

std::string bundle_path(const EvidenceArgs& args, const evidence::AlarmId& alarm) {
  return args.data_dir + "/evidence/" + evidence::file_name(alarm);
}

int list_evidence(const EvidenceArgs& args) {
  auto rows = outbox::look_into(args.data_dir + "/outbox.db", most_rows);
  if (!rows) return fail("evidence list", rows.error());
  for (const evidence::FoundAlarm& alarm : evidence::alarms_in(*rows)) {
    const std::string path = bundle_path(args, alarm.id);
    const bool there = fs::exists(path);
    if (args.json) {
      Json json;
      json["rule"] = alarm.id.rule;
      json["boot_id"] = fmt::format("{:016x}", alarm.id.boot_id);
      json["since_boot_ms"] = alarm.id.since_boot_ms;
      json["raised"] = when(alarm);
      json["epoch"] = fmt::format("{:016x}", alarm.epoch);
      json["seq"] = alarm.seq;
      json["bundle"] = there ? Json(path) : Json();
      std::cout << evidence_line(json) << "\n";
    } else {
      std::cout << fmt::format("{:<6} {}  --since {}  record {}  {}\n", alarm.id.rule, when(alarm),
                               alarm.id.since_boot_ms, alarm.seq, there ? path : "no bundle yet");
    }
  }
  return 0;
}

bool wanted(const EvidenceArgs& args, const evidence::FoundAlarm& alarm) {
  if (!args.rule.empty() && alarm.id.rule != args.rule) return false;
  return args.since.empty() || std::to_string(alarm.id.since_boot_ms) == args.since;
}

/// The newest that is asked for; with --all every one.
std::vector<evidence::FoundAlarm> choose(const EvidenceArgs& args,
                                         const std::vector<std::string>& rows) {
  std::vector<evidence::FoundAlarm> chosen;
  for (evidence::FoundAlarm& alarm : evidence::alarms_in(rows)) {
    if (!wanted(args, alarm)) continue;
    if (!args.all) chosen.clear();
    chosen.push_back(std::move(alarm));
  }
  return chosen;
}

Result<void> cut_one(const EvidenceArgs& args, const evidence::MakeInputs& inputs,
                     const std::string& output) {
  const auto made = evidence::make_evidence(inputs);
  if (!made) return made.error();
  if (auto written = directives::write_whole(output, made->bytes); !written) return written;
  const protocol::EvidenceManifest& m = made->manifest;
  if (args.json) {
    Json json;
    json["file"] = output;
    json["bytes"] = made->bytes.size();
    json["rule"] = m.rule;
    json["since_boot_ms"] = m.since_boot_ms;
    json["warm_up_s"] = static_cast<double>(m.from_boot_ms - m.begin_boot_ms) / 1000;
    json["whole_run"] = m.whole_run;
    json["first_seq"] = m.first_seq;
    json["last_seq"] = m.last_seq;
    json["tries"] = made->tries;
    std::cout << evidence_line(json) << "\n";
    return {};
  }
  std::cout << fmt::format(
      "{}: {} of {}, records {} to {}, {:.0f} s of warm-up{}, {} KiB\n", output, m.rule, m.terminal,
      m.first_seq, m.last_seq, static_cast<double>(m.from_boot_ms - m.begin_boot_ms) / 1000,
      m.whole_run ? " (from the start)" : "", (made->bytes.size() + 1023) / 1024);
  return {};
}

int cut_evidence(const EvidenceArgs& args) {
  constexpr const char* command = "evidence cut";
  auto rows = outbox::look_into(args.data_dir + "/outbox.db", most_rows);
  if (!rows) return fail(command, rows.error());
  const auto chosen = choose(args, *rows);
  if (chosen.empty())
    return fail(command, Error("no such alarm is held here; lujing-ctl evidence list shows those "
                               "that are"));
  if (chosen.size() > 1 && !args.output.empty())
    return fail(command, Error("-o names one file, and there are " + std::to_string(chosen.size()) +
                               " alarms; leave it out"));
  auto certificate = directives::read_whole(args.certificate, 1u << 20);
  if (!certificate) return fail(command, certificate.error().in("--certificate"));
  auto key = directives::read_whole(args.key, 1u << 20);
  if (!key) return fail(command, key.error().in("--key"));
  std::error_code ignored;
  fs::create_directories(args.data_dir + "/evidence", ignored);
  const std::string scratch = fs::temp_directory_path(ignored).string();
  int failed = 0;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    show_progress(i, chosen.size());
    const std::string output = args.output.empty() ? bundle_path(args, chosen[i].id) : args.output;
    auto done =
        cut_one(args,
                {chosen[i].id, *rows, args.data_dir + "/journal", args.data_dir + "/directives",
                 args.data_dir + "/checkpoints", scratch, *certificate, *key, utc_now()},
                output);
    if (!done) failed = fail(command, done.error().in(evidence::file_name(chosen[i].id)));
  }
  show_progress(chosen.size(), chosen.size());
  return failed;
}

Json facts_of(const protocol::EvidenceManifest& m) {
  Json json;
  json["terminal"] = m.terminal;
  json["rule"] = m.rule;
  json["rule_set"] = m.rule_set;
  if (m.raised_utc_ms) json["raised_utc"] = to_iso8601(UtcTime{*m.raised_utc_ms});
  json["boot_id"] = fmt::format("{:016x}", m.boot_id);
  json["since_boot_ms"] = m.since_boot_ms;
  json["epoch"] = fmt::format("{:016x}", m.epoch);
  json["alarm_seq"] = m.alarm_seq;
  json["checkpoint_seq"] = m.last_seq;
  json["checkpoint"] = protocol::to_hex(m.chain_after);
  return json;
}

const char* words_of(evidence::Outcome outcome) {
  if (outcome == evidence::Outcome::good) return "whole";
  return outcome == evidence::Outcome::open ? "nothing is wrong, but not all of it is proven"
                                            : "NOT whole";
}

int exit_code_of(evidence::Outcome outcome, bool books_whole) {
  constexpr int not_proven = 3;
  if (outcome != evidence::Outcome::bad && !books_whole) return books_not_whole;
  if (outcome == evidence::Outcome::good) return 0;
  return outcome == evidence::Outcome::open ? not_proven : 1;
}

/// What is named to be looked into is there: else an item would be open for want of what the caller
/// believes he gave.
Result<void> sources_are_there(const EvidenceArgs& args) {
  const auto empty = cli::not_empty().problem;
  if (args.directives_given) {
    if (args.directives.empty()) return Error("--directives: " + empty(args.directives));
    std::error_code trouble;
    if (!fs::is_directory(args.directives, trouble))
      return Error(
          fmt::format("--directives: {}: {}; name the folder with the bodies, or leave it out",
                      args.directives, trouble ? trouble.message() : "is no folder"));
  }
  if (args.ledger_given) {
    if (args.ledger.empty()) return Error("--ledger: " + empty(args.ledger));
    if (auto begin = directives::read_begin(args.ledger, 0); !begin)
      return Error(fmt::format("--ledger: {}; name the platform's ledger.db, or leave it out",
                               begin.error().what()));
  }
  return {};
}

int run_verify(const EvidenceArgs& args) {
  if (auto there = sources_are_there(args); !there) return fail("verify", there.error(), 2);
  auto bytes = directives::read_whole(args.bundle, protocol::max_evidence_bytes);
  if (!bytes) return fail("verify", bytes.error(), 2);
  auto authority = directives::read_whole(args.authority, 1u << 20);
  if (!authority) return fail("verify", authority.error().in("--authority"), 2);
  const auto bundle = protocol::read_evidence(*bytes);
  if (!bundle) return fail("verify", bundle.error().in(args.bundle), 2);
  std::error_code ignored;
  evidence::VerifyOptions options{
      *authority, args.directives, fs::temp_directory_path(ignored).string(), {}};
  std::vector<ledger::MissingOf> missing;
  if (!args.ledger.empty()) {
    options.books = [&](const auto& manifest) -> Result<evidence::Booked> {
      auto found = bundle_in_books(args.ledger, manifest);
      if (!found) return found.error();
      missing.push_back(std::move(found->missing));
      return std::move(found->booked);
    };
  }
  const evidence::Verdict verdict = evidence::verify_evidence(*bundle, options);
  const int code = exit_code_of(verdict.outcome(), whole_books(missing));
  if (args.json) {
    Json json = facts_of(bundle->manifest);
    json["whole"] = verdict.whole();
    json["verdict"] = words_of(verdict.outcome());
    for (const evidence::Check& check : verdict.checks)
      json["items"].push_back({{"item", check.item},
                               {"good", check.outcome == evidence::Outcome::good},
                               {"outcome", evidence::to_string(check.outcome)},
                               {"said", check.said}});
    if (!missing.empty()) json["books"] = books_json(missing);
    std::cout << evidence_line(json) << "\n";
    return code;
  }
  for (const evidence::Check& check : verdict.checks) {
    const char* outcome =
        check.outcome == evidence::Outcome::bad ? "BAD" : evidence::to_string(check.outcome);
    std::cout << fmt::format("{:<4} {:<20} {}\n", outcome, check.item, check.said);
  }
  print_missing(missing, std::nullopt, std::cout);
  const protocol::EvidenceManifest& m = bundle->manifest;
  std::cout << fmt::format("{}: {} of {}, {}\n", args.bundle, m.rule, m.terminal,
                           words_of(verdict.outcome()));
  return code;
}

void add_verify(cli::App& app, int& exit_code, const std::shared_ptr<EvidenceArgs>& args) {
  cli::App* verify = app.add_subcommand(
      "verify", "Is an evidence bundle whole, and does it lead to its alarm? Item by item");
  verify->add_option("bundle", args->bundle, "the bundle (*.lje)")->required();
  verify
      ->add_option("--authority", args->authority,
                   "certificate of the authority that enrolled the terminal")
      ->capture_default_str();
  cli::Option* directives = verify->add_option(
      "--directives", args->directives,
      "folder with what is not in the bundle: bodies that were too large (road files), "
      "heads of directives (*.directive)");
  cli::Option* ledger = verify->add_option(
      "--ledger", args->ledger, "the platform's ledger.db: has it received the same records?");
  verify->add_flag("--json", args->json, "one object");
  verify->footer(
      "Exit code: 0 whole; 1 not whole; 2 what was given could not be read; 3 nothing is wrong, "
      "but an item is "
      "open:\nno signed checkpoint before or at the alarm (the first minutes of a new terminal) "
      "and no --ledger,\na body or the authority's signature of a directive that is "
      "not in the bundle and not given with\n--directives, or records around the alarm's window "
      "that nothing vouches for;\n4 nothing is wrong, but --ledger lacks records of the bundle: "
      "they are "
      "named.\nExamples:\n"
      "  lujing-ctl verify MT-03-9d1c0a7e55b0f3aa-5321400.lje --authority ca.crt --json\n"
      "  lujing-ctl verify alarm.lje --authority ca.crt --ledger "
      "/var/lib/lujing-platform/ledger.db");
  verify->callback([args, directives, ledger, &exit_code] {
    args->directives_given = directives->given();
    args->ledger_given = ledger->given();
    exit_code = run_verify(*args);
  });
}

}  // namespace

void add_evidence_commands(cli::App& app, int& exit_code) {
  auto args = std::make_shared<EvidenceArgs>();
  cli::App* evidence =
      app.add_subcommand("evidence", "An alarm's evidence bundle from a vehicle's folder");
  evidence->require_subcommand();
  evidence->footer(
      "The terminal makes them itself, in DATA_DIR/evidence; this is for a folder that was brought "
      "in,\nor while the terminal is stopped.\nExamples:\n"
      "  lujing-ctl evidence list /var/lib/lujing\n"
      "  lujing-ctl evidence cut /var/lib/lujing --rule MT-03 -o alarm.lje\n"
      "  lujing-ctl verify alarm.lje --authority /etc/lujing/ca.crt");
  cli::App* list = evidence->add_subcommand("list", "The alarms whose records are held");
  list->add_option("data_dir", args->data_dir, "the terminal's folder")->capture_default_str();
  list->add_flag("--json", args->json, "one object a line");
  list->footer("Example:\n  lujing-ctl evidence list /var/lib/lujing --json");
  list->callback([args, &exit_code] { exit_code = list_evidence(*args); });

  cli::App* cut = evidence->add_subcommand("cut", "Makes a bundle of the newest such alarm");
  cut->add_option("data_dir", args->data_dir, "the terminal's folder")->capture_default_str();
  cut->add_option("--rule", args->rule, "MT-03, ...");
  cut->add_option("--since", args->since, "which of them, as list shows it");
  cut->add_flag("--all", args->all, "all of them, each a file");
  cut->add_option("-o,--output", args->output, "else DATA_DIR/evidence/RULE-BOOT-SINCE.lje");
  cut->add_option("--certificate", args->certificate, "the terminal's")->capture_default_str();
  cut->add_option("--key", args->key, "the terminal's")->capture_default_str();
  cut->add_flag("--json", args->json, "tells what was made, one object a line");
  cut->footer(
      "Example:\n  lujing-ctl evidence cut /var/lib/lujing --rule MT-03 --since 5321400 -o a.lje");
  cut->callback([args, &exit_code] { exit_code = cut_evidence(*args); });
  add_verify(app, exit_code, args);
}

}  // namespace lujing::ctl
