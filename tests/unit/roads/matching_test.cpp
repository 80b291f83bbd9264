// Matching on drawn streets: which roads were driven, and which fix was where.
#include "terminal/core/roads/matching.h"

#include "terminal/core/roads/driver.h"
#include "terminal/core/roads/foretold.h"
#include "terminal/core/roads/match_track.h"
#include "tests/support/ascii_roads.h"
#include "tests/support/drive.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace lujing::core {
namespace {

using tests::AsciiRoads;
using tests::Drive;
using tests::match;
using tests::path;

const tests::Tags street = {{"highway", "residential"}};
const tests::Tags oneway = {{"highway", "residential"}, {"oneway", "yes"}};

std::size_t count(const Matches& found, MatchState state) {
  return static_cast<std::size_t>(
      std::count_if(found.points.begin(), found.points.end(),
                    [&](const Matched& point) { return point.state == state; }));
}

/// Stretches join end to start, run in their edge's direction, and may be driven.
void expect_connected(const AsciiRoads& town, const Matches& found) {
  const RoadNetwork& roads = town.roads();
  for (std::size_t i = 0; i < found.driven.size(); ++i) {
    const Driven& now = found.driven[i];
    EXPECT_TRUE(roads.drivable(now.edge));
    EXPECT_EQ(now.edge.backward(), now.from_m > now.to_m);
    EXPECT_LE(now.entered, now.left);
    if (!now.joined) continue;
    ASSERT_GT(i, 0U);
    const Driven& before = found.driven[i - 1];
    EXPECT_LE(before.left, now.entered);
    if (before.edge.link() == now.edge.link()) {
      EXPECT_NEAR(before.to_m, now.from_m, 0.1) << i;
    } else {
      const double end = before.edge.backward() ? 0 : roads.length_m(before.edge.link());
      const double start = now.edge.backward() ? roads.length_m(now.edge.link()) : 0;
      EXPECT_NEAR(before.to_m, end, 0.1) << i;
      EXPECT_NEAR(now.from_m, start, 0.1) << i;
      EXPECT_EQ(roads.end(before.edge), roads.start(now.edge)) << i;
    }
  }
}

constexpr std::string_view grid = R"(
  A----B----C----D
  |    |    |    |
  E----F----G----H
  |    |    |    |
  I----J----K----L
)";
const std::vector<tests::AsciiWay> grid_ways = {
    {"ABCD", street}, {"EFGH", street}, {"IJKL", street}, {"AEI", street},
    {"BFJ", street},  {"CGK", street},  {"DHL", street}};

TEST(Matching, FollowsTheVehicleRoundCorners) {
  const AsciiRoads town(grid, 30, grid_ways);
  for (const double noise : {0.0, 3.0, 8.0}) {
    const Matches found = match(town, Drive(town).noise(noise).along("EFGCDHLK").fixes());
    EXPECT_EQ(path(town, found), "EF FG GC CD DH HL LK") << noise;
    expect_connected(town, found);
  }
}

TEST(Matching, EveryFixIsAnsweredOnceInOrder) {
  const AsciiRoads town(grid, 30, grid_ways);
  const auto fixes = Drive(town).noise(5).along("EFGCDHLK").stand(60).fixes();
  const Matches found = match(town, fixes);
  ASSERT_EQ(found.points.size(), fixes.size());
  for (std::size_t i = 0; i < fixes.size(); ++i) {
    EXPECT_EQ(found.points[i].at, fixes[i].at);
    EXPECT_EQ(found.points[i].pose.position, fixes[i].position);
    EXPECT_EQ(found.points[i].state, MatchState::on_road);
    EXPECT_GE(found.points[i].sure, 0);
    EXPECT_LE(found.points[i].sure, 1);
  }
}

TEST(Matching, ParallelRoadsAreToldApartByTheWayThere) {
  // The drive lies 9 m to the right of AB for its whole length: nearer to the parallel DE, 15 m
  // beside it, which cannot be reached from S without passing D.
  const AsciiRoads town(R"(
S-----A------------------------------B-----T

      D------------------------------E
  )",
                        7.5, {{"SABT", street}, {"DE", street}});
  const Matches found =
      match(town, Drive(town).noise(1).along("SA").along("AB", 7).along("BT").fixes());
  EXPECT_EQ(path(town, found), "SABT");
}

TEST(Matching, CarriagewaysOfADividedRoadAreToldApartByDirection) {
  const AsciiRoads town(R"(
A------------------------------B
C------------------------------D
  )",
                        12, {{"BA", oneway}, {"CD", oneway}});
  // Driven eastward, but 8 m nearer to the westward carriageway.
  EXPECT_EQ(path(town, match(town, Drive(town).noise(2).along("CD", -8).fixes())), "CD");
  EXPECT_EQ(path(town, match(town, Drive(town).noise(2).along("BA", -8).fixes())), "BA");
}

TEST(Matching, ARampIsLeftOnlyWhereItLeaves) {
  const AsciiRoads town(R"(
A--------B------------------------C---------D
          R---------S
                     T----------------------U
  )",
                        15,
                        {{"ABCD", {{"highway", "motorway"}, {"oneway", "yes"}}},
                         {"BRSTU", {{"highway", "motorway_link"}, {"oneway", "yes"}}}});
  EXPECT_EQ(path(town, match(town, Drive(town).noise(4).speed(25).along("ABCD").fixes())),
            "AB BCD");
  EXPECT_EQ(path(town, match(town, Drive(town).noise(4).speed(15).along("ABRSTU").fixes())),
            "AB BRSTU");
}

TEST(Matching, TurnsRoundAtADeadEnd) {
  const AsciiRoads town(R"(
A---------B---------C
          |
          |
          D
  )",
                        20, {{"ABC", street}, {"BD", street}});
  const Matches found = match(town, Drive(town).noise(2).along("ABDBC").fixes());
  EXPECT_EQ(path(town, found), "AB BD DB BC");
  expect_connected(town, found);
}

TEST(Matching, DoesNotDriveAOnewayStreetBackward) {
  const AsciiRoads town(
      R"(
A---------B---------C
|         |         |
D---------E---------F
  )",
      20, {{"CBA", oneway}, {"DEF", street}, {"AD", street}, {"BE", street}, {"CF", street}});
  // Sparse fixes at the corners: the short way is forbidden.
  Drive drive(town);
  drive.every(30).see(town.between('A', 'D', 0.5)).see(town.between('C', 'F', 0.5));
  EXPECT_EQ(path(town, match(town, drive.fixes())), "AD DE EF FC");
}

TEST(Matching, ObeysTurnRestrictions) {
  const AsciiRoads town(
      R"(
A---------B---------C
          |         |
          D---------E
  )",
      20, {{"AB", street}, {"BC", street}, {"BD", street}, {"CE", street}, {"DE", street}},
      {{"no_right_turn", 1, "B", 3}});
  Drive drive(town);
  drive.every(30).see(town.between('A', 'B', 0.5)).see(town.between('B', 'D', 0.9));
  const Matches found = match(town, drive.fixes());
  EXPECT_EQ(path(town, found).find("AB BD"), std::string::npos) << path(town, found);
}

TEST(Matching, AYardIsBesideTheRoadsAndTheRoadIsFoundAgain) {
  const AsciiRoads town(R"(
A---------B---------C
  )",
                        40, {{"ABC", street}});
  Drive drive(town);
  drive.noise(2).along("AB");
  const GeoPoint gate = town.at('B');
  drive.speed(4).to(moved(gate, {0, 150})).to(moved(gate, {60, 190})).to(moved(gate, {90, 130}));
  drive.stand(120).to(moved(gate, {40, 120})).to(moved(gate, {30, 0})).to(town.at('C'));
  const Matches found = match(town, drive.fixes());
  EXPECT_GT(count(found, MatchState::off_road), 150U);
  EXPECT_EQ(found.points.front().state, MatchState::on_road);
  EXPECT_EQ(found.points.back().state, MatchState::on_road);
  EXPECT_EQ(path(town, found), "ABC / ABC");
}

TEST(Matching, AnOutlierDoesNotBreakTheRoad) {
  const AsciiRoads town(grid, 30, grid_ways);
  auto fixes = Drive(town).noise(3).along("EFGCD").fixes();
  fixes[12].position = moved(fixes[12].position, {140, -160});
  EXPECT_EQ(path(town, match(town, fixes)), "EF FG GC CD");
  // A minute apart, where nothing smooths it away.
  fixes = Drive(town).noise(3).every(10).along("EFGH").fixes();
  fixes[2].position = moved(fixes[2].position, {30, 700});
  const Matches found = match(town, fixes);
  EXPECT_EQ(path(town, found), "EF FG GH");
  EXPECT_EQ(found.points.size(), fixes.size());
}

TEST(Matching, AFixOnAnotherContinentIsUnknownAndLeadsNobodyAstray) {
  const AsciiRoads town(grid, 30, grid_ways);
  for (const bool whole : {true, false}) {
    auto fixes = Drive(town).noise(3).along("EFGH").fixes();
    fixes[15].position = GeoPoint::from_degrees(28, 3);
    fixes[20].position = moved(fixes[20].position, {3000, 0});
    const Matches found = whole ? match_track(town.roads(), fixes) : match(town, fixes);
    for (std::size_t i = 0; i < fixes.size(); ++i) {
      const bool stray = i == 15 || i == 20;
      EXPECT_EQ(found.points[i].state == MatchState::unknown, stray) << i;
      EXPECT_TRUE(stray || std::fabs(found.points[i].offset_m) < 15) << i;
    }
  }
}

TEST(Matching, StandingDrivesNoDistance) {
  const AsciiRoads town(grid, 30, grid_ways);
  const Matches found = match(town, Drive(town).noise(4).along("EF").stand(1800).fixes());
  double metres = 0;
  for (const Driven& driven : found.driven) metres += std::fabs(driven.to_m - driven.from_m);
  EXPECT_LT(metres, 150 + 30);
  EXPECT_EQ(count(found, MatchState::on_road), found.points.size());
}

TEST(Matching, ATunnelIsBridgedOnItsRoad) {
  const AsciiRoads town(R"(
A---------B---------------------C---------D
          |                     |
          E---------------------F
  )",
                        40,
                        {{"AB", street},
                         {"BC", {{"highway", "primary"}, {"tunnel", "yes"}}},
                         {"CD", street},
                         {"BE", street},
                         {"EF", street},
                         {"FC", street}});
  Drive drive(town);
  drive.noise(3).along("AB").blind(80);
  drive.along("CD");
  const Matches found = match(town, drive.fixes());
  EXPECT_EQ(path(town, found), "AB BC CD");
  expect_connected(town, found);
}

TEST(Matching, WithoutTheNetworkThereIsNoAnswer) {
  const AsciiRoads town(grid, 30, grid_ways);
  Drive drive(town);
  drive.see(GeoPoint::from_degrees(22.5, 114)).to(GeoPoint::from_degrees(22.502, 114));
  const Matches found = match(town, drive.fixes());
  EXPECT_EQ(count(found, MatchState::unknown), drive.fixes().size());
  EXPECT_TRUE(found.driven.empty());
  const RoadNetwork none;
  Matcher matcher(none, {});
  Matches nothing;
  for (const RawFix& fix : drive.fixes()) matcher.take(fix, nothing);
  matcher.finish(nothing);
  EXPECT_EQ(count(nothing, MatchState::unknown), drive.fixes().size());
}

TEST(Matching, BadFixesAreAnsweredUnknownAndDoNotHurt) {
  const AsciiRoads town(grid, 30, grid_ways);
  const auto clean = Drive(town).noise(3).along("EFGCDHLK").fixes();
  auto fixes = clean;
  fixes.insert(fixes.begin() + 20,
               RawFix{clean[20].at, GeoPoint::from_degrees(std::nan(""), 116), {}, {}, {}});
  fixes.insert(fixes.begin() + 22,
               RawFix{clean[3].at, clean[3].position, {}, {}, {}});  // back in time
  fixes.insert(fixes.begin() + 30, fixes[29]);                       // the same again
  const Matches found = match(town, fixes);
  ASSERT_EQ(found.points.size(), fixes.size());
  EXPECT_EQ(found.points[20].state, MatchState::unknown);
  EXPECT_EQ(found.points[22].state, MatchState::unknown);
  EXPECT_EQ(found.points[30].state, MatchState::on_road);
  EXPECT_EQ(found.points[30].edge, found.points[29].edge);
  EXPECT_EQ(path(town, found), "EF FG GC CD DH HL LK");
}

TEST(Matching, AClockThatWasSetBackBeginsANewTrack) {
  const AsciiRoads town(grid, 30, grid_ways);
  auto fixes = Drive(town).noise(1).along("EFG").fixes();
  auto later = Drive(town).noise(1).along("IJK").fixes();
  for (RawFix& fix : later) fix.at.ns -= 500 * ns_per_s;
  fixes.insert(fixes.end(), later.begin(), later.end());
  const Matches found = match(town, fixes);
  EXPECT_EQ(found.points.size(), fixes.size());
  EXPECT_EQ(path(town, found), "EF FG / IJ JK");
}

TEST(Matching, SameInputSameOutputAndCommittedIsKept) {
  const AsciiRoads town(grid, 30, grid_ways);
  for (unsigned seed = 1; seed <= 20; ++seed) {
    const auto fixes = Drive(town, seed).noise(15).along("EFGCDHLKJFBC").stand(20).fixes();
    Matcher matcher(town.roads(), {});
    Matches grown;
    std::vector<Driven> seen;
    for (std::size_t i = 0; i < fixes.size(); ++i) {
      Matches step;
      matcher.take(fixes[i], step);
      grown.points.insert(grown.points.end(), step.points.begin(), step.points.end());
      grown.driven.insert(grown.driven.end(), step.driven.begin(), step.driven.end());
      const double newest = fixes[i].at.seconds();
      for (std::size_t k = grown.points.size(); k <= i; ++k) {
        EXPECT_GT(fixes[k].at.seconds(), newest - 30) << "answered too late";
      }
    }
    Matches step;
    matcher.finish(step);
    grown.points.insert(grown.points.end(), step.points.begin(), step.points.end());
    grown.driven.insert(grown.driven.end(), step.driven.begin(), step.driven.end());
    const Matches at_once = match(town, fixes);
    ASSERT_EQ(grown.points.size(), at_once.points.size());
    for (std::size_t k = 0; k < grown.points.size(); ++k) {
      EXPECT_EQ(grown.points[k].edge, at_once.points[k].edge);
      EXPECT_EQ(grown.points[k].along_m, at_once.points[k].along_m);
      EXPECT_EQ(grown.points[k].sure, at_once.points[k].sure);
    }
    expect_connected(town, grown);
  }
}

TEST(Matching, WhereOneLinkEndsAndTheNextBeginsIsNoDoubt) {
  // A street of eight links: a fix at a node lies as near to the one as to the other.
  const AsciiRoads town("A---B---C---D---E---F---G---H---I", 25,
                        {{"AB", street},
                         {"BC", street},
                         {"CD", street},
                         {"DE", street},
                         {"EF", street},
                         {"FG", street},
                         {"GH", street},
                         {"HI", street}});
  for (unsigned seed = 1; seed <= 20; ++seed) {
    const Matches found =
        match(town, Drive(town, seed).noise(1).speed(5).every(2).along("ABCDEFGHI").fixes());
    for (std::size_t i = 1; i < found.driven.size(); ++i) {  // not the first one: whither?
      EXPECT_GT(found.driven[i].sure, 0.95) << seed;
    }
  }
}

TEST(Matching, IndependentErrorsDoNotPutADriveOnTheFrontageRoad) {
  // 20 m beside the main road, joined at each crossing; a fix of 10 m every 10 s.
  const AsciiRoads town(R"(
A-----B-----C-----D-----E-----F
G-----H-----I-----J-----K-----L
  )",
                        20,
                        {{"ABCDEF", street}, {"GHIJKL", street}, {"AG", street}, {"FL", street}});
  for (unsigned seed = 1; seed <= 5; ++seed) {
    Drive drive(town, seed);
    drive.noise(6).speed(3).every(10).along("ABCDEFEDCBABCDEF");
    const Matches found = match(town, drive.fixes());
    std::size_t beside = 0;
    for (const Matched& point : found.points) {
      const GeoPoint at = town.roads().place(point.edge.link(), point.along_m);
      if (offset(town.at('A'), at).north_m < -10) ++beside;
    }
    EXPECT_LT(beside * 20, found.points.size()) << seed;
  }
}

TEST(Matching, NobodyStandsOnTheOtherCarriageway) {
  // Against its direction no price of driving is paid: standing there must not be cheaper.
  const AsciiRoads town(R"(
A-----B-----C-----D-----E-----F
G-----H-----I-----J-----K-----L
  )",
                        20,
                        {{"FEDCBA", oneway}, {"GHIJKL", oneway}, {"AG", street}, {"FL", street}});
  for (unsigned seed = 1; seed <= 5; ++seed) {
    Drive drive(town, seed);
    drive.noise(10).every(10).along("GHIJKL");
    const Matches found = match(town, drive.fixes());
    double driven_m = 0;
    for (const Driven& one : found.driven) driven_m += std::fabs(one.to_m - one.from_m);
    EXPECT_NEAR(driven_m, distance_m(town.at('G'), town.at('L')), 60) << seed;
    EXPECT_EQ(path(town, found).find('/'), std::string::npos) << seed;
  }
}

TEST(Driver, TheDriveTellsWhetherItWentByTimeOrByLength) {
  const tests::Tags slow = {{"highway", "residential"}, {"maxspeed", "20"}};
  const tests::Tags fast = {{"highway", "primary"}, {"maxspeed", "80"}};
  const AsciiRoads town(R"(
X----A--------------------B----Y
     C--------------------D
  )",
                        30, {{"XABY", slow}, {"ACDB", fast}});
  const MatchConfig by_time = obeying({0, 20}, {});
  const MatchConfig by_way = obeying({1, 20}, {});
  const auto both = [&](std::string_view way) {
    const Matches found = match(town, Drive(town).noise(2).along(way).fixes());
    EXPECT_EQ(path(town, found).find('/'), std::string::npos);
    return std::pair(misfit(town.roads(), by_time, found), misfit(town.roads(), by_way, found));
  };
  const auto shortest = both("XABY");
  EXPECT_GT(shortest.first, shortest.second + 3);
  const auto fastest = both("XACDBY");
  EXPECT_LT(fastest.first + 1.5, fastest.second);
}

/// Four times a slow short way and a fast long one; between two fixes lies more than one of them.
const std::string_view forks = R"(
   C--------D   G--------H   K--------L   O--------P
X--A--------B---E--------F---I--------J---M--------N--Y
)";

TEST(Driver, HiddenFixesAreForetoldBestUnderTheLawThatTheDriveWasMadeBy) {
  const tests::Tags slow = {{"highway", "residential"}, {"maxspeed", "20"}};
  const tests::Tags fast = {{"highway", "primary"}, {"maxspeed", "80"}};
  const AsciiRoads town(
      forks, 60,
      {{"XABEFIJMNY", slow}, {"ACDB", fast}, {"EGHF", fast}, {"IKLJ", fast}, {"MOPN", fast}});
  MatchConfig whole;
  whole.lag_s = std::numeric_limits<double>::infinity();
  const auto foretold_by = [&](double by_length, std::span<const RawFix> fixes) {
    return foretold(town.roads(), fixes, obeying({by_length, 20}, whole));
  };
  for (unsigned seed = 1; seed <= 3; ++seed) {
    const auto timely = Drive(town, seed).noise(4).every(45).along("XACDBEGHFIKLJMOPNY").fixes();
    EXPECT_LT(foretold_by(0, timely) + 3, foretold_by(1, timely)) << seed;
    EXPECT_EQ(path(town, match_track(town.roads(), timely)).find('/'), std::string::npos) << seed;
    const auto shortest = Drive(town, seed).noise(4).every(45).along("XABEFIJMNY").fixes();
    EXPECT_LT(foretold_by(1, shortest) + 3, foretold_by(0, shortest)) << seed;
  }
}

TEST(Driver, ATrackTooShortToHideAnythingForetellsNothing) {
  const AsciiRoads town(grid, 30, grid_ways);
  const auto fixes = Drive(town).every(20).along("EFGH").fixes();
  EXPECT_EQ(foretold(town.roads(), {}, {}), 0);
  EXPECT_EQ(foretold(town.roads(), std::span(fixes).first(1), {}), 0);
  EXPECT_EQ(foretold(town.roads(), std::span(fixes).first(2), {}), 0);
}

TEST(Matching, WhatWasAnsweredEarlyDoesNotHoldTheVehicleOnAWrongRoad) {
  // For longer than the lag the receiver is nearer to the parallel road, which then turns away.
  const AsciiRoads town(R"(
S-A------------------------------B----------T

  D------------------------------E

                                 F
  )",
                        15, {{"SABT", street}, {"ADEF", street}});
  Drive drive(town);
  drive.noise(1).speed(8).along("SA").along("AB", 22).along("BT");
  Matcher matcher(town.roads(), {});
  Matches found;
  std::size_t answered = 0;
  for (const RawFix& fix : drive.fixes()) {
    matcher.take(fix, found);
    EXPECT_GE(found.points.size(), answered);
    answered = found.points.size();
  }
  matcher.finish(found);
  ASSERT_EQ(found.points.size(), drive.fixes().size());
  const std::string way = path(town, found);
  EXPECT_EQ(way.substr(way.size() - 1), "T") << way;
  for (std::size_t i = found.points.size() - 15; i < found.points.size(); ++i) {
    EXPECT_EQ(found.points[i].state, MatchState::on_road);
  }
  expect_connected(town, found);
}

TEST(Matching, AFiltersPosesAreMatchedByTheirHeadingAndOdometer) {
  const AsciiRoads town(grid, 30, grid_ways);
  Matcher matcher(town.roads(), {});
  Matches found;
  const auto fixes = Drive(town).every(0.1).noise(0.2).along("EFGC").fixes();
  double driven = 0;
  for (std::size_t i = 0; i < fixes.size(); ++i) {
    Pose pose;
    pose.at = fixes[i].at;
    pose.mode = PoseMode::gnss;
    pose.position = fixes[i].position;
    pose.covariance = {9, 9, 0};
    pose.driven_m = driven;
    driven += 1;
    matcher.take(pose, found);
  }
  Pose lost;
  lost.at = fixes.back().at;
  lost.mode = PoseMode::lost;
  matcher.take(lost, found);
  matcher.finish(found);
  EXPECT_EQ(path(town, found), "EF FG GC");
  ASSERT_EQ(found.points.size(), fixes.size() + 1);
  EXPECT_EQ(found.points.back().state, MatchState::unknown);
}

TEST(Matching, OffsetIsPositiveToTheRight) {
  const AsciiRoads town(grid, 30, grid_ways);
  // The vehicle is 4 m to the right of the line: the road is to the left of the pose.
  const Matches found = match(town, Drive(town).along("EFG", 4).fixes());
  EXPECT_NEAR(found.points[10].offset_m, -4, 0.5);
}

}  // namespace
}  // namespace lujing::core
