// A month is the sum of its days, to the last digit, whatever is remembered from one to the next.
#include "platform/report/month.h"

#include "platform/ledger/ledger.h"
#include "platform/report/books.h"
#include "protocol/batch.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/report/town.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace lujing::report {
namespace {

using protocol::CoverageRecord;

constexpr std::int64_t first_day = 20'000;
constexpr std::int64_t day_ms = 86'400'000;

class MonthOfTown : public ::testing::Test {
 protected:
  /// At 04:00 and so many milliseconds of the day so many days on.
  protocol::Record record(int on_day, std::int64_t at_ms, protocol::Payload payload) const {
    protocol::Record one;
    one.stamp = {9, on_day * day_ms + at_ms, start_ms + on_day * day_ms + at_ms};
    one.payload = std::move(payload);
    return one;
  }
  /// The first `share` of that kerb.
  protocol::Record swept(int on_day, std::int64_t at_ms, const char* letters, std::uint8_t kerbs,
                         double share = 1) const {
    CoverageRecord one;
    one.roads = town.roads().version();
    one.link = town.edge(letters).link();
    one.kerbs = kerbs;
    one.to_cm = static_cast<std::int32_t>(
        share * static_cast<double>(town.roads().link(one.link).length_cm));
    one.begin_boot_ms = on_day * day_ms + at_ms;
    one.end_boot_ms = one.begin_boot_ms + 30'000;
    return record(on_day, at_ms + 40'000, one);
  }
  protocol::Record had(int on_day, std::uint64_t version, const std::string& sha256) const {
    protocol::DirectiveRecord one;
    one.name = "plan";
    one.outcome = protocol::DirectiveOutcome::applied;
    one.version = version;
    one.sha256 = sha256;
    return record(on_day, 500, one);
  }
  protocol::Record point(int on_day, std::int64_t at_ms, std::int64_t odometer_m) const {
    return record(on_day, at_ms, protocol::TrackPoint{{1, 1}, 0, 0, 0, odometer_m});
  }
  /// A batch each; the platform had them on `received_day`.
  void book(const std::string& id, const std::vector<std::vector<protocol::Record>>& batches,
            int received_day) const {
    auto ledger = ledger::Ledger::open(path());
    ASSERT_TRUE(ledger.ok());
    ASSERT_TRUE((*ledger)->hello(id, "sweeper", id, "test").ok());
    protocol::Hash chain{};
    std::uint64_t seq = 1;
    for (const auto& records : batches) {
      const auto batch = protocol::seal(5, seq, chain, records);
      chain = batch.chain_after;
      seq += records.size();
      ASSERT_TRUE((*ledger)
                      ->take(id, batch, protocol::encode(batch), start_ms + received_day * day_ms)
                      .ok());
    }
    ASSERT_TRUE((*ledger)->commit().ok());
  }
  /// Two vehicles, three days: the second one brings a new plan and no work on the long road, and a
  /// piece of S-2's work goes over midnight.
  void book_three_days() const {
    const std::int64_t midnight = 20 * 3'600'000;
    book("S-1",
         {{point(0, 1, 0), had(0, 1, "aa"), swept(0, 1'000, "AB", 3), point(0, 100'000, 900)},
          {point(1, 1, 950), had(1, 2, "bb"), swept(1, 1'000, "BD", 1, 0.5),
           point(1, 100'000, 1'500)},
          {point(2, 1, 1'500), swept(2, 1'000, "AB", 2), swept(2, 60'000, "AB", 2),
           point(2, 100'000, 3'000)}},
         2);
    book("S-2",
         {{point(0, midnight - 60'000, 0), swept(0, midnight - 15'000, "BC", 1, 0.7),
           point(0, midnight + 60'000, 300)}},
         2);
  }
  core::Plan plan(std::uint64_t version) const {
    core::Plan one;
    one.name = "sweep";
    one.version = version;
    one.utc_offset_min = 480;
    one.tasks.resize(1);
    one.tasks[0].name = "long";
    one.tasks[0].roads.names = {version == 1 ? "Long Road" : "Back Lane"};
    return one;
  }
  std::vector<PlanVersion> plans() const {
    std::vector<PlanVersion> all;
    for (const auto& [version, sha256] : {std::pair(1, "aa"), std::pair(2, "bb")}) {
      Given given;
      given.kind = "plan";
      given.name = "sweep";
      given.version = std::to_string(version);
      given.sha256 = sha256;
      all.push_back({plan(static_cast<std::uint64_t>(version)), given});
    }
    return all;
  }
  MonthAsked asked(int days, const std::vector<PlanVersion>& plans) const {
    MonthAsked one;
    one.ledger_path = path();
    one.first_day = first_day;
    one.days = days;
    one.utc_offset_min = 480;
    one.plans = plans;
    one.threads = 2;
    return one;
  }
  /// As an audit of that day alone makes it.
  Report alone(int on_day, const std::vector<PlanVersion>& plans) const {
    const core::TimeWindow window = core::day_window(first_day + on_day, 480);
    auto vehicles = read_books(path(), town.roads().version(), window, 1, window.to_ms);
    EXPECT_TRUE(vehicles.ok());
    auto of_day = plans_of_day(plans, in_force(*vehicles, window), first_day + on_day);
    EXPECT_TRUE(of_day.ok());
    Asked asked;
    asked.local_day = first_day + on_day;
    asked.question.when = {window};
    asked.plans = *of_day;
    return make_report(town.roads(), ledger_of(*vehicles), *vehicles, asked);
  }
  static const Row& row(const Report& report, const std::string& group, const std::string& name) {
    for (const Row& one : report.rows) {
      if (one.group == group && one.name == name) return one;
    }
    throw std::runtime_error("no row " + group + " " + name);
  }
  std::string path() const { return folder.path("ledger.db"); }

  tests::AsciiRoads town = long_road_and_back_lane();
  tests::TempDir folder;
  std::int64_t start_ms = core::day_window(first_day, 480).from_ms + 4 * 3'600'000;
};

/// What of a row is added up.
std::vector<std::int64_t> figures(const Row& row) {
  return {row.kerbs,          row.kerbs_complete,  row.passes,          row.required,
          row.attained,       row.length.whole,    row.length.covered,  row.length.excepted,
          row.length.no_data, row.length.not_done, row.length.inferred, row.length.repeated,
          row.area.whole,     row.area.covered};
}

TEST_F(MonthOfTown, IsTheSumOfItsDaysEachWithItsOwnPlans) {
  book_three_days();
  const auto versions = plans();
  const auto month = make_month(town.roads(), asked(3, versions));
  ASSERT_TRUE(month.ok());
  ASSERT_EQ(month->days.size(), 3U);
  std::map<std::pair<std::string, std::string>, std::vector<std::int64_t>> sums;
  std::map<std::string, std::int64_t> driven_m;
  for (int on_day = 0; on_day < 3; ++on_day) {
    const Report one = alone(on_day, versions);
    for (const Row& each : one.rows) {
      std::vector<std::int64_t>& sum = sums[{each.group, each.name}];
      const auto more = figures(each);
      sum.resize(more.size());
      for (std::size_t i = 0; i < more.size(); ++i) sum[i] += more[i];
    }
    for (const VehicleTotals& each : one.vehicles) driven_m[each.id] += each.driven_m;
    EXPECT_EQ(figures(month->days[static_cast<std::size_t>(on_day)].all),
              figures(row(one, "all", "all roads")));
  }
  ASSERT_EQ(month->report.rows.size(), sums.size());
  for (const Row& each : month->report.rows) {
    EXPECT_EQ(figures(each), (sums[{each.group, each.name}])) << each.group << " " << each.name;
  }
  for (const VehicleTotals& each : month->report.vehicles) {
    EXPECT_EQ(each.driven_m, driven_m[each.id]) << each.id;
    EXPECT_GT(each.driven_m, 0);
  }
  // By hand: the long road asked on the first day, the lane on the two others.
  const std::int64_t ab = town.roads().link(town.edge("AB").link()).length_cm;
  const std::int64_t bc = town.roads().link(town.edge("BC").link()).length_cm;
  const std::int64_t bd = town.roads().link(town.edge("BD").link()).length_cm;
  const Row& route = row(month->report, "route", "long");
  EXPECT_EQ(route.length.whole, 2 * (ab + bc) + 2 * 2 * bd);
  EXPECT_EQ(row(month->report, "all", "all roads").length.whole, 3 * 2 * (ab + bc + bd));
  const auto seven = static_cast<std::int64_t>(0.7 * static_cast<double>(bc));
  EXPECT_EQ(route.length.covered, 2 * ab + seven / 2 + bd / 2) << "what came before midnight";
  EXPECT_EQ(row(month->report, "all", "all roads").length.covered, 3 * ab + seven + bd / 2)
      << "of each day what was done on it, and over midnight nothing twice";
}

TEST_F(MonthOfTown, AVehicleThatNeverRestsKeepsItsPlan) {
  book_three_days();
  const auto versions = plans();
  const auto month = make_month(town.roads(), asked(3, versions));
  ASSERT_TRUE(month.ok());
  ASSERT_EQ(month->days[2].plans.plans.size(), 1U);
  EXPECT_EQ(month->days[2].plans.plans[0].version, 2U) << "told on the day before";
  EXPECT_TRUE(month->days[2].not_had.empty());
  ASSERT_EQ(month->had.size(), 2U);
  EXPECT_EQ(month->had[0].to_ms, month->had[1].from_ms)
      << "the first one ended when the other came";
  // A week before its first record nobody had a plan: the one that was given is asked, and told so.
  MonthAsked early = asked(3, versions);
  early.first_day -= 2;
  const auto before = make_month(town.roads(), early);
  ASSERT_TRUE(before.ok());
  EXPECT_FALSE(before->days[0].not_had.empty());
  EXPECT_TRUE(before->days[2].not_had.empty());
}

TEST_F(MonthOfTown, DaysWhoseRecordsAreMissingAreNamed) {
  book_three_days();
  auto db = ledger::Database::open(path(), ledger::Database::Mode::read_write);
  ASSERT_TRUE(db.ok());
  ASSERT_TRUE(db->exec("DELETE FROM batch WHERE first_seq = 5").ok());
  const auto month = make_month(town.roads(), asked(3, {}));
  ASSERT_TRUE(month.ok());
  // Between the last point of the first day and the first one of the third.
  EXPECT_EQ(month->days[1].missing, 1U);
  ASSERT_EQ(month->missing.size(), 1U);
  EXPECT_EQ(month->missing[0].terminal, "S-1");
  ASSERT_EQ(month->missing[0].missing.size(), 1U) << "told once, of however many days it may be";
  EXPECT_EQ(month->missing[0].missing[0].first_seq, 5U);
}

TEST_F(MonthOfTown, DaysToComeAreInNoFigure) {
  book_three_days();
  MonthAsked whole = asked(30, {});
  std::vector<std::int64_t> heard;
  const auto month =
      make_month(town.roads(), whole, [&](std::int64_t one) { heard.push_back(one); });
  ASSERT_TRUE(month.ok());
  EXPECT_EQ(month->days.size(), 3U) << "records were received on the third";
  EXPECT_EQ(month->days_to_come, 27);
  EXPECT_FALSE(month->days[1].under_way);
  EXPECT_TRUE(month->days[2].under_way);
  EXPECT_EQ(heard, (std::vector<std::int64_t>{first_day, first_day + 1, first_day + 2}));
  whole.now_ms = start_ms + 60 * day_ms;
  const auto past = make_month(town.roads(), whole);
  ASSERT_TRUE(past.ok());
  EXPECT_EQ(past->days_to_come, 0);
  EXPECT_EQ(row(past->report, "all", "all roads").length.whole,
            10 * row(month->report, "all", "all roads").length.whole)
      << "a day without a record is a day on which nothing was done";
}

TEST_F(MonthOfTown, WhatTheDispatcherExcusesForWeeksIsOneMark) {
  book_three_days();
  Excuse works;
  works.what = {
      {town.edge("BD").link(), core::Kerb::left}, 0, 4'000, start_ms, start_ms + 2 * day_ms};
  works.who = "dispatcher";
  const std::vector<Excuse> excuses = {works};
  MonthAsked with = asked(3, {});
  with.excuses = excuses;
  const auto month = make_month(town.roads(), with);
  ASSERT_TRUE(month.ok());
  ASSERT_EQ(month->marks.size(), 1U);
  EXPECT_EQ(month->marks[0].to_ms, start_ms + 2 * day_ms);
  const Row& all = row(month->report, "all", "all roads");
  EXPECT_GT(all.length.excepted, 0);
  EXPECT_DOUBLE_EQ(*all.length.rate(),
                   static_cast<double>(all.length.covered) /
                       static_cast<double>(all.length.whole - all.length.excepted));
}

}  // namespace
}  // namespace lujing::report
