// What the driver is told: one thing at a time, the most urgent first, and no chatter.
#include "terminal/core/prompt/prompt.h"

#include "terminal/core/alarm/rules.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace lujing::core {
namespace {

using Id = PromptId;

/// Judged five times a second, as the core does it.
class Cabin {
 public:
  explicit Cabin(PromptConfig config = {}) : config_(config) {}
  void pass(double seconds, PromptSet asked) {
    for (double t = 0; t < seconds - 1e-9; t += 0.2) {
      now_.ns += ns_per_s / 5;
      prompter_.judge(now_, asked);
      if (prompter_.said_count() != said_.size()) {
        said_.push_back(prompter_.last_said());
        when_s_.push_back(static_cast<double>(now_.ns) / 1e9);
      }
      ASSERT_EQ(prompter_.said_count(), said_.size()) << "one at a time";
      if (prompter_.said_count() > 0 && when_s_.back() == static_cast<double>(now_.ns) / 1e9) {
        ASSERT_EQ(prompter_.shown(), said_.back()) << "what is said is shown";
      }
    }
  }
  std::optional<Id> shown() const { return prompter_.shown(); }
  const std::vector<Id>& said() const { return said_; }
  const std::vector<double>& when_s() const { return when_s_; }
  std::size_t times(Id id) const {
    std::size_t n = 0;
    for (const Id one : said_) n += one == id ? 1 : 0;
    return n;
  }

 private:
  PromptConfig config_;
  Prompter prompter_{config_};
  BootTime now_;
  std::vector<Id> said_;
  std::vector<double> when_s_;
};

TEST(PromptTable, StandsInTheOrderOfUrgencyAndNamesRulesThatThereAre) {
  std::set<std::string> known{"AC-01", "AC-03"};  // of sensors that lie
  for (const Rule& rule : rules()) known.insert(rule.id);
  std::set<std::string> words;
  for (std::size_t i = 0; i < prompt_count; ++i) {
    const PromptRow& row = prompt_rows()[i];
    EXPECT_EQ(static_cast<std::size_t>(row.id), i);
    EXPECT_TRUE(words.insert(row.word).second) << row.word;
    if (i > 0) {
      EXPECT_LE(prompt_rows()[i - 1].urgency, row.urgency) << row.word;
    }
    for (const std::string_view rule : row.rules) {
      if (rule.empty()) continue;
      EXPECT_TRUE(known.count(std::string(rule)) == 1) << rule;
      EXPECT_NE(prompts_of_rule(rule) & bit_of(row.id), 0U);
    }
  }
  EXPECT_EQ(prompts_of_rule("CV-01"), 0U) << "a deadline that has passed is no news in the cabin";
  EXPECT_EQ(prompts_of_rule(""), 0U);
}

TEST(Prompts, AreAskedForByWhatIsSo) {
  const PromptConfig config;
  PromptFacts facts;
  EXPECT_EQ(asked_for(facts, config), 0U);
  facts.permit_left_s = 59 * 60;
  EXPECT_EQ(asked_for(facts, config), bit_of(Id::permit_ends));
  facts.permit_left_s = 61 * 60;
  EXPECT_EQ(asked_for(facts, config), 0U);
  facts.missed_ahead_m = 151;
  EXPECT_EQ(asked_for(facts, config), 0U);
  facts.missed_ahead_m = 149;
  EXPECT_EQ(asked_for(facts, config), bit_of(Id::missed_ahead));
  facts = {};
  facts.forbidden_ahead = true;
  EXPECT_EQ(asked_for(facts, config), bit_of(Id::forbidden_ahead));
  facts.by_rules = prompts_of_rule("MT-11");
  EXPECT_EQ(asked_for(facts, config), bit_of(Id::forbidden_zone)) << "it is in one already";
  facts = {};
  facts.next_road = true;
  EXPECT_EQ(asked_for(facts, config), 0U) << "there always is one";
  facts.road_done = true;
  EXPECT_EQ(asked_for(facts, config), bit_of(Id::road_done) | bit_of(Id::next_road));
  PromptConfig off;
  off.enabled = false;
  EXPECT_EQ(asked_for(facts, off), 0U);
}

TEST(Prompts, TheMostUrgentIsSaidFirstAndTheOthersAfterIt) {
  Cabin cabin;
  cabin.pass(16, bit_of(Id::sweeps_too_fast) | bit_of(Id::cover_open) | bit_of(Id::peak_hour));
  ASSERT_EQ(cabin.said(), (std::vector<Id>{Id::cover_open, Id::peak_hour, Id::sweeps_too_fast}));
  EXPECT_GE(cabin.when_s()[1] - cabin.when_s()[0], 4.99) << "each has its turn";
  EXPECT_GE(cabin.when_s()[2] - cabin.when_s()[1], 4.99);
  EXPECT_EQ(cabin.shown(), Id::cover_open) << "then the most urgent one stays";
}

TEST(Prompts, WhatIsMoreUrgentTakesTheTurn) {
  Cabin cabin;
  cabin.pass(1, bit_of(Id::sweeps_too_fast));
  cabin.pass(0.2, bit_of(Id::sweeps_too_fast) | bit_of(Id::over_limit));
  EXPECT_EQ(cabin.shown(), Id::over_limit);
  EXPECT_EQ(cabin.said().size(), 2U);
  cabin.pass(2, bit_of(Id::sweeps_too_fast) | bit_of(Id::over_limit) | bit_of(Id::too_cold));
  EXPECT_EQ(cabin.said().size(), 2U) << "what is as urgent waits";
}

TEST(Prompts, AreRepeatedByTheirUrgencyAndNotAfterItIsOver) {
  Cabin cabin;
  cabin.pass(61, bit_of(Id::over_limit));
  EXPECT_EQ(cabin.times(Id::over_limit), 5U) << "each 15 s";
  cabin.pass(5, 0);
  EXPECT_FALSE(cabin.shown());
  cabin.pass(100, 0);
  EXPECT_EQ(cabin.said().size(), 5U);
  Cabin other;
  other.pass(61, bit_of(Id::sweeps_too_fast));
  EXPECT_EQ(other.times(Id::sweeps_too_fast), 2U) << "each 60 s";
}

TEST(Prompts, AConditionThatComesAndGoesIsNoChatter) {
  Cabin cabin;
  for (int i = 0; i < 100; ++i) {
    cabin.pass(0.2, bit_of(Id::cover_open));
    cabin.pass(0.4, 0);
  }
  EXPECT_EQ(cabin.times(Id::cover_open), 2U) << "once each 30 s in a minute";
}

TEST(Prompts, ALesserOneIsHeardBesideAStandingOne) {
  Cabin cabin;
  cabin.pass(6, bit_of(Id::cover_open));
  cabin.pass(0.4, bit_of(Id::cover_open) | bit_of(Id::permit_ends));
  EXPECT_EQ(cabin.said().back(), Id::permit_ends);
  EXPECT_EQ(cabin.shown(), Id::permit_ends);
  cabin.pass(6, bit_of(Id::cover_open) | bit_of(Id::permit_ends));
  EXPECT_EQ(cabin.shown(), Id::cover_open);
}

TEST(Prompts, NewsIsSaidOnceAndThenGone) {
  Cabin cabin;
  const PromptSet news = bit_of(Id::road_done) | bit_of(Id::next_road);
  cabin.pass(30, news);
  EXPECT_EQ(cabin.said(), (std::vector<Id>{Id::road_done, Id::next_road}));
  EXPECT_FALSE(cabin.shown());
  cabin.pass(60, 0);
  cabin.pass(2, news);
  EXPECT_EQ(cabin.times(Id::road_done), 2U) << "the next road is done too";
}

TEST(Prompts, WhateverIsAskedForTheVoiceIsNeverAskedForTwoThingsWithinATurn) {
  Cabin cabin;
  std::uint64_t seed = 12345;
  for (int i = 0; i < 3000; ++i) {
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    cabin.pass(0.2 * static_cast<double>(1 + (seed >> 60)),
               (seed >> 20) & (seed >> 31) & (seed >> 42) & ((PromptSet{1} << prompt_count) - 1));
  }
  ASSERT_GT(cabin.said().size(), 100U);
  for (std::size_t i = 1; i < cabin.said().size(); ++i) {
    if (cabin.when_s()[i] - cabin.when_s()[i - 1] >= 5.0 - 1e-6) continue;
    EXPECT_LT(row_of(cabin.said()[i]).urgency, row_of(cabin.said()[i - 1]).urgency);
  }
}

}  // namespace
}  // namespace lujing::core
