#include "ctl/audit_cmd.h"

#include "base/command_line.h"
#include "ctl/audit_output.h"
#include "ctl/audit_rules.h"
#include "ctl/fail.h"
#include "ctl/local_days.h"
#include "platform/report/books.h"
#include "platform/report/exceptions.h"
#include "platform/report/rates.h"
#include "terminal/config/terminal_config.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <cmath>
#include <fstream>
#include <iostream>
#include <iterator>

namespace lujing::ctl {
namespace {

using Json = nlohmann::ordered_json;
using report::Amount;
using report::Report;
using report::Row;

/// What was given is not what was in force on the vehicles: the rates are made all the same.
constexpr int not_as_in_force = 3;

struct AuditArgs {
  std::string ledger;
  std::string roads;
  std::vector<std::string> plans;
  std::string exceptions;
  std::string profile;
  std::string day;
  int days = 1;
  int utc_offset_min = 480;
  std::string works = "machine";
  std::string worst = "inferred";
  std::int64_t link = -1;
  unsigned threads = 2;
  bool json = false;
};

Result<std::vector<std::byte>> read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return Error(path + ": cannot be opened; make it with `lujing-ctl roads`");
  std::vector<std::byte> bytes(static_cast<std::size_t>(file.tellg()));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!file) return Error(path + ": cannot be read");
  return bytes;
}

Result<core::Question> question_of(const AuditArgs& args, core::TimeWindow window) {
  core::Question question;
  question.when = {window};
  if (args.works != "machine") {
    question.works = 0;
    for (std::size_t i = 0; i < protocol::work_kinds; ++i) {
      const auto work = static_cast<protocol::Work>(i);
      if (args.works == to_string(work)) question.works = core::mask_of(work);
    }
    if (question.works == 0) return Error("--works: there is no kind of work " + args.works);
  }
  if (args.worst == "measured") question.worst = protocol::Evidence::measured;
  if (args.worst == "partial") question.worst = protocol::Evidence::partial;
  return question;
}

Json amount_json(const Amount& amount, double (*unit)(std::int64_t)) {
  return {{"whole", unit(amount.whole)},       {"covered", unit(amount.covered)},
          {"excepted", unit(amount.excepted)}, {"no_data", unit(amount.no_data)},
          {"not_done", unit(amount.not_done)}, {"inferred", unit(amount.inferred)},
          {"repeated", unit(amount.repeated)}, {"rate", rate_json(amount.rate())}};
}

Json row_json(const Row& row, const std::vector<int>& targets) {
  Json json{{"group", row.group},
            {"name", row.name},
            {"kerbs", row.kerbs},
            {"kerbs_complete", row.kerbs_complete},
            {"passes", row.passes},
            {"pass_rate", rate_json(row.pass_rate())},
            {"km", amount_json(row.length, report::km)},
            {"m2", amount_json(row.area, report::square_metres)}};
  const auto rate = row.length.rate();
  for (const int percent : targets) {
    json["targets"][fmt::format("{} %", percent)] =
        rate ? Json(*rate >= percent / 100.0) : Json("not applicable");
  }
  return json;
}

std::optional<double> share(std::int64_t part, std::int64_t whole) {
  if (whole <= 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

/// Which of the targets are met: "75 90", "none", or nothing where there is no rate.
std::string targets_met(std::optional<double> rate, const std::vector<int>& targets) {
  if (!rate) return "not appl.";
  std::string met;
  for (const int percent : targets) {
    if (*rate >= percent / 100.0) met += fmt::format("{}{}", met.empty() ? "" : " ", percent);
  }
  return met.empty() ? "none" : met;
}

std::string targets_head(const std::vector<int>& targets) {
  std::string text;
  for (const int percent : targets) text += fmt::format("{}{}", text.empty() ? "" : ", ", percent);
  return "targets met (" + text + " %)";
}

void print_table(const Report& report, const core::RoadNetwork& roads,
                 const config::Profile& profile) {
  std::cout << fmt::format("roads      {} ({} links)\nrecords    {}\npassings   {}\n", roads.name(),
                           roads.link_count(), report.records, report.passings);
  if (report.other_roads > 0) {
    std::cout << fmt::format("not placed {} records of other versions of the roads\n",
                             report.other_roads);
  }
  if (report.untimed > 0) std::cout << fmt::format("untimed    {} records\n", report.untimed);
  std::cout << fmt::format("\n{:<10}{:<28}{:>10}{:>11}{:>11}{:>11}{:>11}{:>10}{:>10}  {}\n",
                           "group", "name", "km", "by length", "by area", "no data", "inferred",
                           "excepted", "passes", targets_head(profile.rate_targets));
  for (const Row& row : report.rows) {
    if (row.group == "road") continue;
    std::cout << fmt::format(
        "{:<10}{:<28}{:>10.3f}{:>11}{:>11}{:>11}{:>11}{:>10}{}{:>9}  {}\n", row.group, row.name,
        report::km(row.length.whole), percent(row.length.rate()), percent(row.area.rate()),
        percent(share(row.length.no_data, row.length.whole)),
        percent(share(row.length.inferred, row.length.covered)),
        percent(share(row.length.excepted, row.length.whole)),
        report::excused_too_much(row, profile.excepted_share_max) ? "!" : " ",
        percent(row.pass_rate()), targets_met(row.length.rate(), profile.rate_targets));
  }
}

int no_link(const AuditArgs& args, const core::RoadNetwork& roads) {
  return fail("audit", Error(fmt::format("--link: there is no link {}; {} has links 0 to {}",
                                         args.link, args.roads, roads.link_count() - 1)));
}

bool print_link(const AuditArgs& args, const core::RoadNetwork& roads,
                const core::CoverageLedger& ledger, const Report& report,
                const core::Question& question) {
  const auto link = static_cast<core::LinkId>(args.link);
  std::vector<report::DrilledKerb> kerbs = report::drill(roads, ledger, link, question);
  std::vector<std::string> ids;
  for (const report::VehicleTotals& one : report.vehicles) ids.push_back(one.id);
  auto found = report::find_in_journals(args.ledger, ids, question.when.front(), kerbs);
  if (!found) return fail("audit", found.error()) == 0;
  std::cout
      << drill_json(roads, link, kerbs, ids).dump(2, ' ', false, Json::error_handler_t::replace)
      << "\n";
  return true;
}

int run_audit(const AuditArgs& args) {
  const auto bytes = read_bytes(args.roads);
  if (!bytes) return fail("audit", bytes.error());
  const auto roads = core::RoadNetwork::open(*bytes);
  if (!roads) return fail("audit", roads.error().in(args.roads));
  report::Asked asked;
  const auto days = local_days(args.day, args.days, args.utc_offset_min);
  if (!days) return fail("audit", days.error());
  asked.local_day = days->first;
  const auto question = question_of(args, days->window);
  if (!question) return fail("audit", question.error());
  asked.question = *question;
  if (args.link >= 0 && args.link >= std::int64_t{roads->link_count()})
    return no_link(args, *roads);
  AuditRules rules;
  rules.set_roads(args.roads, std::string(roads->name()), roads->version(),
                  {reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  if (!args.profile.empty()) {
    if (auto read = rules.set_profile(args.profile); !read) return fail("audit", read.error());
  }
  const config::Profile profile = rules.profile.value_or(config::Profile());
  asked.classes = profile.rate_classes;
  asked.question.pass_gap_ms = static_cast<std::int64_t>(profile.cleaning.pass_gap_s * 1000);
  asked.question.pass_permille =
      static_cast<std::int32_t>(std::lround(profile.cleaning.pass_share * 1000));
  for (const std::string& path : args.plans) {
    if (auto read = rules.add_plan(path); !read) return fail("audit", read.error());
  }
  if (!args.plans.empty() && args.day.empty()) {
    return fail("audit", Error("--plan asks about a day: say which with --day 2026-05-01"));
  }
  if (isatty(STDERR_FILENO) != 0) std::cerr << "reading " << args.ledger << " ...\n";
  auto vehicles = report::read_books(args.ledger, roads->version(), days->window, args.threads);
  if (!vehicles) return fail("audit", vehicles.error());
  std::uint64_t other_roads = 0;
  for (const report::Collected& one : *vehicles) other_roads += one.other_roads;
  rules.compare(report::in_force(*vehicles, days->window), other_roads, args.utc_offset_min);
  const auto plans = report::plans_of_day(rules.plans, rules.had, asked.local_day);
  if (!plans) return fail("audit", plans.error());
  asked.plans = *plans;
  if (!args.exceptions.empty()) {
    auto excuses = report::load_exceptions(args.exceptions, *roads);
    if (!excuses) return fail("audit", excuses.error());
    report::Collected dispatcher;
    dispatcher.totals.id = "dispatcher";
    dispatcher.excuses = std::move(*excuses);
    vehicles->push_back(std::move(dispatcher));
  }
  const core::CoverageLedger ledger = report::ledger_of(*vehicles);
  const Report report = report::make_report(*roads, ledger, *vehicles, asked);
  const int ended = rules.differences.empty() ? 0 : not_as_in_force;
  if (args.link >= 0) {
    return print_link(args, *roads, ledger, report, asked.question) ? ended : 1;
  }
  const auto marks = report::marks_of(*vehicles, days->window);
  const auto excused = report::excused_share(report.rows, profile.excepted_share_max);
  if (!args.json) {
    rules.print(std::cout, args.utc_offset_min);
    print_table(report, *roads, profile);
    print_vehicles(report, std::cout);
    print_marks(marks, excused, args.utc_offset_min, std::cout);
    return ended;
  }
  Json json{{"roads", fmt::format("{:016x}", roads->version())},
            {"rules", rules.json(args.utc_offset_min)},
            {"records", report.records},
            {"passings", report.passings},
            {"other_roads", report.other_roads},
            {"untimed", report.untimed}};
  for (const Row& row : report.rows) {
    json["rates"].push_back(row_json(row, profile.rate_targets));
    json["rates"].back()["excepted_over_limit"] = report::excused_too_much(row, excused.limit);
  }
  for (const auto& vehicle : report.vehicles) json["vehicles"].push_back(vehicle_json(vehicle));
  json["water"] = water_json(report.water);
  json["excepted"] = excused_json(excused);
  json["exceptions"] = marks_json(marks);
  std::cout << json.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
  return ended;
}

}  // namespace

void add_audit_command(cli::App& app, int& exit_code) {
  auto args = std::make_shared<AuditArgs>();
  cli::App* command = app.add_subcommand("audit", "the rates, made again from the records");
  command->add_option("--ledger", args->ledger, "the platform's ledger.db")->required();
  command->add_option("--roads", args->roads, "the road file that the records name")->required();
  command->add_option("--plan", args->plans, "a work plan; may be given several times");
  command->add_option("--profile", args->profile,
                      "the city profile: which roads count, and what a pass is");
  command->add_option("--exceptions", args->exceptions, "kerbs that the dispatcher excuses (TOML)");
  command->add_option("--day", args->day, "local day as 2026-05-01; none: all there is");
  command->add_option("--days", args->days, "so many days from --day on")
      ->check(cli::range(1, 366));
  command->add_option("--utc-offset-min", args->utc_offset_min, "local time of --day");
  command->add_option("--works", args->works,
                      "machine (sweeping and washing), or one kind of work");
  command->add_option("--evidence", args->worst, "the poorest that counts as covered")
      ->check(cli::one_of({"measured", "partial", "inferred"}));
  command->add_option("--link", args->link, "print the passings that made this link's figures");
  command->add_option("--threads", args->threads, "processors to use")->check(cli::range(1, 64));
  command->add_flag("--json", args->json, "the rates as one object");
  command->footer(
      "Example: lujing-ctl audit --ledger ledger.db --roads city.roads --day 2026-05-01 --json\n"
      "Each rate is covered / (whole - excepted), over roads that a machine can sweep; \"not\n"
      "applicable\" where there is nothing to divide by. The head says by which plan, profile and\n"
      "roads, and which ones the vehicles had. It ends with 0; with 1 where nothing could be "
      "made;\n"
      "with 3 where plan, profile or roads are not those that were in force on the vehicles.");
  command->callback([args, &exit_code] { exit_code = run_audit(*args); });
}

}  // namespace lujing::ctl
