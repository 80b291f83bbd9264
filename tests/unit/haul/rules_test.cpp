// Each rule of hauling: facts that raise it, and near misses that do not.
#include "terminal/core/alarm/rules.h"

#include "terminal/core/alarm/life.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace lujing::core {
namespace {

const Rule& rule(const std::string& id) {
  for (const Rule& candidate : rules()) {
    if (candidate.id == id) return candidate;
  }
  ADD_FAILURE() << id << " is no rule";
  return rules().front();
}

/// A laden truck at 10 m/s, where nothing is wrong.
Facts honest() {
  Facts facts;
  facts.cover = protocol::Cover::closed;
  facts.hoist = protocol::Hoist::flat;
  facts.load = protocol::Load::full;
  facts.speed_mps = 10.0;
  facts.moving = true;
  HaulFacts& haul = facts.haul;
  for (Truth* fact :
       {&haul.forbidden, &haul.restricted, &haul.over_limit, &haul.at_tip, &haul.near_other_tip,
        &haul.near_site, &haul.at_place, &haul.curfew, &haul.off_route, &haul.listed, &haul.overdue,
        &haul.dumped, &haul.dug, &haul.early, &haul.unwashed, &haul.gap}) {
    *fact = Truth::no;
  }
  haul.permitted = haul.driver = haul.laden = Truth::yes;
  return facts;
}

using Change = std::function<void(Facts&)>;

struct Case {
  const char* id;
  Change raises;
  Change nearly;  ///< beside what raises
};

void set_slow(Facts& f) {
  f.speed_mps = 4.0;
}

const Case cases[] = {
    {"MT-03", [](Facts& f) { f.hoist = protocol::Hoist::lifted; },
     [](Facts& f) { f.haul.at_tip = Truth::yes; }},
    {"MT-05", [](Facts& f) { f.haul.dumped = Truth::yes; },
     [](Facts& f) { f.haul.dumped = Truth::no; }},
    {"MT-06", [](Facts& f) { f.haul.dug = Truth::yes; }, [](Facts& f) { f.haul.dug = Truth::no; }},
    {"MT-07",
     [](Facts& f) {
       f.haul.near_other_tip = Truth::yes;
       set_slow(f);
     },
     [](Facts& f) { f.speed_mps = 15.1 / 3.6; }},
    {"MT-08",
     [](Facts& f) {
       f.haul.near_site = Truth::yes;
       set_slow(f);
     },
     [](Facts& f) { f.speed_mps = 15.1 / 3.6; }},
    {"MT-09", [](Facts& f) { f.haul.off_route = Truth::yes; },
     [](Facts& f) { f.haul.off_route = Truth::no; }},
    {"MT-10", [](Facts& f) { f.haul.curfew = Truth::yes; },
     [](Facts& f) { f.haul.laden = Truth::no; }},
    {"MT-11", [](Facts& f) { f.haul.forbidden = Truth::yes; }, [](Facts& f) { f.moving = false; }},
    {"MT-12", [](Facts& f) { f.haul.over_limit = Truth::yes; },
     [](Facts& f) { f.haul.over_limit = Truth::no; }},
    {"MT-13", [](Facts& f) { f.haul.permitted = Truth::no; }, [](Facts& f) { f.moving = false; }},
    {"MT-14", [](Facts& f) { f.haul.driver = Truth::no; }, [](Facts& f) { f.moving = false; }},
    {"MT-15", [](Facts& f) { f.haul.listed = Truth::yes; }, [](Facts& f) { f.moving = false; }},
    {"MT-16", [](Facts& f) { f.haul.unwashed = Truth::yes; },
     [](Facts& f) { f.haul.unwashed = Truth::no; }},
    {"MT-17", [](Facts& f) { f.load = protocol::Load::over; },
     [](Facts& f) { f.load = protocol::Load::full; }},
    {"MT-18", [](Facts& f) { f.haul.gap = Truth::yes; }, [](Facts& f) { f.haul.gap = Truth::no; }},
    {"MT-19", [](Facts& f) { f.haul.restricted = Truth::yes; },
     [](Facts& f) { f.haul.restricted = Truth::no; }},
    {"MT-20", [](Facts& f) { f.moving = false; }, [](Facts& f) { f.haul.at_place = Truth::yes; }},
    {"MT-21", [](Facts& f) { f.haul.overdue = Truth::yes; },
     [](Facts& f) { f.haul.overdue = Truth::no; }},
    {"MT-22", [](Facts& f) { f.haul.early = Truth::yes; },
     [](Facts& f) { f.haul.early = Truth::no; }},
};

TEST(HaulRules, AreAllHere) {
  ASSERT_EQ(std::size(cases), mt_count);
  for (std::size_t i = 0; i < mt_count; ++i) {
    const Rule& one = rule(cases[i].id);
    const CoreConfig config;
    EXPECT_STREQ(mt_rows()[i].id, cases[i].id);
    EXPECT_EQ(&one.parameters(config), &config.haul.mt.rules[i].alarm) << cases[i].id;
  }
}

TEST(HaulRules, EachIsRaisedByItsOwnFactAndByNoNearMiss) {
  const CoreConfig config;
  for (const Case& one : cases) {
    Facts facts = honest();
    EXPECT_EQ(rule(one.id).condition(facts, config), Truth::no) << one.id << ": honest";
    one.raises(facts);
    EXPECT_EQ(rule(one.id).condition(facts, config), Truth::yes) << one.id;
    EXPECT_FALSE(rule(one.id).detail(facts).empty());
    one.nearly(facts);
    EXPECT_EQ(rule(one.id).condition(facts, config), Truth::no) << one.id << ": near miss";
  }
}

TEST(HaulRules, SayNothingWhereNothingIsKnown) {
  const CoreConfig config;
  Facts facts;
  facts.moving = true;
  for (const Case& one : cases) {
    EXPECT_NE(rule(one.id).condition(facts, config), Truth::yes) << one.id;
  }
}

/// How often MT-10 is raised over spells of driving and standing, in seconds, laden in the curfew.
int curfew_alarms(const std::vector<int>& drives_and_stands, double stop_s) {
  CoreConfig config;
  config.haul.mt.rules[static_cast<std::size_t>(Mt::mt10)].alarm.pause_s = stop_s;
  const Rule& mt10 = rule("MT-10");
  Facts facts = honest();
  facts.haul.curfew = Truth::yes;
  AlarmLife life;
  int raised = 0;
  std::int64_t second = 0;
  facts.moving = false;
  for (const int spell : drives_and_stands) {
    facts.moving = !facts.moving;
    for (const std::int64_t end = second + spell; second < end; ++second) {
      const auto change = life.judge(BootTime{second * ns_per_s}, mt10.condition(facts, config),
                                     mt10.parameters(config));
      raised += change == protocol::AlarmState::raised ? 1 : 0;
    }
  }
  return raised;
}

TEST(HaulRules, ARedLightDoesNotBeginTheCurfewsCountAnew) {
  const std::vector<int> through_the_city{70, 60, 50, 90, 65, 40, 30};
  EXPECT_EQ(curfew_alarms(through_the_city, 300), 1);
  EXPECT_EQ(curfew_alarms(through_the_city, 0), 0) << "what a profile without stop_s would miss";
  EXPECT_EQ(curfew_alarms({70, 299, 50, 90, 65}, 300), 1);
}

/// That it stands is told three seconds late: 59 s of driving are not made 60 by these.
TEST(HaulRules, TheLastSecondsOfAStopAreNotDrivingInAForbiddenArea) {
  const Rule& mt11 = rule("MT-11");
  const CoreConfig config;
  Facts facts = honest();
  facts.haul.forbidden = Truth::yes;
  AlarmConfig asks = mt11.parameters(config);
  asks.sustain_s = 60;
  for (const int drives_s : {57, 58, 59, 61}) {
    AlarmLife life;
    bool raised = false;
    for (int second = 0; second < drives_s + 10; ++second) {
      facts.speed_mps = second < drives_s ? 10.0 : 0.1;
      facts.moving = second < drives_s + 3;
      const auto change =
          life.judge(BootTime{second * ns_per_s}, mt11.condition(facts, config), asks);
      raised = raised || change == protocol::AlarmState::raised;
    }
    EXPECT_EQ(raised, drives_s > 60) << drives_s;
  }
}

TEST(HaulRules, ATruckInItsYardAtNightDoesNotHaul) {
  EXPECT_EQ(curfew_alarms({100, 28'800}, 300), 0);
  EXPECT_EQ(curfew_alarms({0, 28'800}, 300), 0);
  EXPECT_EQ(curfew_alarms({100, 310, 100, 310, 100, 7200}, 300), 0) << "a long stop ends it";
}

}  // namespace
}  // namespace lujing::core
