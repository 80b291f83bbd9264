// What the page is told, and what a prompt sounds like.
#include "terminal/driver/view_json.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <set>

namespace lujing::driver {
namespace {

using core::PromptId;
using nlohmann::json;

TEST(Words, EachPromptHasItsOwnInBothLanguagesAndFitsTheScreen) {
  for (const Language language : {Language::zh, Language::en}) {
    std::set<std::string> all;
    for (const core::PromptRow& row : core::prompt_rows()) {
      const std::string text = headline(row.id, language);
      EXPECT_TRUE(all.insert(text).second) << text;
      EXPECT_LE(text.size(), 30U) << text;  // Chinese: three bytes a letter
    }
  }
}

TEST(Words, TheVoiceSaysTheNumberToo) {
  core::DriverView view;
  EXPECT_EQ(spoken(PromptId::missed_ahead, view, Language::zh), "前方漏扫");
  view.advice.missed_ahead_m = 83;
  view.limit_mps = 20 / 3.6;
  view.permit_left_s = 1500;
  view.advice.has_next = true;
  view.next_road = "人民路";
  view.advice.next_m = 1240;
  EXPECT_EQ(spoken(PromptId::missed_ahead, view, Language::zh), "前方漏扫，80 米");
  EXPECT_EQ(spoken(PromptId::limit_lowered, view, Language::en), "Speed is limited, 20 km/h");
  EXPECT_EQ(spoken(PromptId::permit_ends, view, Language::zh), "核准证即将到期，25 分钟");
  EXPECT_EQ(spoken(PromptId::next_road, view, Language::zh), "下一路段，人民路，1.2 公里");
}

TEST(View, SaysThatAMarkHasEndedAndThatAPlanIsThereBeforeItsRoadIs) {
  ViewParts parts;
  parts.now.driver.mark_ended = protocol::MarkEnd::length;
  parts.now.driver.has_plan = true;
  const json told = json::parse(view_json(parts));
  EXPECT_TRUE(told["blocked"].is_null());
  EXPECT_EQ(told["mark_ended"], "length");
  EXPECT_TRUE(told["road"]["plan_in_force"]) << "after a start no road is known for half a minute";
  EXPECT_FALSE(told["road"]["planned"]);
}

TEST(View, SaysWhatIsNotKnownAsNull) {
  const json told = json::parse(view_json({}));
  EXPECT_TRUE(told["speed_kmh"].is_null());
  EXPECT_TRUE(told["utc_ms"].is_null());
  EXPECT_TRUE(told["prompt"].is_null());
  EXPECT_TRUE(told["haul"].is_null());
  EXPECT_EQ(told["position"], "none");
  EXPECT_FALSE(told["road"]["planned"]);
  EXPECT_FALSE(told["road"].contains("next"));
}

TEST(View, TellsTheRoadTheMachineAndThePrompt) {
  ViewParts parts;
  core::DriverView& view = parts.now.driver;
  view.prompt = PromptId::brush_up;
  view.road = "建设路\xff";  // a name may be any bytes
  view.advice.on_plan = view.advice.planned = true;
  view.advice.required_cm = 100'000;
  view.advice.covered_cm = 63'000;
  view.work[0].presence = core::WorkNow::Presence::on;
  view.work[0].reason = protocol::WorkReason::suction_up;
  view.blocked = 2;
  parts.now.speed_mps = 2;
  const json told = json::parse(view_json(parts));
  EXPECT_EQ(told["prompt"]["id"], "brush_up");
  EXPECT_EQ(told["prompt"]["text"], "请放下吸嘴和扫盘");
  EXPECT_EQ(told["road"]["covered_m"], 630);
  EXPECT_EQ(told["work"][0]["kind"], "sweeping");
  EXPECT_EQ(told["work"][0]["state"], "ineffective");
  EXPECT_EQ(told["work"][0]["reason"], "suction_up");
  EXPECT_TRUE(told["mark_ended"].is_null());
  EXPECT_EQ(told["blocked"], "parked_vehicles");
  EXPECT_NEAR(told["speed_kmh"].get<double>(), 7.2, 0.05);
}

}  // namespace
}  // namespace lujing::driver
