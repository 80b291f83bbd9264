// Rates out of the books: what two vehicles told of a drawn town, counted by hand beside it.
#include "platform/ledger/ledger.h"
#include "platform/ledger/sqlite.h"
#include "platform/report/books.h"
#include "platform/report/exceptions.h"
#include "platform/report/in_force.h"
#include "platform/report/marks.h"
#include "platform/report/plan_versions.h"
#include "platform/report/rates.h"
#include "protocol/batch.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/report/town.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

namespace lujing::report {
namespace {

using protocol::CoverageRecord;
using protocol::CoverageState;
using protocol::Work;

constexpr std::int64_t day = 20'000;

class Town : public ::testing::Test {
 protected:
  core::LinkId link(const char* letters) { return town.edge(letters).link(); }
  std::int32_t length(const char* letters) {
    return static_cast<std::int32_t>(town.roads().link(link(letters)).length_cm);
  }
  protocol::Record record(std::int64_t boot_ms, protocol::Payload payload, bool timed = true) {
    protocol::Record record;
    record.stamp.boot_id = 9;
    record.stamp.boot_ms = boot_ms;
    if (timed) record.stamp.utc_ms = start_ms + boot_ms;
    record.payload = std::move(payload);
    return record;
  }
  CoverageRecord covered(const char* letters, std::uint8_t kerbs, std::int32_t from,
                         std::int32_t to, std::int64_t begin_ms) {
    CoverageRecord c;
    c.roads = town.roads().version();
    c.link = link(letters);
    c.kerbs = kerbs;
    c.from_cm = from;
    c.to_cm = to;
    c.begin_boot_ms = begin_ms;
    c.end_boot_ms = begin_ms + 30'000;
    return c;
  }
  void book(const std::string& id, const std::vector<protocol::Record>& records) {
    auto ledger = ledger::Ledger::open(path());
    ASSERT_TRUE(ledger.ok());
    ASSERT_TRUE((*ledger)->hello(id, "sweeper", id, "test").ok());
    const auto batch = protocol::seal(5, 1, {}, records);
    ASSERT_TRUE((*ledger)->take(id, batch, protocol::encode(batch), start_ms).ok());
    ASSERT_TRUE((*ledger)->commit().ok());
  }
  /// Five batches of two records each, a minute apart.
  void book_five() {
    auto ledger = ledger::Ledger::open(path());
    ASSERT_TRUE(ledger.ok());
    ASSERT_TRUE((*ledger)->hello("S-1", "sweeper", "S-1", "test").ok());
    protocol::Hash chain{};
    for (std::int64_t i = 0; i < 5; ++i) {
      const std::vector<protocol::Record> records = {
          record(i * 60'000, protocol::TrackPoint{{1, 1}, 0, 0, 0, i}),
          record(i * 60'000 + 1'000, covered("AB", 3, 0, 100, i * 60'000))};
      const auto batch = protocol::seal(5, static_cast<std::uint64_t>(2 * i + 1), chain, records);
      chain = batch.chain_after;
      ASSERT_TRUE((*ledger)->take("S-1", batch, protocol::encode(batch), start_ms).ok());
    }
    ASSERT_TRUE((*ledger)->commit().ok());
  }
  std::vector<ledger::Missing> read(core::TimeWindow window) {
    auto all = read_books(path(), town.roads().version(), window, 1);
    EXPECT_TRUE(all.ok());
    return all ? all->at(0).missing : std::vector<ledger::Missing>();
  }
  void run(const char* sql) {
    auto db = ledger::Database::open(path(), ledger::Database::Mode::read_write);
    ASSERT_TRUE(db.ok());
    ASSERT_TRUE(db->exec(sql).ok());
  }
  std::string path() { return folder.path("ledger.db"); }
  Report report(const Asked& asked, unsigned threads = 2) {
    auto read = read_books(path(), town.roads().version(), {}, threads);
    EXPECT_TRUE(read.ok());
    vehicles = std::move(*read);
    return make_report(town.roads(), ledger_of(vehicles), vehicles, asked);
  }
  static const Row& row(const Report& report, const std::string& group, const std::string& name) {
    for (const Row& row : report.rows) {
      if (row.group == group && row.name == name) return row;
    }
    throw std::runtime_error("no row " + group + " " + name);
  }

  tests::AsciiRoads town = long_road_and_back_lane();
  tests::TempDir folder;
  std::int64_t start_ms = core::day_window(day, 480).from_ms + 4 * 3'600'000;
  std::vector<Collected> vehicles;
};

TEST_F(Town, RatesAreCoveredOverWhatCouldBeCleaned) {
  const std::int32_t ab = length("AB");
  std::vector<protocol::Record> first = {
      record(1'000, covered("AB", 2, 0, ab, 500), false),  // waits for a clock
      record(2'000, protocol::TrackPoint{{1, 1}, 0, 0, 0, 0}),
      record(60'000, covered("AB", 1, 0, ab / 2, 40'000)),
      record(90'000, protocol::TrackPoint{{1, 1}, 0, 0, 0, 1'000}),
  };
  CoverageRecord silent = covered("AB", 1, ab / 2, ab, 50'000);
  silent.state = CoverageState::no_data;
  silent.reason = protocol::WorkReason::signal_stale;
  first.push_back(record(91'000, silent));
  CoverageRecord elsewhere = covered("BC", 3, 0, 100, 50'000);
  elsewhere.roads = 1;
  first.push_back(record(92'000, elsewhere));
  protocol::WorkRecord work;
  work.begin_boot_ms = 30'000;
  work.driven_dm = 4'000;
  first.push_back(record(90'000, work));
  book("S-1", first);
  // The same kerb again, an hour later, by another vehicle: a second pass, no more coverage.
  book("S-2", {record(3'600'000, covered("AB", 2, 0, ab, 3'600'000))});

  Asked asked;
  const Report one = report(asked);
  const Row& all = row(one, "all", "all roads");
  const std::int64_t whole = std::int64_t{ab} * 2 + length("BC") * 2 + length("BD") * 2;
  EXPECT_EQ(all.length.whole, whole);
  EXPECT_EQ(all.length.covered, ab + ab / 2);
  EXPECT_EQ(all.length.no_data, ab - ab / 2);
  EXPECT_EQ(all.length.repeated, ab);
  EXPECT_EQ(all.length.covered + all.length.no_data + all.length.not_done, whole);
  EXPECT_DOUBLE_EQ(*all.length.rate(),
                   static_cast<double>(ab + ab / 2) / static_cast<double>(whole));
  EXPECT_EQ(row(one, "class", "lane").length.covered, 0);
  EXPECT_EQ(*row(one, "class", "lane").length.rate(), 0.0) << "nothing done is 0, not no answer";
  EXPECT_EQ(row(one, "road", "Long Road").passes, 2);
  EXPECT_EQ(one.other_roads, 2U - 1U);
  EXPECT_EQ(one.untimed, 0U);
  EXPECT_EQ(one.vehicles.at(0).driven_m, 1'000);
  EXPECT_EQ(one.vehicles.at(0).effective_dm, 4'000);

  const Report again = report(asked, 1);
  EXPECT_EQ(row(again, "all", "all roads").length.covered, all.length.covered)
      << "whatever the number of threads";
}

TEST_F(Town, AnEmptyDenominatorIsNotApplicable) {
  book("S-1", {record(1, protocol::BootRecord{})});
  const std::string file = folder.path("exceptions.toml");
  std::ofstream(file) << "[[exception]]\nway = 2\nfrom = \"2020-01-01T00:00:00Z\"\n"
                         "to = \"2030-01-01T00:00:00Z\"\nwho = \"Li\"\nreason = \"road_works\"\n";
  auto excuses = load_exceptions(file, town.roads());
  ASSERT_TRUE(excuses.ok()) << excuses.error().what();
  ASSERT_EQ(excuses->size(), 2U);
  EXPECT_EQ(excuses->front().who, "Li");
  report({});
  vehicles[0].excuses = *excuses;
  const Report excused = make_report(town.roads(), ledger_of(vehicles), vehicles, {});
  EXPECT_FALSE(row(excused, "road", "Back Lane").length.rate()) << "all of it is excused";
  EXPECT_TRUE(row(excused, "road", "Long Road").length.rate());
  EXPECT_EQ(row(excused, "road", "Back Lane").length.excepted, length("BD") * 2);
  std::ofstream(file) << "[[exception]]\nway = 99\nfrom = \"2020\"\n";
  EXPECT_FALSE(load_exceptions(file, town.roads()).ok());
}

TEST_F(Town, PlansAreAttainedInTheirHoursOnly) {
  const std::int32_t ab = length("AB");
  book("S-1", {record(1'000, covered("AB", 3, 0, ab, 500)),
               record(7'300'000, covered("AB", 3, 0, ab, 7'200'000))});
  core::Plan plan;
  plan.company = "North";
  plan.tasks.resize(1);
  plan.tasks[0].name = "early";
  plan.tasks[0].passes = 2;
  plan.tasks[0].deadline_min = 330;  // 05:30
  plan.tasks[0].roads.names = {"Long Road"};
  Asked asked;
  asked.plans = {&plan, 1};
  asked.local_day = day;
  const Report whole_day = report(asked);
  EXPECT_EQ(row(whole_day, "route", "early").required, 8);
  EXPECT_EQ(row(whole_day, "route", "early").attained, 4) << "two passes of two kerbs of four";
  EXPECT_EQ(row(whole_day, "company", "North").length.covered, ab * 2);
  EXPECT_EQ(row(whole_day, "deadline", "early").attained, 2) << "the first pass only was in time";
  plan.tasks[0].windows = {{240, 300}};  // 04:00 to 05:00
  EXPECT_EQ(row(report(asked), "route", "early").attained, 2);
  plan.tasks[0].windows = {{0, 60}};
  EXPECT_EQ(row(report(asked), "route", "early").attained, 0);
}

TEST_F(Town, ACompanyHasTheLengthAndAreaOfItsRoadsOnceHoweverManyPlansItHas) {
  const std::int32_t ab = length("AB");
  book("S-1", {record(1'000, covered("AB", 3, 0, ab, 500))});
  std::vector<core::Plan> plans(3);
  for (core::Plan& plan : plans) {
    plan.company = "North";
    plan.tasks.resize(1);
    plan.tasks[0].roads.names = {"Long Road"};
  }
  plans[2].company = "South";
  plans[2].tasks[0].roads.names = {"a road that is not there"};
  Asked asked;
  asked.plans = plans;
  const Report twice = report(asked);
  asked.plans = std::span(plans).first(1);
  const Report once = report(asked);
  const Row& north = row(twice, "company", "North");
  EXPECT_EQ(north.length.whole, row(once, "company", "North").length.whole);
  EXPECT_EQ(north.area.whole, row(once, "company", "North").area.whole);
  EXPECT_EQ(north.area.covered, row(once, "company", "North").area.covered);
  EXPECT_GT(north.area.covered, 0);
  EXPECT_EQ(north.length.covered, ab * 2);
  EXPECT_EQ(std::count_if(twice.rows.begin(), twice.rows.end(),
                          [](const Row& one) { return one.name == "South"; }),
            0)
      << "a company without a road that can be swept has no rate";
}

TEST_F(Town, TheOrderOfStepsIsARateOfItsOwn) {
  const std::int32_t bd = length("BD");
  CoverageRecord wash = covered("BD", 3, 0, bd, 4'000'000);
  wash.work = Work::flushing;
  book("S-1", {record(1'000, covered("BD", 3, 0, bd, 500)), record(4'031'000, wash)});
  core::Plan plan;
  plan.tasks.resize(1);
  plan.tasks[0].name = "steps";
  plan.tasks[0].roads.names = {"Back Lane"};
  plan.tasks[0].steps = {Work::sweeping, Work::flushing};
  Asked asked;
  asked.plans = {&plan, 1};
  asked.local_day = day;
  EXPECT_EQ(*row(report(asked), "order", "steps").pass_rate(), 1.0);
  plan.tasks[0].steps_within_min = 60;  // it took 67
  EXPECT_EQ(*row(report(asked), "order", "steps").pass_rate(), 0.0);
  plan.tasks[0].steps_within_min = 120;
  plan.tasks[0].steps = {Work::flushing, Work::sweeping};
  EXPECT_EQ(*row(report(asked), "order", "steps").pass_rate(), 0.0);
}

TEST_F(Town, AProfileSaysWhichClassesCount) {
  book("S-1", {record(1'000, covered("BD", 3, 0, length("BD"), 500))});
  Asked asked;
  asked.classes = 1U << static_cast<unsigned>(core::RoadClass::lane);
  const Report lanes = report(asked);
  EXPECT_EQ(row(lanes, "all", "all roads").length.whole, length("BD") * 2);
  EXPECT_EQ(*row(lanes, "all", "all roads").length.rate(), 1.0);
}

core::Plan one_task(const std::string& name, std::int64_t version, const std::string& task) {
  core::Plan plan;
  plan.name = name;
  plan.version = version;
  plan.tasks.resize(1);
  plan.tasks[0].name = task;
  plan.tasks[0].roads.names = {"Long Road"};
  return plan;
}
Given given_plan(const core::Plan& plan, const std::string& sha256) {
  return {"plan", plan.name + ".toml", plan.name, std::to_string(plan.version), sha256, {}};
}

TEST_F(Town, SeveralDaysHaveEachItsOwnPlan) {
  // Version 3 on the first day, version 4 from the second night on; both days the first road.
  constexpr std::int64_t day_ms = 86'400'000;
  const std::int32_t ab = length("AB");
  protocol::DirectiveRecord old_one{"plan", 3, protocol::DirectiveOutcome::applied, "aa", {}};
  protocol::DirectiveRecord new_one{"plan", 4, protocol::DirectiveOutcome::applied, "bb", {}};
  book("S-1", {record(100, protocol::BootRecord{"x", "city@1"}, false), record(200, old_one),
               record(1'000, covered("AB", 3, 0, ab, 500)), record(day_ms - 7'200'000, new_one),
               record(day_ms + 1'000, covered("AB", 3, 0, ab, day_ms + 500))});
  report({});
  core::Plan older = one_task("p", 1, "first");
  core::Plan newer = one_task("p", 2, "second");
  newer.tasks[0].roads.names = {"Back Lane"};
  const std::vector<PlanVersion> both = {{older, given_plan(older, "aa")},
                                         {newer, given_plan(newer, "bb")}};
  std::vector<PlansOfDay> days;
  for (std::int64_t at = day; at < day + 2; ++at) {
    auto plans = plans_of_day(both, in_force(vehicles, core::day_window(at, 480)), at);
    ASSERT_TRUE(plans.ok());
    days.push_back({at, std::move(*plans)});
  }
  ASSERT_EQ(days[1].plans.size(), 1U) << "of the older one nothing is in force any more";
  EXPECT_EQ(days[1].plans[0].tasks[0].name, "second");
  Asked asked;
  asked.local_day = day;
  asked.plans = days[0].plans;
  asked.later = std::span(days).subspan(1);
  const Report two = report(asked);
  EXPECT_EQ(row(two, "route", "second").length.covered, 0) << "nobody swept the lane";
  // The same task on both days: its kerbs are asked for twice, and were swept twice.
  days[1].plans[0] = days[0].plans[0];
  const Report same = report(asked);
  EXPECT_EQ(row(same, "route", "first").length.whole, (ab + length("BC")) * 4);
  EXPECT_EQ(row(same, "route", "first").length.covered, ab * 4);
  EXPECT_EQ(row(same, "route", "first").attained, 4) << "two kerbs on two days";
}

TEST_F(Town, TheNewerVersionOfAPlanTakesTheOldersPlaceAndWhatWasDoneStays) {
  const std::int32_t ab = length("AB");
  protocol::DirectiveRecord old_one{"plan", 3, protocol::DirectiveOutcome::applied, "aa", {}};
  protocol::DirectiveRecord new_one{"plan", 4, protocol::DirectiveOutcome::applied, "bb", {}};
  book("S-1", {record(100, protocol::BootRecord{"x", "city@1"}, false), record(200, old_one),
               record(1'000, covered("AB", 3, 0, ab, 500)), record(3'600'000, new_one)});
  report({});
  const auto had = in_force(vehicles, core::day_window(day, 480));
  ASSERT_EQ(had.size(), 3U);
  EXPECT_EQ(had[0].version, 3U);
  EXPECT_EQ(had[0].to_ms, start_ms + 3'600'000);
  EXPECT_EQ(had[1].sha256, "bb");
  EXPECT_EQ(had[2].rule_set, "city@1");

  const core::Plan older = one_task("p", 1, "sweep");
  const core::Plan newer = one_task("p", 2, "sweep");
  const std::vector<PlanVersion> both = {{older, given_plan(older, "aa")},
                                         {newer, given_plan(newer, "bb")}};
  const auto plans = plans_of_day(both, had, day);
  ASSERT_TRUE(plans.ok());
  ASSERT_EQ(plans->size(), 1U);
  EXPECT_EQ(plans->front().version, 2);
  Asked asked;
  asked.plans = *plans;
  asked.local_day = day;
  const Report counted = report(asked);
  EXPECT_EQ(row(counted, "route", "sweep").length.whole, (ab + length("BC")) * 2) << "once";
  EXPECT_EQ(row(counted, "route", "sweep").length.covered, ab * 2) << "before the newer one came";

  // A task of the older one whose hours were over when the newer came stays; another goes.
  std::vector<PlanVersion> split = both;
  split[0].plan.tasks[0].name = "early";
  split[0].plan.tasks[0].windows = {{0, 240}};
  split[0].plan.tasks.push_back(split[0].plan.tasks[0]);
  split[0].plan.tasks[1].name = "late";
  split[0].plan.tasks[1].windows = {{1200, 1300}};
  const auto kept = plans_of_day(split, had, day);
  ASSERT_TRUE(kept.ok());
  ASSERT_EQ(kept->size(), 2U);
  ASSERT_EQ(kept->at(1).tasks.size(), 1U);
  EXPECT_EQ(kept->at(1).tasks[0].name, "early");

  split[1].plan.version = 1;
  const auto twice = plans_of_day(split, had, day);
  ASSERT_FALSE(twice.ok());
  EXPECT_NE(twice.error().what().find("both call themselves version 1"), std::string::npos);
}

TEST_F(Town, WhatWasGivenIsHeldAgainstWhatTheVehiclesHad) {
  const auto had = [](std::uint64_t version, const std::string& sha256, std::int64_t from,
                      std::vector<std::string> ids) {
    InForce one;
    one.kind = "plan";
    one.version = version;
    one.sha256 = sha256;
    one.from_ms = from;
    one.vehicles = std::move(ids);
    return one;
  };
  const std::vector<InForce> all = {had(3, "aa", 0, {"S-1"}), had(4, "bb", 1, {"S-1"}),
                                    had(5, "cc", 0, {"S-2"})};
  const core::Plan plan = one_task("p", 1, "t");
  const std::vector<Given> both = {given_plan(plan, "aa"), given_plan(plan, "bb")};
  EXPECT_TRUE(differences(both, all, 480).empty()) << "another vehicle's plan is another matter";
  const auto half = differences(std::span(both).first(1), all, 480);
  ASSERT_EQ(half.size(), 1U);
  EXPECT_NE(half[0].find("version 4"), std::string::npos) << half[0];
  const std::vector<Given> wrong = {given_plan(plan, "ff")};
  EXPECT_EQ(differences(wrong, all, 480).size(), 4U) << "it was nowhere, and these were";
  EXPECT_TRUE(differences({}, all, 480).empty()) << "nothing was given";
  Given profile{"rule_set", "p.toml", "city", "1", "dd", "city@1"};
  InForce own;
  own.kind = "rule_set";
  own.rule_set = "city@1";
  EXPECT_TRUE(differences({&profile, 1}, {&own, 1}, 480).empty());
  own.rule_set = "city@2";
  EXPECT_EQ(differences({&profile, 1}, {&own, 1}, 480).size(), 2U);
}

TEST_F(Town, RecordsOfOneTapAreOneMark) {
  const auto excepted = [&](std::int32_t from, std::int32_t to, std::int64_t begin_ms) {
    protocol::ExceptionRecord one;
    one.roads = town.roads().version();
    one.link = link("AB");
    one.kerbs = 2;
    one.from_cm = from;
    one.to_cm = to;
    one.begin_boot_ms = begin_ms;
    one.end_boot_ms = begin_ms + 20'000;
    one.marked_boot_ms = 5'000;
    one.reason = protocol::ExceptionReason::parked_vehicles;
    one.who = "driver";
    return one;
  };
  auto last = excepted(3'000, 5'000, 30'000);
  last.ended = protocol::MarkEnd::length;
  book("S-1", {record(100'000, excepted(1'000, 3'000, 10'000)), record(150'000, last)});
  const Report told = report({});
  const auto marks = marks_of(vehicles, {});
  ASSERT_EQ(marks.size(), 1U);
  EXPECT_EQ(marks[0].length_cm, 4'000);
  EXPECT_EQ(marks[0].from_ms, start_ms + 5'000);
  EXPECT_EQ(marks[0].to_ms, start_ms + 50'000) << "not when the record was written";
  EXPECT_EQ(marks[0].ended, protocol::MarkEnd::length);
  EXPECT_TRUE(marks[0].by_driver);
  EXPECT_EQ(excused_share(told.rows, 0.05).excepted, 4'000);
  EXPECT_FALSE(excused_share(told.rows, 0.05).over());
  EXPECT_TRUE(excused_share(told.rows, 0.0001).over());
}

TEST_F(Town, HoursOfANightAreOfTheDayOnWhichTheyBeginToTheirEndAndTheirDeadline) {
  const std::int32_t ab = length("AB");
  const std::int64_t hour = 3'600'000;                               // the vehicle starts at 04:00
  book("S-1", {record(1'000, covered("AB", 1, 0, ab, 19 * hour)),    // 23:00
               record(2'000, covered("AB", 2, 0, ab, 27 * hour))});  // 07:00 on the next day
  core::Plan plan;
  plan.tasks.resize(1);
  plan.tasks[0].name = "night";
  plan.tasks[0].windows = {{22 * 60, 8 * 60}};
  plan.tasks[0].deadline_min = 390;  // 06:30
  plan.tasks[0].roads.names = {"Long Road"};
  Asked asked;
  asked.plans = {&plan, 1};
  asked.local_day = day;
  EXPECT_EQ(row(report(asked), "route", "night").attained, 2);
  EXPECT_EQ(row(report(asked), "deadline", "night").attained, 1);
  EXPECT_EQ(hours_end(plan, day), core::day_window(day + 1, 480).from_ms + 8 * hour);
}

TEST_F(Town, HeatAsksForMorePassesAsItDoesOnTheVehicle) {
  const std::int32_t ab = length("AB");
  book("S-1", {record(1'000, covered("AB", 3, 0, ab, 500))});
  core::Plan plan;
  plan.tasks.resize(1);
  plan.tasks[0].name = "water";
  plan.tasks[0].works = core::mask_of(Work::sweeping) | core::mask_of(Work::sprinkling);
  plan.tasks[0].roads.names = {"Long Road"};
  Asked asked;
  asked.plans = {&plan, 1};
  asked.local_day = day;
  asked.weather.heat_more = 1;
  EXPECT_EQ(row(report(asked), "route", "water").required, 4) << "nobody knows how warm it was";
  plan.weather.temperature_c = 36;
  EXPECT_EQ(row(report(asked), "route", "water").required, 8);
  EXPECT_EQ(row(report(asked), "route", "water").attained, 2);
  plan.tasks[0].heat_c = 37;
  plan.tasks[0].heat_passes = 3;
  EXPECT_EQ(row(report(asked), "route", "water").required, 4) << "the plan's own number goes first";
}

TEST_F(Town, ARouteWithoutARoadIsThereAndNotApplicable) {
  book("S-1", {record(1, protocol::BootRecord{})});
  core::Plan plan;
  plan.tasks.resize(1);
  plan.tasks[0].name = "misspelt";
  plan.tasks[0].roads.names = {"Lng Road"};
  Asked asked;
  asked.plans = {&plan, 1};
  const Report told = report(asked);
  EXPECT_FALSE(row(told, "route", "misspelt").length.rate());
  EXPECT_EQ(row(told, "route", "misspelt").kerbs, 0);
}

TEST_F(Town, RecordsInThePlaceOfOthersAreRefused) {
  book_five();
  EXPECT_TRUE(read({}).empty());
  run("UPDATE batch SET packed = (SELECT packed FROM batch WHERE first_seq = 3) WHERE first_seq = "
      "7");
  EXPECT_FALSE(read_books(path(), town.roads().version(), {}, 1))
      << "another's records in its place";
  run("DELETE FROM batch WHERE first_seq >= 7");
  run("UPDATE stream SET durable_seq = 6");
  EXPECT_FALSE(read_books(path(), town.roads().version(), {}, 1)) << "the books end elsewhere";
}

TEST_F(Town, RecordsThatAreNotInTheBooksAreNamedWithTheirTime) {
  book_five();
  run("DELETE FROM batch WHERE first_seq = 5");
  ASSERT_EQ(read({}).size(), 1U);
  EXPECT_EQ(read({})[0].first_seq, 5U);
  EXPECT_EQ(read({})[0].last_seq, 6U);
  EXPECT_FALSE(read({})[0].noticed);
  EXPECT_EQ(read({})[0].between.from_ms, start_ms + 60'000);
  EXPECT_EQ(read({})[0].between.to_ms, start_ms + 180'000);
  EXPECT_TRUE(read({start_ms + 200'000, start_ms + 300'000}).empty()) << "of another hour";
  run("INSERT INTO gap(stream, first_seq, last_seq, noticed_utc_ms) VALUES(1, 5, 6, 0)");
  ASSERT_EQ(read({}).size(), 1U);
  EXPECT_TRUE(read({})[0].noticed);
  run("DELETE FROM batch WHERE first_seq = 9");
  ASSERT_EQ(read({}).size(), 2U) << "the last ones are missed by what the books say they hold";
  EXPECT_EQ(read({})[1].first_seq, 9U);
  EXPECT_EQ(read({})[1].last_seq, 10U);
}

}  // namespace
}  // namespace lujing::report
