// The rules of cleaning: for each a case that raises it and near misses that do not.
#include "terminal/core/alarm/rules.h"

#include "terminal/core/recall/recall.h"
#include "terminal/core/work/cleaning.h"
#include "tests/support/ascii_roads.h"

#include <gtest/gtest.h>

#include <functional>

namespace lujing::core {
namespace {

using protocol::Work;

/// Everything is known, and nothing is wrong: sweeping at 6 km/h at 05:00 on a Tuesday in spring.
Facts in_order() {
  Facts facts;
  facts.hoist = protocol::Hoist::flat;
  facts.speed_mps = 6 / 3.6;
  facts.moving = true;
  CleaningFacts& now = facts.cleaning;
  now.on = now.effective = mask_of(Work::sweeping);
  now.tells_work = true;
  now.minute = 5 * 60;
  now.weekday = 1;
  now.aux_rpm = 1800;
  now.ambient_c = 20;
  now.wind_force = 2;
  now.road = RoadClass::arterial;
  now.elevated = Truth::no;
  now.in_area = now.due = Truth::yes;
  now.asked = mask_of(Work::sweeping);
  now.at_station = now.left_without_lift = now.point_missed = Truth::no;
  now.fuel_drop_l = 0.5;
  return facts;
}

CoreConfig city() {
  CoreConfig config;
  CleaningConfig& c = config.cleaning;
  for (AlarmConfig& rule : c.rules) rule.enabled = true;
  c.patrol_windows = {{0x7f, 9 * 60, 16 * 60}};
  c.deny_windows = {{0x7f, 7 * 60, 10 * 60}, {1 << 4, 16 * 60, 21 * 60}};
  c.elevated_windows = {{0x7f, 12 * 60, 14 * 60}};
  c.daytime_windows = {{0x7f, 390, 22 * 60}};
  return config;
}

Truth ask(const std::string& id, const std::function<void(Facts&)>& change) {
  const CoreConfig config = city();
  Facts facts = in_order();
  change(facts);
  for (const Rule& rule : rules()) {
    if (id != rule.id) continue;
    EXPECT_TRUE(rule.parameters(config).enabled);
    EXPECT_NO_THROW(rule.detail(facts));
    return rule.condition(facts, config);
  }
  ADD_FAILURE() << id << " is not in the table";
  return Truth::unknown;
}

void kmh(Facts& facts, double speed) {
  facts.speed_mps = speed / 3.6;
}
void works(Facts& facts, Work work) {
  facts.cleaning.on = facts.cleaning.effective = mask_of(work);
}

TEST(CleaningRules, AreSilentWhileAllIsInOrder) {
  for (const Rule& rule : rules()) {
    const std::string kind = std::string(rule.id).substr(0, 3);
    if (kind == "MT-" || kind == "AC-") continue;  // hauling and trust are judged elsewhere
    EXPECT_EQ(ask(rule.id, [](Facts&) {}), Truth::no) << rule.id;
  }
}

TEST(CleaningRules, Sw01) {
  EXPECT_EQ(ask("SW-01", [](Facts& f) { kmh(f, 8.1); }), Truth::yes);
  EXPECT_EQ(ask("SW-01", [](Facts& f) { kmh(f, 7.9); }), Truth::no);
  EXPECT_EQ(ask("SW-01", [](Facts& f) { kmh(f, 12), f.cleaning.effective = 0; }), Truth::no)
      << "brush up: driving";
  EXPECT_EQ(ask("SW-01", [](Facts& f) { kmh(f, 12), f.cleaning.minute = 600; }), Truth::no)
      << "patrol hours";
  EXPECT_EQ(ask("SW-01", [](Facts& f) { f.speed_mps.reset(); }), Truth::unknown);
}

TEST(CleaningRules, Sw02) {
  const auto patrol = [](double speed) {
    return ask("SW-02", [=](Facts& f) { kmh(f, speed), f.cleaning.minute = 600; });
  };
  EXPECT_EQ(patrol(15.5), Truth::yes);
  EXPECT_EQ(patrol(14.5), Truth::no);
  EXPECT_EQ(ask("SW-02", [](Facts& f) { kmh(f, 20); }), Truth::no) << "not in patrol hours";
}

TEST(CleaningRules, Sw03) {
  const auto idle = [](Facts& f) {
    f.cleaning.on = f.cleaning.effective = 0;
    f.cleaning.asked = mask_of(Work::sweeping);
  };
  EXPECT_EQ(ask("SW-03", idle), Truth::yes);
  EXPECT_EQ(ask("SW-03", [&](Facts& f) { idle(f), f.cleaning.on = 1; }), Truth::yes)
      << "brush on, mouth up";
  EXPECT_EQ(ask("SW-03", [&](Facts& f) { idle(f), kmh(f, 30); }), Truth::no) << "on its way";
  EXPECT_EQ(ask("SW-03", [&](Facts& f) { idle(f), kmh(f, 0.5); }), Truth::no) << "it stands";
  EXPECT_EQ(ask("SW-03", [&](Facts& f) { idle(f), f.cleaning.due = Truth::no; }), Truth::no);
  EXPECT_EQ(ask("SW-03", [&](Facts& f) { idle(f), f.cleaning.perhaps = 1; }), Truth::unknown)
      << "a silent signal is no fake";
  EXPECT_EQ(ask("SW-03", [&](Facts& f) { idle(f), f.cleaning.max_kmh = 5; }), Truth::no)
      << "the plan's band";
  const auto valves_shut = [](Facts& f) {
    f.cleaning.asked = f.cleaning.on = mask_of(Work::sprinkling);
    f.cleaning.effective = 0;
  };
  EXPECT_EQ(ask("SW-03", valves_shut), Truth::yes) << "water is asked for, and none comes";
  EXPECT_EQ(
      ask("SW-03", [&](Facts& f) { valves_shut(f), f.cleaning.effective = f.cleaning.asked; }),
      Truth::no);
}

TEST(CleaningRules, Sw04) {
  const auto rpm = [](std::optional<double> value, Work work = Work::sweeping) {
    return ask("SW-04", [=](Facts& f) { works(f, work), f.cleaning.aux_rpm = value; });
  };
  EXPECT_EQ(rpm(1599), Truth::yes);
  EXPECT_EQ(rpm(1601), Truth::no);
  EXPECT_EQ(rpm(2001), Truth::yes);
  EXPECT_EQ(rpm(1800, Work::sprinkling), Truth::yes);
  EXPECT_EQ(rpm(1600, Work::sprinkling), Truth::no);
  EXPECT_EQ(rpm(std::nullopt), Truth::unknown);
  EXPECT_EQ(rpm(900, Work::collecting), Truth::no);
}

TEST(CleaningRules, Sp01) {
  EXPECT_EQ(ask("SP-01", [](Facts& f) { works(f, Work::sprinkling), kmh(f, 15.2); }), Truth::yes);
  EXPECT_EQ(ask("SP-01", [](Facts& f) { works(f, Work::sprinkling), kmh(f, 14.8); }), Truth::no);
  EXPECT_EQ(ask("SP-01", [](Facts& f) { works(f, Work::misting), kmh(f, 20); }), Truth::no);
}

TEST(CleaningRules, Sp02) {
  const auto at = [](int minute, int weekday = 1, Truth elevated = Truth::no) {
    return ask("SP-02", [=](Facts& f) {
      f.cleaning.minute = minute;
      f.cleaning.weekday = weekday;
      f.cleaning.elevated = elevated;
    });
  };
  EXPECT_EQ(at(7 * 60), Truth::yes);
  EXPECT_EQ(at(7 * 60 - 1), Truth::no);
  EXPECT_EQ(at(10 * 60), Truth::no) << "the window has ended";
  EXPECT_EQ(at(17 * 60, 4), Truth::yes) << "Friday";
  EXPECT_EQ(at(17 * 60, 3), Truth::no) << "Thursday";
  EXPECT_EQ(at(13 * 60, 1, Truth::yes), Truth::yes) << "on a bridge";
  EXPECT_EQ(at(13 * 60), Truth::no);
  EXPECT_EQ(ask("SP-02", [](Facts& f) { f.cleaning.on = 0, f.cleaning.minute = 480; }), Truth::no);
  EXPECT_EQ(ask("SP-02", [](Facts& f) { f.cleaning.minute.reset(); }), Truth::unknown);
}

TEST(CleaningRules, Sp03) {
  const auto cold = [](std::optional<double> value, Work work) {
    return ask("SP-03", [=](Facts& f) { works(f, work), f.cleaning.ambient_c = value; });
  };
  EXPECT_EQ(cold(3.9, Work::flushing), Truth::yes);
  EXPECT_EQ(cold(3.9, Work::washing_sweeping), Truth::yes);
  EXPECT_EQ(cold(4.0, Work::flushing), Truth::no);
  EXPECT_EQ(cold(-5, Work::sweeping), Truth::no) << "dry";
  EXPECT_EQ(cold(std::nullopt, Work::flushing), Truth::unknown);
}

TEST(CleaningRules, Sp05AndSp06) {
  EXPECT_EQ(ask("SP-05", [](Facts& f) { f.cleaning.wind_force = 5; }), Truth::yes);
  EXPECT_EQ(ask("SP-05", [](Facts& f) { f.cleaning.wind_force = 4; }), Truth::no);
  EXPECT_EQ(ask("SP-05", [](Facts& f) { works(f, Work::misting), f.cleaning.wind_force = 7; }),
            Truth::no);
  const auto day = [](Work work, int minute) {
    return ask("SP-06", [=](Facts& f) { works(f, work), f.cleaning.minute = minute; });
  };
  EXPECT_EQ(day(Work::sprinkling, 12 * 60), Truth::yes);
  EXPECT_EQ(day(Work::misting, 12 * 60), Truth::no) << "spray";
  EXPECT_EQ(day(Work::flushing, 12 * 60), Truth::yes);
  const auto with_jets = [](Work work, bool jets) {
    return ask("SP-06", [=](Facts& f) {
      works(f, work), f.cleaning.minute = 12 * 60, f.cleaning.jets = jets;
    });
  };
  EXPECT_EQ(with_jets(Work::sprinkling, false), Truth::no) << "low pressure: spray";
  EXPECT_EQ(with_jets(Work::sprinkling, true), Truth::yes);
  EXPECT_EQ(with_jets(Work::flushing, false), Truth::yes) << "the flushing bar is a jet";
  EXPECT_EQ(day(Work::sprinkling, 389), Truth::no) << "before the day begins";
}

TEST(CleaningRules, WhatIsOwedAtADeadline) {
  const auto owes = [](const std::string& id, const Owed& owed) {
    return ask(id, [&](Facts& f) { f.cleaning.owed = owed; });
  };
  Owed owed;
  owed.kerbs = 4;
  owed.works = mask_of(Work::flushing);
  for (const char* id : {"SP-04", "SP-07", "CV-01", "CV-02", "CV-03", "CV-04"}) {
    EXPECT_EQ(owes(id, owed), Truth::no) << id << ": all was done";
  }
  owed.kerbs_below = 1;
  EXPECT_EQ(owes("CV-01", owed), Truth::yes);
  EXPECT_EQ(owes("SP-07", owed), Truth::yes);
  EXPECT_EQ(owes("SP-04", owed), Truth::no) << "not by heat";
  owed.works = mask_of(Work::sweeping);
  EXPECT_EQ(owes("SP-07", owed), Truth::no) << "no flush";
  owed = {};
  owed.one_sided = 1;
  EXPECT_EQ(owes("CV-02", owed), Truth::yes);
  EXPECT_EQ(owes("CV-01", owed), Truth::no);
  owed = {};
  owed.kerbs_short = 2;
  EXPECT_EQ(owes("CV-03", owed), Truth::yes);
  owed.by_heat = true;
  EXPECT_EQ(owes("SP-04", owed), Truth::yes);
  owed = {};
  owed.out_of_order = 1;
  EXPECT_EQ(owes("CV-04", owed), Truth::no) << "the task has no steps";
  owed.steps = true;
  EXPECT_EQ(owes("CV-04", owed), Truth::yes);
}

TEST(CleaningRules, PlacesAndFuel) {
  EXPECT_EQ(ask("CV-07", [](Facts& f) { f.cleaning.in_area = Truth::no; }), Truth::yes);
  EXPECT_EQ(ask("CV-07", [](Facts& f) { f.cleaning.in_area = Truth::unknown; }), Truth::unknown);
  EXPECT_EQ(
      ask("CV-07", [](Facts& f) { f.cleaning.in_area = Truth::no, f.cleaning.effective = 0; }),
      Truth::no);
  const auto empties = [](protocol::Hoist hoist, Truth station) {
    return ask("GB-02", [=](Facts& f) { f.hoist = hoist, f.cleaning.at_station = station; });
  };
  EXPECT_EQ(empties(protocol::Hoist::lifted, Truth::no), Truth::yes);
  EXPECT_EQ(empties(protocol::Hoist::lifted, Truth::yes), Truth::no);
  EXPECT_EQ(empties(protocol::Hoist::flat, Truth::no), Truth::no);
  EXPECT_EQ(ask("GB-01", [](Facts& f) { f.cleaning.point_missed = Truth::yes; }), Truth::yes);
  EXPECT_EQ(ask("GB-03", [](Facts& f) { f.cleaning.left_without_lift = Truth::yes; }), Truth::yes);
  const auto fuel = [](double litres, bool moving) {
    return ask("FU-01", [=](Facts& f) { f.cleaning.fuel_drop_l = litres, f.moving = moving; });
  };
  EXPECT_EQ(fuel(5.1, false), Truth::yes);
  EXPECT_EQ(fuel(4.9, false), Truth::no);
  EXPECT_EQ(fuel(20, true), Truth::no) << "driving uses fuel";
}

constexpr GeoPoint depot{300'000'000, 1'140'000'000};

LocalTime clock_at(int minute, std::int64_t day = 20'000) {
  return {day, minute, 0};
}

TEST(CollectionPoints, AreServedByALiftMissedWhenDueAndToldOnce) {
  Plan plan;
  plan.points = {{"gate", depot, 15, 540}};
  Collection collection;
  collection.put_plan(&plan);
  CleaningFacts facts;
  const auto away = moved(depot, {500, 0});
  collection.judge(clock_at(500), away, true, false, facts);
  collection.judge(clock_at(510), depot, false, false, facts);
  collection.judge(clock_at(511), away, true, false, facts);
  EXPECT_EQ(facts.left_without_lift, Truth::yes) << "stood there, no lift";
  collection.judge(clock_at(512), away, true, false, facts);
  EXPECT_EQ(facts.left_without_lift, Truth::no);
  collection.judge(clock_at(540), away, true, false, facts);
  EXPECT_EQ(facts.point_missed, Truth::yes);
  collection.judge(clock_at(541), away, true, false, facts);
  EXPECT_EQ(facts.point_missed, Truth::no) << "told once";

  Collection good;
  good.put_plan(&plan);
  good.judge(clock_at(500), depot, false, true, facts);
  good.judge(clock_at(501), away, true, false, facts);
  EXPECT_EQ(facts.left_without_lift, Truth::no);
  EXPECT_EQ(good.served(), 1U);
  plan.version = 2;
  plan.points.push_back({"yard", away, 15, 600});
  good.put_plan(&plan);
  good.judge(clock_at(540), moved(depot, {0, 900}), true, false, facts);
  EXPECT_EQ(facts.point_missed, Truth::no) << "a new plan, and it stays served";
  Collection late;
  late.put_plan(&plan);
  late.judge(clock_at(545), away, true, false, facts);
  late.judge(clock_at(546), away, true, false, facts);
  EXPECT_NE(facts.point_missed, Truth::yes) << "due before the terminal was on";
}

/// One street that a plan asks to be swept by 07:00, and a sweeper on it.
class Street : public ::testing::Test {
 protected:
  Street() : town(R"(A----------B)", 50, {{"AB", {{"highway", "primary"}}}}) {
    config.cleaning = city().cleaning;
    config.work.name = "test";
    config.work.fuel_l = 200;
    config.work.facts = {{"brush", "brush_rpm", {WorkSource::Kind::signal, 1}, 30, 15, 0, 0}};
    config.work.rows.resize(1);
    config.work.rows[0].when = {{0, false}};
    config.work.measures[4] = {WorkSource::Kind::signal, 2};
    plan.utc_offset_min = 480;
    plan.tasks.resize(1);
    plan.tasks[0].name = "sweep";
    plan.tasks[0].deadline_min = 420;
  }
  void start(int minute) {
    cleaning.emplace(config);
    cleaning->put_plan(plan);
    utc_ms = day_window(20'000, 480).from_ms + minute * 60'000;
  }
  void pass(double s, double mps = 2) {
    for (double done = 0; done < s; done += 1) {
      now.ns += ns_per_s;
      utc_ms += 1000;
      driven_m += mps;
      judge(mps);
    }
  }
  void judge(double mps) {
    pose.at = now;
    pose.driven_m = driven_m;
    cleaning->judge({now, UtcTime{utc_ms}, mps, driven_m, mps > 0, town.at('A'), std::nullopt,
                     poses ? &pose : nullptr},
                    out);
  }
  void say(hal::SignalId id, double value) {
    cleaning->take(now, hal::CanSignal{id, hal::SignalState::ok, value});
  }
  /// Drives the whole street, with the brush turning where not said otherwise.
  void sweep(bool backward, double brush_rpm = 90) {
    say(1, brush_rpm);
    judge(2);
    const BootTime entered = now;
    const EdgeId edge = backward ? town.edge("BA") : town.edge("AB");
    const double length_m = town.roads().link(edge.link()).length_cm / 100.0;
    pass(length_m / 2);
    Driven driven;
    driven.edge = edge;
    driven.from_m = edge.backward() ? length_m : 0;
    driven.to_m = edge.backward() ? 0 : length_m;
    driven.entered = entered;
    driven.left = now;
    driven.sure = 1;
    say(1, 0);
    judge(0);
    cleaning->take(driven, town.roads(), now, UtcTime{utc_ms}, out);
    driven.from_m = driven.to_m;  // it stands at the end: the last piece is written
    driven.entered = now;
    pass(2, 0);
    driven.left = now;
    cleaning->take(driven, town.roads(), now, UtcTime{utc_ms}, out);
  }
  std::optional<Owed> at_deadline() {
    while (local_time(UtcTime{utc_ms}, 480).minute < 420) pass(10, 0);
    return cleaning->facts().owed;
  }

  tests::AsciiRoads town;
  CoreConfig config;
  Plan plan;
  std::optional<Cleaning> cleaning;
  BootTime now{ns_per_s};
  std::int64_t utc_ms = 0;
  double driven_m = 0;
  bool poses = false;  ///< told, so that hindsight waits for more of them
  Pose pose;
  std::vector<protocol::Payload> out;
};

TEST_F(Street, OwesNothingAtTheDeadlineWhenBothKerbsWereSwept) {
  start(380);
  sweep(false);
  EXPECT_EQ(cleaning->facts().in_area, Truth::yes);
  EXPECT_EQ(cleaning->facts().due, Truth::yes);
  sweep(true);
  const auto owed = at_deadline();
  ASSERT_TRUE(owed);
  EXPECT_EQ(owed->kerbs, 2);
  EXPECT_EQ(owed->kerbs_below, 0);
  EXPECT_EQ(owed->one_sided, 0);
  pass(70, 0);
  EXPECT_FALSE(cleaning->facts().owed) << "held for a minute";
}

TEST_F(Street, OwesNothingThatWasDoneInTheLastMinuteBeforeTheDeadline) {
  poses = true;
  pose.mode = PoseMode::gnss;
  pose.position = town.at('A');
  start(410);
  sweep(false);
  sweep(true);
  const auto covered = [&] {
    return std::count_if(out.begin(), out.end(), [](const protocol::Payload& one) {
      return std::holds_alternative<protocol::CoverageRecord>(one);
    });
  };
  const auto before = covered();
  const auto owed = at_deadline();
  ASSERT_TRUE(owed);
  EXPECT_EQ(owed->kerbs_below, 0);
  EXPECT_GT(covered(), before) << "hindsight still waited for the second kerb";
}

TEST_F(Street, WorkOfANightIsDueInTheMorningAndNotAtMidnight) {
  plan.tasks[0].deadline_min.reset();
  plan.tasks[0].windows = {{22 * 60, 6 * 60}};
  start(23 * 60 + 30);
  sweep(false);
  const auto minute = [&] { return local_time(UtcTime{utc_ms}, 480).minute; };
  while (minute() >= 22 * 60 || minute() < 5 * 60) {
    pass(10, 0);
    ASSERT_FALSE(cleaning->facts().owed) << minute();
  }
  sweep(true);
  while (minute() < 6 * 60) pass(10, 0);
  const auto owed = cleaning->facts().owed;
  ASSERT_TRUE(owed);
  EXPECT_EQ(owed->kerbs, 2);
  EXPECT_EQ(owed->kerbs_below, 0) << "before midnight and after it is one night";
}

TEST(PlanHours, AreDueByTheirEndOrTheirDeadlineOfTheNextDayWhereTheyGoOverMidnight) {
  PlanTask task;
  EXPECT_EQ(due_minute(task), 1440);
  task.windows = {{240, 420}, {600, 660}};
  EXPECT_EQ(due_minute(task), 660);
  task.deadline_min = 430;
  EXPECT_EQ(due_minute(task), 430);
  task.windows = {{22 * 60, 6 * 60}};
  EXPECT_EQ(due_minute(task), 1440 + 430);
  task.deadline_min = 23 * 60;
  EXPECT_EQ(due_minute(task), 23 * 60) << "an hour after it began";
  EXPECT_EQ(task_day(task, {100, 5 * 60, 0}), 99);
  EXPECT_EQ(task_day(task, {100, 6 * 60, 0}), 100);
  EXPECT_EQ(task_day(task, {100, 23 * 60, 0}), 100);
}

TEST_F(Street, OwesTheOtherKerbWhenOneWasSwept) {
  start(380);
  sweep(false);
  const auto owed = at_deadline();
  ASSERT_TRUE(owed);
  EXPECT_EQ(owed->kerbs_below, 1);
  EXPECT_EQ(owed->one_sided, 1);
}

TEST_F(Street, OwesNoMoreAfterAPowerCutThanBefore) {
  start(380);
  sweep(false);
  const auto kept = unpack_recalled(pack_recalled(cleaning->manifest()));
  EXPECT_FALSE(kept.empty());
  cleaning.emplace(config);  // the next boot: its clock begins anew, UTC goes on
  now = BootTime{ns_per_s};
  out.clear();
  cleaning->put_plan(plan);
  for (const protocol::Record& record : kept) cleaning->resume(record);
  EXPECT_TRUE(out.empty()) << "it is in the books already";
  sweep(true);
  const auto owed = at_deadline();
  ASSERT_TRUE(owed);
  EXPECT_EQ(owed->kerbs_below, 0);
  EXPECT_EQ(owed->one_sided, 0);
}

TEST_F(Street, WhatTheDriverExceptedStaysSoOverAPowerCut) {
  config.cleaning.mark_max_m = 1000;
  config.cleaning.mark_max_s = 3600;
  config.work.measures[static_cast<std::size_t>(Measure::blocked_button)] = {
      WorkSource::Kind::signal, 3};
  start(380);
  say(3, 1 + static_cast<double>(protocol::ExceptionReason::parked_vehicles));
  sweep(false, 0);
  say(3, 0);
  pass(70, 0);  // it parks: what is open is written
  int told = 0;
  for (const protocol::Payload& payload : out) {
    const auto* exception = std::get_if<protocol::ExceptionRecord>(&payload);
    if (exception == nullptr) continue;
    ++told;
    EXPECT_EQ(exception->who, "driver");
    EXPECT_EQ(exception->reason, protocol::ExceptionReason::parked_vehicles);
  }
  EXPECT_GE(told, 1);
  const auto kept = unpack_recalled(pack_recalled(cleaning->manifest()));
  cleaning.emplace(config);
  now = BootTime{ns_per_s};
  out.clear();
  cleaning->put_plan(plan);
  for (const protocol::Record& record : kept) cleaning->resume(record);
  EXPECT_TRUE(out.empty()) << "it is in the books already";
  CoverageLedger ledger = cleaning->ledger();
  ledger.settle();
  const EdgeId edge = town.edge("AB");
  const auto length_cm = static_cast<std::int32_t>(town.roads().link(edge.link()).length_cm);
  const Account account = ledger.account({edge.link(), Kerb::right}, length_cm, {});
  EXPECT_EQ(account.excepted_cm, length_cm);
  EXPECT_FALSE(account.applicable());
  sweep(true);
  const auto owed = at_deadline();
  ASSERT_TRUE(owed);
  EXPECT_EQ(owed->kerbs_below, 0) << "the blocked kerb is not owed";
}

class MarkedStreet : public Street {
 protected:
  MarkedStreet() {
    config.work.measures[static_cast<std::size_t>(Measure::blocked_button)] = {
        WorkSource::Kind::signal, 3};
  }
  void tap() {
    say(3, 0);
    judge(2);
    say(3, 2);  // 1 + parked vehicles
    judge(2);
  }
  /// Along AB in either direction, at that speed, as one stretch; lifted.
  void drive(double s, double mps, double from_m, bool backward = false) {
    Driven driven;
    driven.edge = backward ? town.edge("BA") : town.edge("AB");
    driven.entered = now;
    pass(s, mps);
    driven.left = now;
    driven.from_m = from_m;
    driven.to_m = from_m + (backward ? -s : s) * mps;
    driven.sure = 1;
    cleaning->take(driven, town.roads(), now, UtcTime{utc_ms}, out);
  }
  std::vector<protocol::ExceptionRecord> marks() {
    pass(70, 0);  // it parks: what is open is written
    std::vector<protocol::ExceptionRecord> found;
    for (const protocol::Payload& payload : out) {
      const auto* one = std::get_if<protocol::ExceptionRecord>(&payload);
      if (one != nullptr) found.push_back(*one);
    }
    return found;
  }
  static double metres(const std::vector<protocol::ExceptionRecord>& all) {
    double sum_m = 0;
    for (const auto& one : all) sum_m += (one.to_cm - one.from_cm) / 100.0;
    return sum_m;
  }
};

TEST_F(MarkedStreet, OneTapExcusesAStretchAndEndsByItself) {
  config.cleaning.mark_max_m = 30;
  start(380);
  tap();
  const std::int64_t pressed_ms = now.ms();
  drive(30, 3, 5);
  EXPECT_EQ(cleaning->marks().now().code, 0);
  EXPECT_EQ(cleaning->marks().told(now), protocol::MarkEnd::length) << "the page says so";
  const auto all = marks();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].from_cm, 500);
  EXPECT_EQ(all[0].to_cm, 3500) << "to the centimetre, though it is looked at once in 3 m";
  EXPECT_EQ(all[0].ended, protocol::MarkEnd::length);
  EXPECT_EQ(all[0].marked_boot_ms, pressed_ms);
  EXPECT_EQ(all[0].end_boot_ms - all[0].begin_boot_ms, 10'000);
}

TEST_F(MarkedStreet, PressingAgainBeginsANewOne) {
  config.cleaning.mark_max_m = 30;
  start(380);
  tap();
  drive(12, 3, 0);
  tap();
  drive(12, 3, 36);
  const auto all = marks();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_NE(all[0].marked_boot_ms, all[1].marked_boot_ms);
  EXPECT_NEAR(metres(all), 60, 0.01);
}

TEST_F(MarkedStreet, AMarkEndsByTimeBySpeedAndByTheDriversWord) {
  config.cleaning.mark_max_s = 20;
  start(380);
  tap();
  drive(25, 1, 0);  // 20 m of it
  tap();
  drive(5, 1, 25);
  drive(5, 6, 30);  // 21.6 km/h
  tap();
  drive(3, 1, 60);
  say(3, 0);
  judge(1);
  drive(3, 1, 63);
  const auto all = marks();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].ended, protocol::MarkEnd::time);
  EXPECT_EQ(all[0].to_cm - all[0].from_cm, 2000);
  EXPECT_EQ(all[1].ended, protocol::MarkEnd::speed);
  EXPECT_LE(all[1].to_cm, 3600);
  EXPECT_EQ(all[2].ended, protocol::MarkEnd::driver);
  EXPECT_EQ(all[2].to_cm - all[2].from_cm, 300);
}

TEST_F(MarkedStreet, WhereThePlanAsksNothingOfThisVehicleNothingIsExcused) {
  struct Case {
    const char* what;
    void (*change)(Plan&);
  };
  const Case cases[] = {
      {"no task", [](Plan& p) { p.tasks.clear(); }},
      {"another road", [](Plan& p) { p.tasks[0].roads.names = {"elsewhere"}; }},
      {"other work", [](Plan& p) { p.tasks[0].works = mask_of(Work::misting); }},
      {"other hours",
       [](Plan& p) {
         p.tasks[0].windows = {{0, 60}};
       }},
  };
  for (const Case& one : cases) {
    plan.tasks.resize(1);
    plan.tasks[0] = {};
    plan.tasks[0].deadline_min = 420;
    one.change(plan);
    out.clear();
    start(380);
    tap();
    drive(10, 2, 0);
    drive(10, 2, 20);
    EXPECT_EQ(cleaning->marks().told(now), protocol::MarkEnd::off_plan) << one.what;
    EXPECT_TRUE(marks().empty()) << one.what;
  }
}

TEST_F(MarkedStreet, ALazyDriverWhoTapsOnceOwesTheStreet) {
  config.cleaning.mark_max_m = 20;
  start(380);
  tap();
  sweep(false, 0);  // the brush stands, all along
  tap();
  sweep(true, 0);
  const auto owed = at_deadline();
  ASSERT_TRUE(owed);
  EXPECT_EQ(owed->kerbs, 2);
  EXPECT_EQ(owed->kerbs_below, 2);
}

TEST_F(Street, IsCoveredOnceWhereAPowerCutFellIntoTheMiddle) {
  start(380);
  sweep(false);
  const auto kept = cleaning->manifest();
  for (int boot = 0; boot < 3; ++boot) {
    cleaning.emplace(config);
    cleaning->put_plan(plan);
    for (const protocol::Record& record : kept) cleaning->resume(record);
    ASSERT_EQ(cleaning->manifest().size(), kept.size());
  }
  sweep(false);  // the same kerb again, some minutes later
  CoverageLedger ledger = cleaning->ledger();
  ledger.settle();
  const EdgeId edge = town.edge("AB");
  const auto length_cm = static_cast<std::int32_t>(town.roads().link(edge.link()).length_cm);
  const Account account = ledger.account({edge.link(), Kerb::right}, length_cm, {});
  EXPECT_EQ(account.covered_cm, length_cm) << "never more than the whole";
  EXPECT_EQ(account.passes, 1) << "within the pass gap it is one pass";
}

TEST_F(Street, ForgetsWhatWasCoveredOnOtherRoads) {
  start(380);
  sweep(false);
  auto kept = cleaning->manifest();
  ASSERT_FALSE(kept.empty());
  for (auto& record : kept) ++std::get<protocol::CoverageRecord>(record.payload).roads;
  cleaning.emplace(config);
  cleaning->put_plan(plan);
  for (const protocol::Record& record : kept) cleaning->resume(record);
  sweep(true);
  const auto owed = at_deadline();
  ASSERT_TRUE(owed);
  EXPECT_EQ(owed->kerbs_below, 1);
}

TEST_F(Street, OwesMorePassesInHeatAndKeepsWhatWasDoneUnderANewPlan) {
  plan.tasks[0].heat_c = 30;
  plan.tasks[0].heat_passes = 2;
  start(380);
  sweep(false);
  sweep(true);
  plan.weather.temperature_c = 33;
  plan.version = 2;
  cleaning->put_plan(plan);
  const auto owed = at_deadline();
  ASSERT_TRUE(owed);
  EXPECT_EQ(owed->kerbs_below, 0) << "what was done stays done";
  EXPECT_EQ(owed->kerbs_short, 2);
  EXPECT_TRUE(owed->by_heat);
}

TEST(WeatherPasses, HeatAndWindAskForMoreAndNeverForLess) {
  PlanTask task;
  task.works = mask_of(Work::sprinkling);
  task.passes = 2;
  const WeatherRules rules{30, 1, 5, 2};
  EXPECT_EQ(passes_asked(task, {}, rules).passes, 2) << "weather that is not known";
  EXPECT_EQ(passes_asked(task, {29.9, 4}, rules).passes, 2);
  const PassesAsked hot = passes_asked(task, {30, 4}, rules);
  EXPECT_EQ(hot.passes, 3);
  EXPECT_TRUE(hot.by_heat && !hot.by_wind);
  const PassesAsked windy = passes_asked(task, {30, 5}, rules);
  EXPECT_EQ(windy.passes, 4);
  EXPECT_TRUE(windy.by_wind);
  task.wind_force = 6;  // the plan's own words go before the city's
  task.wind_passes = 3;
  EXPECT_EQ(passes_asked(task, {20, 5}, rules).passes, 2);
  EXPECT_EQ(passes_asked(task, {20, 6}, rules).passes, 3);
  task.wind_passes = 1;
  EXPECT_EQ(passes_asked(task, {20, 6}, rules).passes, 2) << "never fewer";
  PlanTask sweeping;
  EXPECT_EQ(passes_asked(sweeping, {40, 9}, rules).passes, 1) << "nothing with water";
}

TEST_F(Street, OwesMoreWaterAfterAWindThatHasGoneDownByTheDeadline) {
  plan.tasks[0].wind_force = 5;
  plan.tasks[0].wind_passes = 2;
  plan.weather.wind_force = 6;
  start(380);
  sweep(false);
  sweep(true);
  plan.weather.wind_force = 1;
  cleaning->put_plan(plan);
  const auto owed = at_deadline();
  ASSERT_TRUE(owed);
  EXPECT_EQ(owed->kerbs_short, 2);
  EXPECT_TRUE(owed->by_wind);
  Facts facts = in_order();
  facts.cleaning.owed = owed;
  EXPECT_EQ(ask("SP-05", [&](Facts& f) { f = facts; }), Truth::yes);
}

TEST_F(Street, TellsFuelThatGoesWhileItIsParked) {
  start(380);
  say(2, 0.80);
  pass(300, 0);
  say(2, 0.77);
  pass(5, 0);
  ASSERT_TRUE(cleaning->facts().fuel_drop_l);
  EXPECT_NEAR(*cleaning->facts().fuel_drop_l, 6, 1e-9);
  pass(700, 0);
  EXPECT_NEAR(*cleaning->facts().fuel_drop_l, 0, 1e-9) << "longer ago than the rule looks";
  pass(5, 3);
  EXPECT_FALSE(cleaning->facts().fuel_drop_l) << "driving";
}

}  // namespace
}  // namespace lujing::core
