// Work plans as documents: the example is read whole; one wrong item refuses the whole.
#include "terminal/config/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lujing::config {
namespace {

using ::testing::HasSubstr;

TEST(PlanDocument, OfTheExampleIsReadWhole) {
  const auto plan = load_plan(std::string(LUJING_SOURCE_DIR) + "/deploy/examples/plan.toml");
  ASSERT_TRUE(plan.ok()) << plan.error().what();
  EXPECT_EQ(plan->version, 3);
  ASSERT_EQ(plan->tasks.size(), 2U);
  const core::PlanTask& sweep = plan->tasks[0];
  EXPECT_EQ(sweep.works, core::machine_swept);
  EXPECT_EQ(sweep.passes, 3);
  ASSERT_EQ(sweep.windows.size(), 2U);
  EXPECT_EQ(sweep.windows[0].to_min, 390);
  EXPECT_EQ(sweep.deadline_min, 420);
  EXPECT_EQ(sweep.heat_passes, 4);
  EXPECT_EQ(sweep.roads.classes, 1U << static_cast<unsigned>(core::RoadClass::arterial));
  EXPECT_EQ(sweep.roads.zone.size(), 4U);
  EXPECT_EQ(plan->tasks[1].steps.size(), 4U);
  EXPECT_EQ(plan->points.at(0).due_min, 540);
  EXPECT_EQ(plan->stations.at(0).radius_m, 60);
  EXPECT_EQ(plan->weather.wind_force, 4);
}

std::string plan_problem(const std::string& text) {
  const auto plan = parse_plan("plan", text);
  return plan.ok() ? "" : plan.error().what();
}

TEST(PlanDocument, IsRefusedAsAWholeWithTheItemNamed) {
  const std::string head = "[plan]\nname = \"p\"\nversion = 1\n";
  const std::string bare = "[[task]]\nname = \"t\"\n";
  const std::string task = bare + "roads = {classes = [\"lane\"]}\n";
  EXPECT_EQ(plan_problem(head + task), "");
  EXPECT_THAT(plan_problem(head), HasSubstr("at least one [[task]] or [[point]]"));
  EXPECT_THAT(plan_problem(task), HasSubstr("[plan] is missing"));
  EXPECT_THAT(plan_problem(head + task + task), HasSubstr("\"t\" is there twice"));
  EXPECT_THAT(plan_problem(head + task + "works = [\"sweepin\"]\n"), HasSubstr("\"sweeping\""));
  EXPECT_THAT(plan_problem(head + task + "windows = [\"3:00-06:30\"]\n"),
              HasSubstr("plan:7: [task] windows: expected hours as \"03:00-06:30\""));
  EXPECT_THAT(plan_problem(head + task + "windows = [\"03:00-03:00\"]\n"),
              HasSubstr("expected hours"));
  EXPECT_THAT(plan_problem(head + task + "deadline = \"25:00\"\n"), HasSubstr("time of day"));
  EXPECT_THAT(plan_problem(head + task + "min_kmh = 9\nmax_kmh = 8\n"),
              HasSubstr("more than min_kmh"));
  EXPECT_THAT(plan_problem(head + task + "heat_c = 30\n"), HasSubstr("both or neither"));
  EXPECT_THAT(plan_problem(head + task + "passes = 0\n"), HasSubstr("from 1 to 48"));
  EXPECT_THAT(plan_problem(head + task + "in_order = true\n"), HasSubstr("at least two ways"));
  EXPECT_THAT(plan_problem(head + bare + "[task.roads]\nclasses = [\"arteral\"]\n"),
              HasSubstr("did you mean \"arterial\"?"));
  EXPECT_THAT(plan_problem(head + "[[point]]\nname = \"a\"\nplace = \"91,0\"\n"),
              HasSubstr("degrees"));
  EXPECT_THAT(plan_problem(head + task + "speed = 3\n"), HasSubstr("speed: unknown key"));
}

TEST(PlanDocument, SaysOfWhichRoadsATaskIsAndHoldsAZoneToWhatFencesAreHeldTo) {
  const std::string head = "[plan]\nname = \"p\"\nversion = 1\n[[task]]\nname = \"t\"\n";
  EXPECT_THAT(plan_problem(head), HasSubstr("[task] roads: the task names no road"));
  EXPECT_THAT(plan_problem(head + "[task.roads]\nclasses = []\n"), HasSubstr("names no road"));
  const auto zone = [&](const std::string& corners) {
    return plan_problem(head + "[task.roads]\nclasses = [\"lane\"]\nzone = [" + corners + "]\n");
  };
  EXPECT_EQ(zone("\"30.0,114.0\", \"30.0,114.1\", \"30.1,114.1\", \"30.1,114.0\""), "");
  EXPECT_THAT(zone(""), HasSubstr("at least three corners, found 0; leave the key out"));
  EXPECT_THAT(zone("\"30.0,114.0\", \"30.1,114.0\""), HasSubstr("at least three corners"));
  const std::string bow = zone("\"30.0,114.0\", \"30.1,114.1\", \"30.0,114.1\", \"30.1,114.0\"");
  EXPECT_THAT(bow, HasSubstr("zone"));
  EXPECT_THAT(bow, HasSubstr("corners in order"));
}

}  // namespace
}  // namespace lujing::config
