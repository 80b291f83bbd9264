// Each rule of hauling: facts that raise it, and near misses that do not.
#include "terminal/core/alarm/rules.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

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

}  // namespace
}  // namespace lujing::core
