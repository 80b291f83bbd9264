// What a score says of truths and findings that differ in one thing each.
#include "sim/score/intervals.h"
#include "sim/score/print.h"
#include "sim/score/score.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <random>

namespace lujing::score {
namespace {

constexpr std::int64_t start_ms = 1'790'000'000'000;
constexpr GeoPoint origin{300'000'000, 1'140'000'000};

std::int64_t at_s(double s) {
  return start_ms + static_cast<std::int64_t>(s * 1000);
}

/// A minute eastwards at 10 m/s on way 5.
Truth straight_drive() {
  Truth truth;
  truth.start_ms = start_ms;
  TruthOfVehicle& vehicle = truth.vehicles["M-001"];
  for (int s = 0; s <= 60; ++s) {
    vehicle.track.push_back({at_s(s), moved(origin, {s * 10.0, 0}), 5, s * 10.0});
  }
  return truth;
}

Found points_off_by(double north_m) {
  Found found;
  for (int s = 0; s <= 60; ++s)
    found["M-001"].points.push_back({at_s(s), moved(origin, {s * 10.0, north_m})});
  return found;
}

TEST(Position, IsTheDistanceAtTheSameMoment) {
  const Score same = grade(straight_drive(), points_off_by(0), nullptr);
  EXPECT_EQ(same.position.points, 61U);
  EXPECT_LT(same.position.max_m, 0.05);
  const Score off = grade(straight_drive(), points_off_by(12), nullptr);
  EXPECT_NEAR(off.position.median_m, 12, 0.1);
  EXPECT_NEAR(off.position.p99_m, 12, 0.1);
}

TEST(Position, BetweenTwoSecondsTheTruthIsOnTheLineBetween) {
  Found found;
  found["M-001"].points.push_back({at_s(10.5), moved(origin, {105, 0})});
  found["M-001"].points.push_back({at_s(100), origin});
  const Score score = grade(straight_drive(), found, nullptr);
  EXPECT_EQ(score.position.points, 1U);
  EXPECT_EQ(score.position.without_truth, 1U);
  EXPECT_LT(score.position.max_m, 0.05);
}

TEST(Position, FarOffIsShownAsADifference) {
  const Score score = grade(straight_drive(), points_off_by(80), nullptr);
  ASSERT_FALSE(score.differences.empty());
  EXPECT_EQ(score.differences[0].what.rfind("position ", 0), 0U);
}

struct Judged {
  Truth truth = straight_drive();
  Found found;
  Judged() { found["M-001"]; }
  void violation(const char* rule, double begin_s, double end_s, bool raises = true) {
    truth.vehicles["M-001"].violations.push_back({rule, at_s(begin_s), at_s(end_s), raises});
  }
  void alarm(const char* rule, double since_s, double raised_s, std::optional<double> cleared_s,
             bool suppressed = false) {
    found["M-001"].alarms.push_back({rule, at_s(since_s), at_s(raised_s),
                                     cleared_s ? std::optional(at_s(*cleared_s)) : std::nullopt,
                                     suppressed, origin});
  }
  AlarmScore of(const char* rule) const { return grade(truth, found, nullptr).alarms.at(rule); }
};

TEST(Alarms, AViolationThatWasToldIsFoundWithItsDelay) {
  Judged judged;
  judged.violation("MT-01", 10, 40);
  judged.alarm("MT-01", 10.2, 15.2, 41);
  const AlarmScore score = judged.of("MT-01");
  EXPECT_EQ(score.truths, 1U);
  EXPECT_EQ(score.found, 1U);
  EXPECT_EQ(score.missed, 0U);
  EXPECT_EQ(score.false_alarms, 0U);
  EXPECT_NEAR(score.delay_median_s, 5.2, 0.001);
}

TEST(Alarms, OneThatStillStandsAtTheEndIsFound) {
  Judged judged;
  judged.violation("MT-01", 10, 60);
  judged.alarm("MT-01", 10, 15, std::nullopt);
  EXPECT_EQ(judged.of("MT-01").found, 1U);
}

TEST(Alarms, AnotherRulesAlarmDoesNotFindIt) {
  Judged judged;
  judged.violation("MT-01", 10, 40);
  judged.alarm("MT-03", 10, 15, 41);
  EXPECT_EQ(judged.of("MT-01").missed, 1U);
  EXPECT_EQ(judged.of("MT-03").false_alarms, 1U);
}

TEST(Alarms, OneMinuteTooLateIsFalseAndTheViolationMissed) {
  Judged judged;
  judged.violation("MT-01", 10, 20);
  judged.alarm("MT-01", 80, 85, 90);
  const AlarmScore score = judged.of("MT-01");
  EXPECT_EQ(score.missed, 1U);
  EXPECT_EQ(score.false_alarms, 1U);
}

TEST(Alarms, WithinTheReAlarmTimeItCountsAsRepeated) {
  Judged judged;
  judged.violation("MT-01", 10, 20);
  judged.violation("MT-01", 40, 50);
  judged.alarm("MT-01", 10, 15, 21);
  judged.alarm("MT-01", 40, 45, 45, true);
  const AlarmScore score = judged.of("MT-01");
  EXPECT_EQ(score.found, 1U);
  EXPECT_EQ(score.repeated, 1U);
  EXPECT_EQ(score.missed, 0U);
  EXPECT_EQ(score.false_alarms, 0U);
}

TEST(Alarms, OneHeldBackStandsAsLongAsItsConditionIsNotReallyGone) {
  Judged judged;
  judged.violation("MT-01", 0, 40);
  judged.violation("MT-01", 100, 180);
  judged.violation("MT-01", 183, 300);  // three seconds are no end of it
  judged.alarm("MT-01", 0, 5, 45);
  judged.alarm("MT-01", 100, 105, 105, true);
  AlarmScore score = judged.of("MT-01");
  EXPECT_EQ(score.found, 1U);
  EXPECT_EQ(score.repeated, 2U);
  EXPECT_EQ(score.missed, 0U);
  judged.violation("MT-01", 330, 400);
  EXPECT_EQ(judged.of("MT-01").missed, 1U) << "half a minute is";
}

TEST(Alarms, ANearMissThatStaysSilentIsCountedAndOneThatDoesNotIsFalse) {
  Judged judged;
  judged.violation("MT-01", 10, 12, false);
  EXPECT_EQ(judged.of("MT-01").near_misses, 1U);
  judged.alarm("MT-01", 10, 12, 14);
  const AlarmScore score = judged.of("MT-01");
  EXPECT_EQ(score.near_misses, 0U);
  EXPECT_EQ(score.false_alarms, 1U);
}

TEST(Trips, TheNearestLoadingIsTheSameTrip) {
  Truth truth = straight_drive();
  truth.vehicles["M-001"].trips = {{at_s(0), at_s(1000), "site-1", "dump-1", 5000, 5000},
                                   {at_s(2000), at_s(3000), "site-1", "", 5000, 2500}};
  Found found;
  found["M-001"].trips = {{at_s(60), at_s(1010), "site-1", "dump-1", 5010, 5000},
                          {at_s(2050), at_s(3010), "site-2", "", 5000, 2450},
                          {at_s(90'000), {}, "", "", 0, 0}};
  const TripScore score = grade(truth, found, nullptr).trips;
  EXPECT_EQ(score.truths, 2U);
  EXPECT_EQ(score.right, 1U);
  EXPECT_EQ(score.wrong_site, 1U);
  EXPECT_EQ(score.invented, 1U);
  EXPECT_EQ(score.missed, 0U);
  EXPECT_NEAR(score.sealed_error_pp, 1.0, 0.01);
}

/// A run of 1,000 s: what is done after 820 s is not settled.
Truth ends_at_1000_s() {
  Truth truth = straight_drive();
  truth.end_ms = at_s(1000);
  return truth;
}

TEST(Trips, OneUnderWayAtTheEndIsCountedApartUnlessItIsWrongAlready) {
  Truth truth = ends_at_1000_s();
  truth.vehicles["M-001"].trips = {{at_s(100), {}, "site-1", "", 5000, 5000, at_s(160)}};
  Found found;
  found["M-001"].trips = {{at_s(110), {}, "site-1", "", 900, 100}};
  TripScore score = grade(truth, found, nullptr).trips;
  EXPECT_EQ(score.under_way, 1U);
  EXPECT_EQ(score.truths + score.right + score.missed, 0U);
  EXPECT_EQ(score.sealed_error_pp, 0) << "the manifest is told at changes, not now";
  found["M-001"].trips[0].site = "site-2";
  EXPECT_EQ(grade(truth, found, nullptr).trips.wrong_site, 1U);
  found["M-001"].trips[0] = {at_s(110), at_s(700), "site-1", "dump-1", 900, 100};
  EXPECT_EQ(grade(truth, found, nullptr).trips.wrong_site, 1U) << "it has not tipped";
  found["M-001"].trips.clear();
  EXPECT_EQ(grade(truth, found, nullptr).trips.missed, 1U) << "its loading was long over";
  truth.vehicles["M-001"].trips[0].loaded_ms = at_s(900);
  EXPECT_EQ(grade(truth, found, nullptr).trips.under_way, 1U);
}

TEST(Trips, ATipInTheLastMomentsIsAskedForOnlyIfItWasTold) {
  Truth truth = ends_at_1000_s();
  truth.vehicles["M-001"].trips = {{at_s(100), at_s(990), "site-1", "dump-1", 5000, 5000}};
  Found found;
  found["M-001"].trips = {{at_s(110), {}, "site-1", "", 900, 100}};
  EXPECT_EQ(grade(truth, found, nullptr).trips.under_way, 1U);
  found["M-001"].trips = {{at_s(110), at_s(995), "site-1", "dump-1", 5000, 4500}};
  const TripScore told = grade(truth, found, nullptr).trips;
  EXPECT_EQ(told.right, 1U);
  EXPECT_NEAR(told.sealed_error_pp, 10, 0.01);
  truth.vehicles["M-001"].trips[0].tip_ms = at_s(700);
  found["M-001"].trips = {{at_s(110), {}, "site-1", "", 900, 100}};
  EXPECT_EQ(grade(truth, found, nullptr).trips.wrong_site, 1U) << "its tip was due long before";
}

/// Way 5: two links of 300 m; way 9: one of 100 m, not for machines.
Ways two_ways() {
  return Ways({{5, 0, 300, "secondary", true, true, true},
               {5, 300, 300, "secondary", true, true, true},
               {9, 0, 100, "lane", false, true, true}});
}

TEST(Path, RightAndWrongLengthsAreOfDistinctStretches) {
  Found found = points_off_by(0);
  found["M-001"].driven = {{0, 0, 300, false, false},
                           {0, 0, 300, false, false},
                           {1, 0, 150, false, false},
                           {2, 0, 40, false, false}};
  const Ways ways = two_ways();
  const PathScore path = grade(straight_drive(), found, &ways).path;
  EXPECT_NEAR(path.true_m, 600, 0.1);
  EXPECT_NEAR(path.found_m, 450, 0.1);
  EXPECT_NEAR(path.wrong_m, 40, 0.1);
}

/// Eastwards on way 5 over 100 m, a link of 6 m that is way 6, and on way 7 against its points.
/// Way 8 begins at the first crossing too.
Ways crossing() {
  const auto east = [](double m) { return moved(origin, {m, 0}); };
  return Ways({{5, 0, 100, "secondary", true, true, true, {origin, east(100)}},
               {6, 0, 6, "secondary", true, true, true, {east(100), east(106)}},
               {7, 0, 100, "secondary", true, true, true, {east(206), east(106)}},
               {8, 0, 100, "secondary", true, true, true, {east(100), moved(origin, {100, 100})}}});
}

Truth over_the_crossing() {
  Truth truth;
  truth.start_ms = start_ms;
  for (const double m : {70.0, 82.0, 94.0, 108.0, 120.0}) {
    TruePoint point{at_s(m / 12), moved(origin, {m, 0}), 5, m};
    if (m > 106) {
      point.way = 7;
      point.way_m = 206 - m;
      point.along_way = false;
    }
    truth.vehicles["M-001"].track.push_back(point);
  }
  return truth;
}

TEST(Path, WhatLiesBetweenTwoSecondsOverACrossingWasDrivenToo) {
  Found found;
  found["M-001"].driven = {{0, 70, 100, false, false},
                           {1, 0, 6, false, false},
                           {2, 86, 100, false, false},
                           {3, 0, 9, false, false}};
  const Ways ways = crossing();
  const PathScore path = grade(over_the_crossing(), found, &ways).path;
  EXPECT_NEAR(path.true_m, 50, 0.1);
  EXPECT_NEAR(path.found_m, 50, 0.1);
  EXPECT_NEAR(path.wrong_m, 9, 0.1) << "the street that was passed was not driven";
}

TEST(Path, NoDriveIsInventedBetweenPlacesThatNoShortOneJoins) {
  const Ways ways = crossing();
  EXPECT_TRUE(ways.between({5, 94, true}, {7, 98, false}, 13).empty());
  EXPECT_TRUE(ways.between({5, 94, true}, {9, 0, true}, 50).empty());
  EXPECT_TRUE(ways.between({5, 6, false}, {8, 6, true}, 50).empty()) << "it drove away from it";
  EXPECT_EQ(ways.between({5, 94, true}, {8, 6, true}, 50).size(), 2U);
}

TEST(Coverage, ErrorsAreByClassAndKerb) {
  Truth truth = straight_drive();
  truth.vehicles["M-001"].kerbs = {{5, true, 0, 400, "secondary"},
                                   {5, true, 100, 200, "secondary"}};
  Found found;
  found["M-001"].covered = {{0, 0, 300, false, true}, {1, 0, 60, true, false}};
  const Ways ways = two_ways();
  const Score score = grade(truth, found, &ways);
  const CoverageScore secondary = score.coverage.at("secondary");
  EXPECT_NEAR(secondary.required_m, 1200, 0.1);
  EXPECT_NEAR(secondary.true_m, 400, 0.1);
  EXPECT_NEAR(secondary.right_m, 300, 0.1);
  EXPECT_NEAR(secondary.wrong_m, 60, 0.1);
  EXPECT_NEAR(secondary.rate_error_pp(), -40.0 / 1200 * 100, 0.01);
  EXPECT_EQ(score.coverage.count("lane"), 0U) << "no machine sweeps it";
}

TEST(Settling, WhatWasDoneShortlyBeforeTheEndIsNotAskedForAndNotWrong) {
  Truth truth = straight_drive();
  truth.end_ms = at_s(20) + settle_ms;  // at 20 s it had driven 200 m
  truth.vehicles["M-001"].kerbs = {{5, true, 0, 400, "secondary", at_s(0), at_s(40), true},
                                   {5, false, 450, 550, "secondary", at_s(45), at_s(55), true}};
  Found found;
  found["M-001"].driven = {{0, 0, 150, false, false}, {1, 100, 200, false, false}};
  found["M-001"].covered = {{0, 0, 250, false, true}, {1, 250, 300, true, false}};
  const Ways ways = two_ways();
  const Score score = grade(truth, found, &ways);
  EXPECT_NEAR(score.path.true_m, 200, 0.1);
  EXPECT_NEAR(score.path.found_m, 150, 0.1);
  EXPECT_NEAR(score.path.wrong_m, 0, 0.1);
  EXPECT_NEAR(score.path.unsettled_m, 400, 0.1);
  const CoverageScore secondary = score.coverage.at("secondary");
  EXPECT_NEAR(secondary.true_m, 200, 0.1);
  EXPECT_NEAR(secondary.right_m, 200, 0.1);
  EXPECT_NEAR(secondary.wrong_m, 50, 0.1) << "credited, cleaned neither before nor at the end";
  EXPECT_NEAR(secondary.unsettled_m, 300, 0.1);
  EXPECT_NE(to_table(score).find("last 180 s"), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(to_json(score))["settle_s"], 180);
}

TEST(Intervals, AgreeWithAMetreByMetreModel) {
  std::mt19937 random(3);
  std::uniform_int_distribution<int> place(0, 200);
  for (int round = 0; round < 200; ++round) {
    Intervals a;
    Intervals b;
    std::vector<bool> in_a(201);
    std::vector<bool> in_b(201);
    for (int n = 0; n < 6; ++n) {
      for (auto* both : {&a, &b}) {
        const int from = place(random);
        const int to = place(random);
        both->add(from, to);
        auto& model = both == &a ? in_a : in_b;
        for (int m = std::min(from, to); m < std::max(from, to); ++m)
          model[static_cast<std::size_t>(m)] = true;
      }
    }
    double length = 0;
    double overlap = 0;
    for (std::size_t m = 0; m < in_a.size(); ++m) {
      length += in_a[m] ? 1 : 0;
      overlap += in_a[m] && in_b[m] ? 1 : 0;
    }
    EXPECT_EQ(a.length_m(), length);
    EXPECT_EQ(a.overlap_m(b), overlap);
    EXPECT_EQ(b.overlap_m(a), overlap);
    EXPECT_EQ(a.without(b).length_m(), length - overlap);
    EXPECT_EQ(a.without(b).overlap_m(b), 0);
  }
}

TEST(Print, TableJsonAndPictureTellOfAMissedAlarm) {
  Judged judged;
  judged.violation("MT-01", 10, 40);
  const Score score = grade(judged.truth, judged.found, nullptr);
  EXPECT_NE(to_table(score).find("MT-01"), std::string::npos);
  const auto json = nlohmann::json::parse(to_json(score));
  EXPECT_EQ(json["alarms"]["MT-01"]["missed"], 1);
  EXPECT_EQ(json["differences"][0]["what"], "missed MT-01");
  const std::string svg = to_svg(score, judged.truth, nullptr);
  EXPECT_NE(svg.find("<polyline"), std::string::npos);
  EXPECT_NE(svg.find("missed MT-01"), std::string::npos);
}

}  // namespace
}  // namespace lujing::score
