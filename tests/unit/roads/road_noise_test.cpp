// What the roads around tell of the fixes' error, and what matching makes of it.
#include "terminal/core/roads/road_noise.h"

#include "terminal/core/roads/match_track.h"
#include "tests/support/ascii_roads.h"
#include "tests/support/drive.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <optional>

namespace lujing::core {
namespace {

using tests::AsciiRoads;
using tests::Drive;

const tests::Tags slow = {{"highway", "residential"}, {"maxspeed", "30"}};
const tests::Tags fast = {{"highway", "trunk"}, {"maxspeed", "45"}};

/// A trunk road, and 12 m beside it its frontage road.
AsciiRoads frontage() {
  return AsciiRoads(R"(
A---------------B---------------C---------------D---------------E
G---------------H---------------I---------------J---------------K
  )",
                    12,
                    {{"ABCDE", fast}, {"GHIJK", slow}, {"AG", slow}, {"CI", slow}, {"EK", slow}});
}

double scale_of(double noise_m, unsigned seed) {
  const AsciiRoads town(R"(
A--------------------B
|                    |
C--------------------D
  )",
                        30, {{"AB", slow}, {"CD", slow}, {"AC", slow}, {"BD", slow}});
  Drive drive(town, seed);
  drive.noise(noise_m).every(5).along("ABDCABDCAB");
  RoadNoise noise;
  for (const RawFix& fix : drive.fixes()) noise.see(town.roads(), {fix.position, 45, 3, 1});
  return noise.scale();
}

TEST(RoadNoise, TheRoadsAroundTellHowLargeTheErrorIs) {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    EXPECT_LT(scale_of(0, seed), 0.05) << seed;
    EXPECT_NEAR(std::sqrt(scale_of(6.7, seed)), 1, 0.35) << seed;
    EXPECT_NEAR(std::sqrt(scale_of(14, seed)), 2, 0.7) << seed;
  }
}

TEST(RoadNoise, WithoutRoadsWhatWasBelievedStands) {
  const AsciiRoads town("A----B", 20, {{"AB", slow}});
  RoadNoise noise;
  for (int i = 0; i < 50; ++i) noise.see(town.roads(), {moved(town.at('A'), {0, 3000}), 45, 3, 1});
  EXPECT_NEAR(noise.scale(), 1, 0.2);
}

/// Fixes that were put on the trunk road, and how sure the surest of them was.
struct Wrong {
  std::size_t fixes = 0;
  double sure = 0;
};

Wrong on_the_trunk(double noise_m, double every_s, std::optional<double> told_m, bool online) {
  const AsciiRoads town = frontage();
  Drive drive(town, 3);
  drive.noise(noise_m).speed(8).every(every_s).along("GHIJKJIHGHIJK");
  auto fixes = drive.fixes();
  for (RawFix& fix : fixes) fix.sigma_m = told_m;
  const Matches found = online ? tests::match(town, fixes) : match_track(town.roads(), fixes);
  EXPECT_EQ(found.points.size(), fixes.size());
  Wrong wrong;
  for (const Matched& point : found.points) {
    EXPECT_EQ(point.state, MatchState::on_road);
    if (point.state != MatchState::on_road) continue;
    const GeoPoint put = town.roads().place(point.edge.link(), point.along_m);
    if (std::fabs(offset(town.at('A'), put).north_m) > 5) continue;
    ++wrong.fixes;
    wrong.sure = std::max(wrong.sure, point.sure);
  }
  return wrong;
}

TEST(RoadNoise, FixesOnTheFrontageRoadAreNotOnTheTrunkWhateverIsTold) {
  for (const bool online : {false, true}) {
    for (const double every_s : {1.0, 10.0, 30.0}) {
      for (const std::optional<double> told : {std::optional<double>(), {3.3}, {9.9}}) {
        const Wrong wrong = on_the_trunk(0, every_s, told, online);
        const std::size_t all = static_cast<std::size_t>(12 * 192 / 8 / every_s);
        EXPECT_LE(wrong.fixes * 20, all + 40)
            << online << " " << every_s << " " << told.value_or(0);
      }
    }
  }
}

TEST(RoadNoise, ATrueAccuracyIsNoLossOnLine) {
  for (const double noise_m : {3.0, 5.0}) {
    const std::size_t silent = on_the_trunk(noise_m, 1, {}, true).fixes;
    for (const double times : {0.5, 1.0}) {
      EXPECT_LE(on_the_trunk(noise_m, 1, times * noise_m, true).fixes, silent + 15)
          << noise_m << " " << times;
    }
  }
}

TEST(RoadNoise, AFixOnARoadIsOnItThoughNoWayLeadsThere) {
  const tests::Tags one_way = {{"highway", "trunk"}, {"oneway", "yes"}};
  const AsciiRoads town(R"(
A---------------B---------------C
G---------------H---------------I
  )",
                        30, {{"ABC", one_way}, {"IHG", one_way}});
  Drive drive(town);
  drive.noise(0).speed(12).every(30).along("AB");
  auto fixes = drive.fixes();
  Drive back(town);
  back.noise(0).speed(12).every(30).along("HG");
  for (RawFix fix : back.fixes()) {
    fix.at.ns = fixes.back().at.ns + 30 * ns_per_s;
    fixes.push_back(fix);
  }
  for (const bool online : {false, true}) {
    const Matches found = online ? tests::match(town, fixes) : match_track(town.roads(), fixes);
    for (const Matched& point : found.points) EXPECT_EQ(point.state, MatchState::on_road);
    std::size_t breaks = 0;
    for (std::size_t i = 1; i < found.driven.size(); ++i) breaks += found.driven[i].joined ? 0 : 1;
    EXPECT_EQ(breaks, 1U);
  }
}

}  // namespace
}  // namespace lujing::core
