#include "ctl/audit_cmd.h"

#include "base/command_line.h"
#include "base/time.h"
#include "ctl/audit_month.h"
#include "ctl/audit_output.h"
#include "ctl/audit_rules.h"
#include "ctl/fail.h"
#include "ctl/local_days.h"
#include "ctl/missing_books.h"
#include "ctl/rates_output.h"
#include "platform/report/books.h"
#include "platform/report/exceptions.h"
#include "platform/report/month.h"
#include "platform/report/rates.h"
#include "terminal/config/terminal_config.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <cmath>
#include <fstream>
#include <iostream>
#include <iterator>
#include <limits>

namespace lujing::ctl {
namespace {

using Json = nlohmann::ordered_json;
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
  std::string month;
  bool by_day = false;
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

void print_table(const Report& report, const core::RoadNetwork& roads,
                 const config::Profile& profile) {
  std::cout << fmt::format("roads      {} ({} links)\nrecords    {}\npassings   {}\n", roads.name(),
                           roads.link_count(), report.records, report.passings);
  if (report.other_roads > 0) {
    std::cout << fmt::format("not placed {} records of other versions of the roads\n",
                             report.other_roads);
  }
  if (report.untimed > 0) std::cout << fmt::format("untimed    {} records\n", report.untimed);
  print_rates(report, profile, std::cout);
}

/// A name that is spelt otherwise than the road file spells it chooses nothing, in silence.
std::vector<std::string> roadless(const Report& report) {
  std::vector<std::string> names;
  for (const Row& row : report.rows) {
    if (row.group == "route" && row.length.whole <= 0) names.push_back(row.name);
  }
  return names;
}

void print_roadless(const Report& report) {
  for (const std::string& name : roadless(report)) {
    std::cout << fmt::format(
        "NO ROAD    route \"{}\" chooses no road that a machine can sweep: are its [task.roads] "
        "spelt as in the road file?\n",
        name);
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

/// Of each day what was in force on it: a plan that was changed in the middle of a week asks
/// nothing of the days before.
Result<std::vector<report::PlansOfDay>> plans_by_day(const AuditArgs& args, const AuditRules& rules,
                                                     std::span<const report::Collected> vehicles,
                                                     std::int64_t first_day) {
  std::vector<report::PlansOfDay> days;
  for (std::int64_t day = first_day; day < first_day + args.days; ++day) {
    const core::TimeWindow window =
        args.day.empty() ? core::TimeWindow{} : core::day_window(day, args.utc_offset_min);
    auto plans = report::plans_of_day(rules.plans, report::in_force(vehicles, window), day);
    if (!plans) return plans.error();
    days.push_back({day, std::move(*plans)});
  }
  return days;
}

Json days_json(std::span<const report::PlansOfDay> days) {
  Json json = Json::array();
  for (const report::PlansOfDay& day : days) {
    Json one{{"day", day_text(day.local_day)}, {"plans", Json::array()}};
    for (const core::Plan& plan : day.plans) {
      one["plans"].push_back({{"name", plan.name}, {"version", plan.version}});
    }
    json.push_back(std::move(one));
  }
  return json;
}

void print_days(std::span<const report::PlansOfDay> days) {
  if (days.size() < 2) return;
  for (const report::PlansOfDay& day : days) {
    std::string plans;
    for (const core::Plan& plan : day.plans) {
      plans += fmt::format("{}{} version {}", plans.empty() ? "" : ", ", plan.name, plan.version);
    }
    if (!plans.empty()) std::cout << fmt::format("{} {}\n", day_text(day.local_day), plans);
  }
}

/// What the dispatcher excuses is told like a vehicle's.
void add_dispatcher(const std::vector<report::Excuse>& excuses,
                    std::vector<report::Collected>& vehicles) {
  if (excuses.empty()) return;
  report::Collected dispatcher;
  dispatcher.totals.id = "dispatcher";
  dispatcher.excuses = excuses;
  vehicles.push_back(std::move(dispatcher));
}

/// By which rules: what was given, and what of it the question takes.
Result<void> take_rules(const AuditArgs& args, AuditRules& rules, report::Asked& asked) {
  if (!args.profile.empty()) {
    if (auto read = rules.set_profile(args.profile); !read) return read;
  }
  const config::Profile profile = rules.profile.value_or(config::Profile());
  const core::CleaningConfig& cleaning = profile.cleaning;
  asked.classes = profile.rate_classes;
  asked.weather = {cleaning.heat_c, cleaning.heat_more_passes, cleaning.wind_force,
                   cleaning.wind_more_passes};
  asked.question.pass_gap_ms = static_cast<std::int64_t>(cleaning.pass_gap_s * 1000);
  asked.question.pass_permille = static_cast<std::int32_t>(std::lround(cleaning.pass_share * 1000));
  for (const std::string& path : args.plans) {
    if (auto read = rules.add_plan(path); !read) return read;
  }
  if (!args.plans.empty() && args.day.empty()) {
    return Error("--plan asks about a day: say which with --day 2026-05-01 or --month 2026-05");
  }
  return {};
}

std::vector<ledger::MissingOf> missing_of(std::span<const report::Collected> vehicles) {
  std::vector<ledger::MissingOf> all;
  for (const report::Collected& one : vehicles) all.push_back({one.totals.id, one.missing});
  return all;
}

/// All that is there to be told.
struct Audited {
  const core::RoadNetwork& roads;
  const AuditRules& rules;
  const std::vector<ledger::MissingOf>& missing;
  const std::vector<report::PlansOfDay>& days;
  const Report& report;
  const std::vector<report::Mark>& marks;
  report::ExcusedShare excused;
  config::Profile profile;
  const report::Month* month = nullptr;  ///< days one by one; none: the time is one
};

int ending(const Audited& all) {
  if (!whole_books(all.missing)) return books_not_whole;
  return all.rules.differences.empty() ? 0 : not_as_in_force;
}

void print_all(const Audited& all, int utc_offset_min) {
  all.rules.print(std::cout, utc_offset_min);
  print_days(all.days);
  if (all.month != nullptr) print_month(*all.month, std::cout);
  print_missing(all.missing, utc_offset_min, std::cout);
  print_roadless(all.report);
  print_table(all.report, all.roads, all.profile);
  print_vehicles(all.report, std::cout);
  print_marks(all.marks, all.excused, utc_offset_min, std::cout);
}

void print_json(const Audited& all, int utc_offset_min) {
  Json json{{"roads", fmt::format("{:016x}", all.roads.version())},
            {"rules", all.rules.json(utc_offset_min)},
            {"books", books_json(all.missing)},
            {"no_road", roadless(all.report)},
            {"records", all.report.records},
            {"passings", all.report.passings},
            {"other_roads", all.report.other_roads},
            {"untimed", all.report.untimed}};
  if (all.month != nullptr) {
    json["days"] = month_json(*all.month);
    json["days_to_come"] = all.month->days_to_come;
  } else if (!all.rules.plans.empty()) {
    json["days"] = days_json(all.days);
  }
  for (const Row& row : all.report.rows) {
    json["rates"].push_back(row_json(row, all.profile.rate_targets));
    json["rates"].back()["excepted_over_limit"] = report::excused_too_much(row, all.excused.limit);
  }
  for (const auto& vehicle : all.report.vehicles) json["vehicles"].push_back(vehicle_json(vehicle));
  json["water"] = water_json(all.report.water);
  json["excepted"] = excused_json(all.excused);
  json["exceptions"] = marks_json(all.marks);
  std::cout << json.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
}

/// What an audit is about, read and checked.
struct Case {
  const AuditArgs& args;
  const core::RoadNetwork& roads;
  LocalDays days;
  AuditRules& rules;
  report::Asked asked;
  std::vector<report::Excuse> excuses;
  config::Profile profile;
};

int tell(const Audited& all, const AuditArgs& args) {
  args.json ? print_json(all, args.utc_offset_min) : print_all(all, args.utc_offset_min);
  return ending(all);
}

/// Days one by one, added up.
int audit_by_day(Case& one) {
  const AuditArgs& args = one.args;
  const bool watched = isatty(STDERR_FILENO) != 0;
  const auto each = [&](std::int64_t day) {
    if (!watched) return;
    std::cerr << fmt::format("\r{}  {} of {} days ", day_text(day), day - one.days.first + 1,
                             args.days);
  };
  const report::MonthAsked asked{args.ledger,         one.days.first, args.days,
                                 args.utc_offset_min, one.asked,      one.rules.plans,
                                 one.excuses,         args.threads,   utc_now().ms};
  const auto month = report::make_month(one.roads, asked, each);
  if (watched) std::cerr << "\n";
  if (!month) return fail("audit", month.error());
  if (month->days.empty())
    return fail("audit", Error("--day, --month: none of these days has begun yet"));
  one.rules.compare(month->had, month->report.other_roads, args.utc_offset_min);
  add_differences(*month, one.rules);
  return tell({one.roads,
               one.rules,
               month->missing,
               {},
               month->report,
               month->marks,
               report::excused_share(month->report.rows, one.profile.excepted_share_max),
               one.profile,
               &*month},
              args);
}

/// All of the time as one: what was swept on any of its days is swept.
int audit_at_once(Case& one) {
  const AuditArgs& args = one.args;
  if (isatty(STDERR_FILENO) != 0) std::cerr << "reading " << args.ledger << " ...\n";
  std::int64_t read_to_ms = 0;
  for (const report::PlanVersion& plan : one.rules.plans) {
    read_to_ms = std::max(read_to_ms, report::hours_end(plan.plan, one.days.first + args.days - 1));
  }
  auto vehicles = report::read_books(args.ledger, one.roads.version(), one.days.window,
                                     args.threads, read_to_ms);
  if (!vehicles) return fail("audit", vehicles.error());
  std::uint64_t other_roads = 0;
  for (const report::Collected& vehicle : *vehicles) other_roads += vehicle.other_roads;
  one.rules.compare(report::in_force(*vehicles, one.days.window), other_roads, args.utc_offset_min);
  auto by_day = plans_by_day(args, one.rules, *vehicles, one.days.first);
  if (!by_day) return fail("audit", by_day.error());
  one.asked.plans = by_day->front().plans;
  one.asked.later = std::span(*by_day).subspan(1);
  add_dispatcher(one.excuses, *vehicles);
  const core::CoverageLedger ledger = report::ledger_of(*vehicles);
  const Report report = report::make_report(one.roads, ledger, *vehicles, one.asked);
  const auto marks = report::marks_of(*vehicles, one.days.window);
  const auto missing = missing_of(*vehicles);
  const Audited all{one.roads,
                    one.rules,
                    missing,
                    *by_day,
                    report,
                    marks,
                    report::excused_share(report.rows, one.profile.excepted_share_max),
                    one.profile};
  if (args.link < 0) return tell(all, args);
  return print_link(args, one.roads, ledger, report, one.asked.question) ? ending(all) : 1;
}

int run_audit(AuditArgs args) {
  if (!args.month.empty()) {
    const auto month = month_days(args.month);
    if (!month) return fail("audit", month.error());
    args.day = month->first;
    args.days = month->days;
    args.by_day = true;
  }
  if (args.by_day && args.day.empty()) {
    return fail("audit", Error("--by-day: say from which day on with --day 2026-05-01"));
  }
  if (args.by_day && args.link >= 0) {
    return fail("audit", Error("--link opens one day: name it with --day, without --month and "
                               "--by-day"));
  }
  const auto bytes = read_bytes(args.roads);
  if (!bytes) return fail("audit", bytes.error());
  const auto roads = core::RoadNetwork::open(*bytes);
  if (!roads) return fail("audit", roads.error().in(args.roads));
  const auto days = local_days(args.day, args.days, args.utc_offset_min);
  if (!days) return fail("audit", days.error());
  const auto question = question_of(args, days->window);
  if (!question) return fail("audit", question.error());
  if (args.link >= 0 && args.link >= std::int64_t{roads->link_count()})
    return no_link(args, *roads);
  AuditRules rules;
  Case one{args, *roads, *days, rules, {}, {}, {}};
  one.asked.local_day = days->first;
  one.asked.question = *question;
  rules.set_roads(args.roads, std::string(roads->name()), roads->version(),
                  {reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  if (auto taken = take_rules(args, rules, one.asked); !taken) return fail("audit", taken.error());
  one.profile = rules.profile.value_or(config::Profile());
  if (!args.exceptions.empty()) {
    auto excuses = report::load_exceptions(args.exceptions, *roads);
    if (!excuses) return fail("audit", excuses.error());
    one.excuses = std::move(*excuses);
  }
  return args.by_day ? audit_by_day(one) : audit_at_once(one);
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
  cli::Option* day =
      command->add_option("--day", args->day, "local day as 2026-05-01; none: all there is")
          ->check(cli::not_empty());
  cli::Option* days = command->add_option("--days", args->days, "so many days from --day on")
                          ->check(cli::range(1, 366))
                          ->needs(day);
  command->add_option("--month", args->month, "a month as 2026-05: all of its days, with --by-day")
      ->check(cli::not_empty())
      ->excludes(day)
      ->excludes(days);
  command->add_flag("--by-day", args->by_day,
                    "each of --days asks for every road anew, and the days add up; without it a "
                    "road swept on one of them is swept");
  command->add_option("--utc-offset-min", args->utc_offset_min, "local time of --day")
      ->check(cli::range(-840, 840));
  command->add_option("--works", args->works,
                      "machine (sweeping and washing), or one kind of work");
  command->add_option("--evidence", args->worst, "the poorest that counts as covered")
      ->check(cli::one_of({"measured", "partial", "inferred"}));
  command->add_option("--link", args->link, "print the passings that made this link's figures")
      ->check(cli::range(0, std::numeric_limits<int>::max()));
  command->add_option("--threads", args->threads, "processors to use")->check(cli::range(1, 64));
  command->add_flag("--json", args->json, "the rates as one object");
  command->footer(
      "Example: lujing-ctl audit --ledger ledger.db --roads city.roads --day 2026-05-01 --json\n"
      "Each rate is covered / (whole - excepted), over roads that a machine can sweep; \"not\n"
      "applicable\" where there is nothing to divide by. The head says by which plan, profile and\n"
      "roads, and which ones the vehicles had. It ends with 0; with 1 where nothing could be "
      "made;\n"
      "with 3 where plan, profile or roads are not those that were in force on the vehicles, or "
      "no\n"
      "profile was given: then no city's law was applied; with 4 where records are missing from "
      "the\n"
      "books: what is there is counted, and what is not is named.");
  command->callback([args, &exit_code] { exit_code = run_audit(*args); });
}

}  // namespace lujing::ctl
