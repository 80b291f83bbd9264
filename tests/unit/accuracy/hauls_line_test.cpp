// What the study of hauls calls a matter of the line: only what is as near to it as it says.
#include "tests/accuracy/hauls_line.h"

#include <gtest/gtest.h>

namespace lujing::accuracy {
namespace {

class HaulsLine : public ::testing::Test {
 protected:
  void drive(double until_s, double kmh) {
    for (; at_s <= until_s; at_s += 1) {
      score::TruePoint point;
      point.utc_ms = ms(at_s);
      point.speed_mps = kmh / 3.6;
      truth.track.push_back(point);
    }
  }
  void really(const std::string& rule, double from_s, double to_s, double needs_s) {
    score::TrueViolation one;
    one.rule = rule;
    one.begin_ms = ms(from_s);
    one.end_ms = ms(to_s);
    one.needs_s = needs_s;
    one.raises = to_s - from_s >= needs_s;
    truth.violations.push_back(one);
  }
  void alarm(const std::string& rule, double since_s, double raised_s) {
    score::FoundAlarm one;
    one.rule = rule;
    one.since_ms = ms(since_s);
    one.raised_ms = ms(raised_s);
    one.cleared_ms = ms(raised_s + 20);
    found.alarms.push_back(one);
  }
  OnLine of(const std::string& rule) {
    std::map<std::string, OnLine> by_rule;
    add_on_line(plan, limits, run, truth, found, by_rule);
    return by_rule[rule];
  }
  static std::int64_t ms(double s) { return static_cast<std::int64_t>(s * 1000); }

  sim::VehiclePlan plan;
  sim::Limits limits;
  score::Truth run;
  score::TruthOfVehicle truth;
  score::FoundOfVehicle found;
  double at_s = 0;
};

TEST_F(HaulsLine, ATimeHardlyLongEnoughIsTheLineAndALongerOneIsMissed) {
  really("MT-09", 100, 282, 180);
  EXPECT_EQ(of("MT-09").missed, 1U);
  truth.violations[0].end_ms = ms(100 + 180 + line_s + 1);
  EXPECT_EQ(of("MT-09").missed, 0U);
}

TEST_F(HaulsLine, AFalseAlarmIsTheLineOnlyWhereTheTruthNearlyLastedLongEnough) {
  really("MT-09", 100, 279, 180);
  alarm("MT-09", 100, 280.5);
  EXPECT_EQ(of("MT-09").invented, 1U);
  truth.violations[0].end_ms = ms(250);
  EXPECT_EQ(of("MT-09").invented, 0U);
  truth.violations.clear();
  EXPECT_EQ(of("MT-09").invented, 0U) << "there was nothing";
}

TEST_F(HaulsLine, ASpeedAtTheLimitIsTheLineAndAFasterOneIsNot) {
  drive(60, limits.visit_kmh - 2);
  drive(62, limits.visit_kmh + 0.2);
  drive(120, limits.visit_kmh - 2);
  really("MT-07", 40, 60, 30);
  really("MT-07", 63, 85, 30);
  alarm("MT-07", 40, 70);
  EXPECT_EQ(of("MT-07").invented, 1U);
  truth.track[61].speed_mps = (limits.visit_kmh + 5) / 3.6;
  EXPECT_EQ(of("MT-07").invented, 0U) << "the vehicle drove on between the two";
}

TEST_F(HaulsLine, AVisitAtTheVeryLimitMayBeMissedAStandMayNot) {
  drive(70, limits.visit_kmh - 0.2);
  drive(120, 0);
  really("MT-07", 40, 90, 30);
  EXPECT_EQ(of("MT-07").missed, 1U);
  truth.violations[0].end_ms = ms(120);
  EXPECT_EQ(of("MT-07").missed, 0U);
}

TEST_F(HaulsLine, WithoutSupplyNothingIsSeen) {
  really("MT-09", 100, 400, 180);
  sim::Fault cut;
  cut.kind = sim::FaultKind::power_cut;
  cut.at_s = 200;
  cut.for_s = 60;
  plan.faults = {cut};
  EXPECT_EQ(of("MT-09").off, 1U);
  EXPECT_EQ(of("MT-09").missed, 0U);
}

}  // namespace
}  // namespace lujing::accuracy
