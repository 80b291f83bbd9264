// Where to work next: this road, what was missed on it, and the next one.
#include "terminal/core/work/guide.h"

#include "tests/support/ascii_roads.h"

#include <gtest/gtest.h>

namespace lujing::core {
namespace {

using protocol::CoverageState;
using protocol::Work;

constexpr std::int64_t six_ms = 1'777'586'400'000;  // 2026-05-01 06:00 in China

// Long Road, one-way to the east, and Short Road that leaves it at C.
class GuideTest : public testing::Test {
 protected:
  GuideTest() {
    PlanTask task;
    task.name = "all";
    plan_.tasks = {task};
    guide_.set(&plan_, &roads(), machine_swept);
  }
  const RoadNetwork& roads() const { return town_.roads(); }
  void covered(const char* edge, double from, double to,
               CoverageState state = CoverageState::covered) {
    const LinkId link = town_.edge(edge).link();
    const auto length = static_cast<double>(roads().link(link).length_cm);
    for (const Kerb kerb : {Kerb::left, Kerb::right}) {
      Passing passing;
      passing.kerb = {link, kerb};
      passing.state = state;
      passing.from_cm = static_cast<std::int32_t>(from * length);
      passing.to_cm = static_cast<std::int32_t>(to * length);
      passing.begin_ms = six_ms - 3'600'000;
      passing.end_ms = passing.begin_ms + 60'000;
      ledger_.add(passing);
    }
    guide_.touch(link);
  }
  const RoadAdvice& at(char from, char to, double share) {
    now_.ns += ns_per_s * 6;
    guide_.judge({now_, UtcTime{six_ms}, town_.between(from, to, share), pi / 2, std::nullopt},
                 ledger_, Question{});
    return guide_.advice();
  }
  static double share(const RoadAdvice& advice) {
    return static_cast<double>(advice.covered_cm) / static_cast<double>(advice.required_cm);
  }

  tests::AsciiRoads town_{
      R"(
    A----B----C----D----E
              |
              F----G
  )",
      20,
      {{"ABC", {{"highway", "primary"}, {"name", "Long Road"}, {"oneway", "yes"}}},
       {"CDE", {{"highway", "primary"}, {"name", "Long Road"}, {"oneway", "yes"}}},
       {"CFG", {{"highway", "secondary"}, {"name", "Short Road"}}}}};
  Plan plan_;
  CoverageLedger ledger_;
  Guide guide_;
  BootTime now_;
};

TEST_F(GuideTest, NamesTheRoadAndHowMuchOfItIsCovered) {
  RoadAdvice advice = at('A', 'B', 0.5);
  EXPECT_TRUE(advice.planned);
  EXPECT_TRUE(advice.on_plan);
  EXPECT_EQ(advice.road, "Long Road");
  EXPECT_EQ(advice.covered_cm, 0);
  covered("AC", 0, 1);
  advice = at('A', 'B', 0.6);
  EXPECT_NEAR(share(advice), 0.5, 0.01);
  covered("AC", 0, 1);
  EXPECT_NEAR(share(at('A', 'B', 0.6)), 0.5, 0.01) << "twice is not more";
  covered("CE", 0, 0.5);
  EXPECT_NEAR(share(at('A', 'B', 0.7)), 0.75, 0.01);
  EXPECT_LT(guide_.advice().all_covered_cm, guide_.advice().all_required_cm);
}

TEST_F(GuideTest, ARoadThatNobodyHasBeenOnYetHasNothingMissed) {
  EXPECT_FALSE(at('A', 'B', 0.1).missed_ahead_m);
}

TEST_F(GuideTest, TellsAStretchThatWasLeftOut) {
  covered("AC", 0, 0.4);
  covered("AC", 0.7, 1);
  const RoadAdvice advice = at('A', 'B', 0.1);  // 10 m along 200 m
  ASSERT_TRUE(advice.missed_ahead_m);
  EXPECT_NEAR(*advice.missed_ahead_m, 70, 3);
  EXPECT_NEAR(advice.missed_m, 60, 2);
  const RoadAdvice past = at('B', 'C', 0.5);  // 150 m: the stretch ends at 140
  EXPECT_FALSE(past.missed_ahead_m);
}

TEST_F(GuideTest, TellsAWholeLinkThatWasLeftOutBeforeOneThatWasNot) {
  covered("CE", 0.2, 1);
  const RoadAdvice advice = at('A', 'B', 0.2);
  ASSERT_TRUE(advice.missed_ahead_m) << "Long Road was worked on beyond it";
  EXPECT_NEAR(*advice.missed_ahead_m, 0, 1);
}

TEST_F(GuideTest, APassWithTheBrushUpIsMissed) {
  covered("AC", 0.5, 1, CoverageState::ineffective);
  const RoadAdvice advice = at('A', 'B', 0.1);
  ASSERT_TRUE(advice.missed_ahead_m);
}

TEST_F(GuideTest, ABlockedKerbIsNotMissed) {
  covered("AC", 0, 0.4);
  covered("AC", 0.7, 1);
  const LinkId link = town_.edge("AC").link();
  for (const Kerb kerb : {Kerb::left, Kerb::right}) {
    ledger_.add(Excepted{{link, kerb}, 7'000, 15'000, six_ms - 3'600'000, six_ms - 3'500'000});
  }
  EXPECT_FALSE(at('A', 'B', 0.1).missed_ahead_m);
}

TEST_F(GuideTest, LeadsToTheNextRoadAndTellsWhenThisOneIsDone) {
  RoadAdvice advice = at('B', 'C', 0.5);
  ASSERT_TRUE(advice.has_next);
  EXPECT_EQ(advice.next_road, "Short Road");
  EXPECT_FALSE(advice.next_straight);
  EXPECT_NEAR(advice.next_m, 50, 2) << "half of the way to C";
  EXPECT_FALSE(advice.road_done);
  covered("AC", 0, 1);
  covered("CE", 0, 0.95);
  EXPECT_TRUE(at('C', 'D', 0.5).road_done);
  EXPECT_FALSE(at('C', 'D', 0.6).road_done) << "it is news for a moment only";
  covered("CG", 0, 1);
  EXPECT_FALSE(at('C', 'D', 0.7).has_next) << "all is done";
}

TEST_F(GuideTest, FollowsThePlansHoursAndSaysNothingWithoutAPlan) {
  plan_.tasks[0].windows = {{20 * 60, 22 * 60}};
  EXPECT_FALSE(at('A', 'B', 0.5).planned) << "it is six o'clock";
  plan_.tasks[0].windows = {{5 * 60, 7 * 60}};
  EXPECT_TRUE(at('A', 'B', 0.5).planned);
  guide_.set(nullptr, &roads(), 0);
  EXPECT_FALSE(at('A', 'B', 0.5).planned);
}

}  // namespace
}  // namespace lujing::core
