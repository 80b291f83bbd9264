// Where along the road it was, with what came after.
#include "terminal/core/work/hindsight.h"

#include "tests/support/ascii_roads.h"

#include <gtest/gtest.h>

#include <cmath>

namespace lujing::core {
namespace {

/// A vehicle at 2 m/s along A-B-C; the receiver is off by what the test says.
class DrivenStreet : public ::testing::Test {
 protected:
  DrivenStreet()
      : town(R"(
          A--------------B
                         |
                         |
                         |
                         C
        )",
             50, {{"AB", {{"highway", "residential"}}}, {"BC", {{"highway", "residential"}}}}) {}

  static constexpr double mps = 2;
  double leg_m(const char* edge) const { return town.roads().length_m(town.edge(edge).link()); }
  /// The true place, in the lane on the right.
  GeoPoint place(double at_m) const {
    const double ab_m = leg_m("AB");
    if (at_m < ab_m) return town.between('A', 'B', at_m / ab_m, 2);
    return town.between('B', 'C', (at_m - ab_m) / leg_m("BC"), 2);
  }
  void second(Offset error) {
    path_m += mps;
    now.ns += ns_per_s;
    Pose pose;
    pose.at = now;
    pose.mode = PoseMode::gnss;
    pose.position = moved(place(path_m), error);
    pose.heading_rad = path_m < leg_m("AB") ? pi / 2 : pi;
    pose.heading_sigma = 0.02;
    pose.speed_mps = mps;
    pose.driven_m = path_m;
    hindsight.take(FixSeen{pose.position, now, 1, 16, 30});
    hindsight.take(pose);
  }
  /// One second that matching put where the receiver saw it, so far along the path.
  void commit(double seen_m, bool joined = true, int lasted_s = 1) {
    const double ab_m = leg_m("AB");
    const double from_m = committed_m;
    const auto add = [&](const char* edge, double from, double to, BootTime entered) {
      if (to <= from) return;
      Driven driven;
      driven.edge = town.edge(edge);
      const double length_m = leg_m(edge);
      const bool backward = driven.edge.backward();
      driven.from_m = backward ? length_m - from : from;
      driven.to_m = backward ? length_m - to : to;
      driven.entered = entered;
      driven.left = now;
      driven.sure = 1;
      driven.joined = joined;
      hindsight.take(driven, town.roads(), out);
    };
    const BootTime entered{now.ns - lasted_s * ns_per_s};
    add("AB", from_m, std::min(seen_m, ab_m), entered);
    add("BC", std::max(from_m - ab_m, 0.0), seen_m - ab_m, entered);
    committed_m = std::max(committed_m, seen_m);
  }
  /// Along A-B-C by what was put right.
  double path_at(BootTime when) const {
    for (const Hindsight::Stretch& stretch : out) {
      const Driven& driven = stretch.driven;
      if (when < driven.entered || when > driven.left || driven.left == driven.entered) continue;
      const double share = static_cast<double>(when.ns - driven.entered.ns) /
                           static_cast<double>(driven.left.ns - driven.entered.ns);
      const double link_m = driven.from_m + (driven.to_m - driven.from_m) * share;
      const bool first = driven.edge == town.edge("AB");
      const double along_m =
          driven.edge.backward() ? stretch.link.length_cm / 100.0 - link_m : link_m;
      return first ? along_m : leg_m("AB") + along_m;
    }
    return NAN;
  }

  tests::AsciiRoads town;
  Hindsight hindsight;
  std::vector<Hindsight::Stretch> out;
  BootTime now{ns_per_s};
  double path_m = 20;
  double committed_m = 20;
};

TEST_F(DrivenStreet, AnErrorThatComesBackFromTheOtherSideIsSeen) {
  bool first = true;
  for (int i = 0; i < 240; ++i) {
    const double off_m = i / 40 % 2 == 0 ? 4 : -4;
    second({off_m, 0});
    commit(path_m + off_m, !first);
    first = false;
  }
  hindsight.flush(out);
  double worst_m = 0;
  for (int i = 60; i < 180; ++i) {
    const double really_m = 20 + i * mps;
    worst_m = std::max(worst_m, std::abs(path_at(BootTime{(1 + i) * ns_per_s}) - really_m));
  }
  EXPECT_LT(worst_m, 2.7) << "matching alone: 4 m and more";
}

TEST_F(DrivenStreet, TheCornerSaysHowFarAlongTheFirstStreetItWas) {
  const double ab_m = leg_m("AB");
  bool first = true;
  while (path_m < ab_m + 150) {
    second({6, 0});  // along A-B, and beside B-C
    commit(path_m < ab_m ? std::min(path_m + 6, ab_m) : path_m, !first);
    first = false;
  }
  hindsight.flush(out);
  const double before_m = ab_m - 40;
  const BootTime then{
      ns_per_s + static_cast<std::int64_t>((before_m - 20) / mps * static_cast<double>(ns_per_s))};
  EXPECT_NEAR(path_at(then), before_m, 3.0) << "the receiver said 6 m farther";
}

TEST_F(DrivenStreet, GivesTheWholeWayInOrderAndNothingTwice) {
  bool first = true;
  for (int i = 0; i < 200; ++i) {
    second({i % 30 * 0.2, 0});
    commit(path_m, !first);
    first = false;
  }
  hindsight.flush(out);
  EXPECT_FALSE(hindsight.pending());
  double length_m = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const Driven& driven = out[i].driven;
    length_m += std::abs(driven.to_m - driven.from_m);
    EXPECT_LE(driven.entered, driven.left);
    if (i == 0) continue;
    EXPECT_EQ(driven.entered, out[i - 1].driven.left);
    if (driven.edge == out[i - 1].driven.edge) {
      EXPECT_DOUBLE_EQ(driven.from_m, out[i - 1].driven.to_m);
    }
  }
  EXPECT_NEAR(length_m, committed_m - 20, 6);
}

/// Matching ends a street at the corner, whatever way was really cut there: one stretch of it, of
/// which the odometer saw less. Before the corner the places must not be drawn towards it.
TEST_F(DrivenStreet, ACornerThatIsCutMovesNoPlaceBeforeIt) {
  const double ab_m = leg_m("AB");
  bool first = true;
  while (path_m < ab_m - 60) {
    second({});
    commit(path_m, !first);
    first = false;
  }
  int lasted_s = 0;
  for (; path_m < ab_m - 12; ++lasted_s) second({});
  commit(ab_m, true, lasted_s);  // 12 m farther than it was
  for (int i = 0; i < 80; ++i) {
    second({});
    if (path_m > ab_m) commit(path_m);
  }
  hindsight.flush(out);
  const double before_m = ab_m - 30;
  const BootTime then{
      ns_per_s + static_cast<std::int64_t>((before_m - 20) / mps * static_cast<double>(ns_per_s))};
  EXPECT_NEAR(path_at(then), before_m, 2.0);
}

TEST_F(DrivenStreet, WaitsForWhatComesAfterButNotOverAGap) {
  second({});
  commit(path_m, false);
  for (int i = 0; i < 20; ++i) {
    second({});
    commit(path_m);
  }
  EXPECT_TRUE(out.empty());
  second({});
  commit(path_m, false);
  ASSERT_FALSE(out.empty()) << "what is not joined has nothing to say about it";
  EXPECT_EQ(out.back().driven.left.ns, now.ns - ns_per_s);
  const double told_m = std::abs(out.back().driven.to_m - out.front().driven.from_m);
  EXPECT_NEAR(told_m, 20 * mps, 1);
  EXPECT_TRUE(hindsight.pending());
}

TEST_F(DrivenStreet, LeavesAStretchAsItIsWhereNoPoseWasTold) {
  now.ns += 10 * ns_per_s;
  commit(40, false);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_FALSE(hindsight.pending());
  EXPECT_DOUBLE_EQ(std::abs(out[0].driven.to_m - out[0].driven.from_m), 20);
}

}  // namespace
}  // namespace lujing::core
