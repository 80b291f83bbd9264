#include "ctl/audit_cmd.h"

#include "base/command_line.h"
#include "ctl/fail.h"
#include "ctl/local_days.h"
#include "platform/report/books.h"
#include "platform/report/exceptions.h"
#include "platform/report/rates.h"
#include "terminal/config/plan.h"
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

Json rate_json(std::optional<double> rate) {
  return rate ? Json(*rate) : Json("not applicable");
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

Json vehicle_json(const report::VehicleTotals& vehicle) {
  const auto effective = share(vehicle.effective_dm, vehicle.driven_m * 10);
  Json json{{"vehicle", vehicle.id},
            {"type", vehicle.type},
            {"driven_km", static_cast<double>(vehicle.driven_m) / 1000},
            {"effective_km", static_cast<double>(vehicle.effective_dm) / 10'000},
            {"empty_running", rate_json(effective ? std::optional(1 - *effective) : std::nullopt)}};
  for (std::size_t kind = 0; kind < protocol::work_kinds; ++kind) {
    const report::WorkTotals& work = vehicle.work[kind];
    if (work.lasted_ms == 0) continue;
    json["work"][to_string(static_cast<protocol::Work>(kind))] = {
        {"km", static_cast<double>(work.driven_dm) / 10'000},
        {"hours", static_cast<double>(work.lasted_ms) / 3'600'000},
        {"water_m3", static_cast<double>(work.water_dl) / 10'000}};
  }
  return json;
}

Json passing_json(const core::Passing& passing, const Report& report) {
  return {{"kerb", passing.kerb.kerb == core::Kerb::left ? "left" : "right"},
          {"work", to_string(passing.work)},
          {"state", to_string(passing.state)},
          {"reason", to_string(passing.reason)},
          {"evidence", to_string(passing.evidence)},
          {"from_m", passing.from_cm / 100.0},
          {"to_m", passing.to_cm / 100.0},
          {"begin", to_iso8601(UtcTime{passing.begin_ms})},
          {"end", to_iso8601(UtcTime{passing.end_ms})},
          {"vehicle", report.vehicles[passing.vehicle].id},
          {"epoch", fmt::format("{:016x}", passing.epoch)},
          {"seq", passing.seq}};
}

/// What made a link's figures: each passing, with the record and the seconds of the journal.
Json drill_json(const core::CoverageLedger& ledger, core::LinkId link, const Report& report) {
  Json passings = Json::array();
  for (const core::Kerb kerb : {core::Kerb::left, core::Kerb::right}) {
    for (const core::Passing& passing : ledger.passings({link, kerb})) {
      passings.push_back(passing_json(passing, report));
    }
  }
  return passings;
}

Json water_json(const report::Water& water) {
  const auto litres = [&](double per) {
    return per > 0 ? Json(static_cast<double>(water.water_dl) / 10 / per) : Json("not applicable");
  };
  return {{"m3", static_cast<double>(water.water_dl) / 10'000},
          {"litres_per_km", litres(static_cast<double>(water.driven_dm) / 10'000)},
          {"litres_per_m2", litres(report::square_metres(water.area))}};
}

Json excuses_json(std::span<const report::Collected> vehicles) {
  Json list = Json::array();
  for (const report::Collected& vehicle : vehicles) {
    for (const report::Excuse& excuse : vehicle.excuses) {
      list.push_back({{"link", excuse.what.kerb.link},
                      {"kerb", excuse.what.kerb.kerb == core::Kerb::left ? "left" : "right"},
                      {"from_m", excuse.what.from_cm / 100.0},
                      {"to_m", excuse.what.to_cm / 100.0},
                      {"begin", to_iso8601(UtcTime{excuse.what.begin_ms})},
                      {"end", to_iso8601(UtcTime{excuse.what.end_ms})},
                      {"vehicle", vehicle.totals.id},
                      {"who", excuse.who},
                      {"why", to_string(excuse.reason)},
                      {"note", excuse.note}});
    }
  }
  return list;
}

std::string percent(std::optional<double> rate) {
  return rate ? fmt::format("{:7.2f} %", *rate * 100) : "not appl.";
}

/// Which of the targets are met: "75 90", "none", or nothing where there is no rate.
std::string targets_met(std::optional<double> rate) {
  if (!rate) return "not appl.";
  std::string met;
  for (const double target : targets) {
    if (*rate >= target) met += fmt::format("{}{:.0f}", met.empty() ? "" : " ", target * 100);
  }
  return met.empty() ? "none" : met;
}

void print_table(const Report& report, const core::RoadNetwork& roads) {
  std::cout << fmt::format("roads      {} ({} links)\nrecords    {}\npassings   {}\n", roads.name(),
                           roads.link_count(), report.records, report.passings);
  if (report.other_roads > 0) {
    std::cout << fmt::format("not placed {} records of other versions of the roads\n",
                             report.other_roads);
  }
  if (report.untimed > 0) std::cout << fmt::format("untimed    {} records\n", report.untimed);
  std::cout << fmt::format("\n{:<10}{:<28}{:>10}{:>11}{:>11}{:>11}{:>11}{:>10}{:>10}  {}\n",
                           "group", "name", "km", "by length", "by area", "no data", "inferred",
                           "excepted", "passes", "targets met (75, 90, 100 %)");
  for (const Row& row : report.rows) {
    if (row.group == "road") continue;
    std::cout << fmt::format("{:<10}{:<28}{:>10.3f}{:>11}{:>11}{:>11}{:>11}{:>10}{:>10}  {}\n",
                             row.group, row.name, report::km(row.length.whole),
                             percent(row.length.rate()), percent(row.area.rate()),
                             percent(share(row.length.no_data, row.length.whole)),
                             percent(share(row.length.inferred, row.length.covered)),
                             percent(share(row.length.excepted, row.length.whole)),
                             percent(row.pass_rate()), targets_met(row.length.rate()));
  }
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
  std::vector<int> targets = config::Profile().rate_targets;
  if (!args.profile.empty()) {
    const auto profile = config::load_profile(args.profile);
    if (!profile) return fail("audit", profile.error());
    targets = profile->rate_targets;
    asked.classes = profile->rate_classes;
    asked.question.pass_gap_ms = static_cast<std::int64_t>(profile->cleaning.pass_gap_s * 1000);
    asked.question.pass_permille =
        static_cast<std::int32_t>(std::lround(profile->cleaning.pass_share * 1000));
  }
  std::vector<core::Plan> plans;
  for (const std::string& path : args.plans) {
    auto plan = config::load_plan(path);
    if (!plan) return fail("audit", plan.error());
    plans.push_back(std::move(*plan));
  }
  if (!plans.empty() && args.day.empty()) {
    return fail("audit", Error("--plan asks about a day: say which with --day 2026-05-01"));
  }
  asked.plans = plans;
  if (isatty(STDERR_FILENO) != 0) std::cerr << "reading " << args.ledger << " ...\n";
  auto vehicles = report::read_books(args.ledger, roads->version(), days->window, args.threads);
  if (!vehicles) return fail("audit", vehicles.error());
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
  if (args.link >= 0) {
    std::cout << drill_json(ledger, static_cast<core::LinkId>(args.link), report).dump(2) << "\n";
    return 0;
  }
  if (!args.json) {
    print_table(report, *roads);
    return 0;
  }
  Json json{{"roads", fmt::format("{:016x}", roads->version())},
            {"records", report.records},
            {"passings", report.passings},
            {"other_roads", report.other_roads},
            {"untimed", report.untimed}};
  for (const Row& row : report.rows) json["rates"].push_back(row_json(row, targets));
  for (const auto& vehicle : report.vehicles) json["vehicles"].push_back(vehicle_json(vehicle));
  json["water"] = water_json(report.water);
  json["exceptions"] = excuses_json(*vehicles);
  std::cout << json.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
  return 0;
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
      "applicable\" where there is nothing to divide by.");
  command->callback([args, &exit_code] { exit_code = run_audit(*args); });
}

}  // namespace lujing::ctl
