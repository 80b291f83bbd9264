// A vehicle among fences: entering and leaving, margins, dwell times, hours, and what lies between
// two positions.
#include "terminal/core/fence/watch.h"

#include "tests/unit/fence/fences.h"

#include <gtest/gtest.h>

#include <random>

namespace lujing::core {
namespace {

using test::At;
using test::box;
using test::fence;
using test::place;
using test::ring;

/// Drives a watch along, one second a step unless told otherwise.
class Drive {
 public:
  explicit Drive(std::vector<Fence> fences, FenceConfig config = plain())
      : index_(*FenceIndex::make({1, std::move(fences)})), watch_(index_, config) {}

  static FenceConfig plain() {
    FenceConfig config;
    config.leave_dwell_s = 0;
    return config;
  }
  Drive& sigma(double metres) {
    pose_.covariance = {metres * metres, metres * metres, 0};
    return *this;
  }
  Drive& utc(const std::string& text) {
    utc_ = from_iso8601(text);
    return *this;
  }
  Drive& to(At at, double after_s = 1) {
    const auto after_ns = static_cast<std::int64_t>(after_s * 1e9);
    pose_.at.ns += after_ns;
    if (utc_) utc_->ms += after_ns / ns_per_ms;
    pose_.mode = PoseMode::gnss;
    pose_.position = place(at);
    watch_.take(pose_, utc_, changes_);
    return *this;
  }
  Drive& straight(At from, At to_place, int steps) {
    for (int i = 0; i <= steps; ++i) {
      const double share = static_cast<double>(i) / steps;
      to({from.east_m + share * (to_place.east_m - from.east_m),
          from.north_m + share * (to_place.north_m - from.north_m)});
    }
    return *this;
  }
  /// "+A" entered, "-A" left, "xA" crossed, "=A" found inside, "(A" began, ")A" ended.
  std::string told() const {
    std::string text;
    for (const FenceChange& change : changes_) {
      text += std::string("+-x=()").substr(static_cast<std::size_t>(change.event), 1) +
              index_->fence(change.fence).id + " ";
    }
    return text;
  }
  const std::vector<FenceChange>& changes() const { return changes_; }
  const FenceWatch& watch() const { return watch_; }

 private:
  std::shared_ptr<const FenceIndex> index_;
  FenceWatch watch_;
  Pose pose_;
  std::optional<UtcTime> utc_;
  std::vector<FenceChange> changes_;
};

Fence square(const std::string& id, double west_m, double size_m) {
  return fence(id, Polygon{box(west_m, -size_m / 2, west_m + size_m, size_m / 2), {}});
}

TEST(FenceWatch, TellsEnteringAndLeavingOnce) {
  Drive drive({square("A", 100, 200), square("B", 250, 400)});
  drive.straight({0, 0}, {800, 0}, 80);
  EXPECT_EQ(drive.told(), "+A +B -A -B ");
  EXPECT_TRUE(drive.watch().inside().empty());
}

TEST(FenceWatch, APositionThatScattersAroundTheLineEntersOnce) {
  std::mt19937 random(3);
  std::normal_distribution<double> noise(0, 3);
  Drive drive({square("A", 0, 400)}, FenceConfig{});
  drive.sigma(3).straight({-100, 0}, {0, 0}, 20);
  for (int i = 0; i < 500; ++i) drive.to({noise(random), noise(random)});
  drive.straight({0, 0}, {200, 0}, 20);
  EXPECT_EQ(drive.told(), "+A ");
}

TEST(FenceWatch, TheMarginFollowsTheUncertainty) {
  Drive sure({square("A", 0, 400)});
  sure.sigma(0.5).to({-100, 0}).to({5, 0});
  EXPECT_EQ(sure.told(), "+A ");
  Drive unsure({square("A", 0, 400)});
  unsure.sigma(5).to({-100, 0}).to({5, 0}).to({9, 0});
  EXPECT_EQ(unsure.told(), "");
  unsure.to({11, 0}).to({-9, 0});
  EXPECT_EQ(unsure.told(), "+A ");
  unsure.to({-11, 0});
  EXPECT_EQ(unsure.told(), "+A -A ");
}

TEST(FenceWatch, ATooUncertainPositionDecidesNothing) {
  Drive drive({square("A", 0, 400)});
  drive.sigma(1).to({100, 0}).sigma(40).to({-300, 0}).sigma(1).to({120, 0});
  EXPECT_EQ(drive.told(), "=A ");
}

TEST(FenceWatch, ASmallFenceCanBeEnteredAtAll) {
  Drive drive({fence("gate", Circle{place({0, 0}), 8})});
  drive.sigma(4).straight({-100, 0}, {100, 0}, 100);
  EXPECT_EQ(drive.told(), "+gate -gate ");
}

TEST(FenceWatch, DwellTimes) {
  Fence site = square("A", 0, 100);
  site.dwell_s = 10;
  Drive drive({site});
  drive.straight({-50, 0}, {150, 0}, 10);  // 5 s inside
  EXPECT_EQ(drive.told(), "");
  drive.straight({150, 0}, {50, 0}, 10);
  const auto entered = drive.watch().inside().size();
  EXPECT_EQ(entered, 0U);
  for (int i = 0; i < 12; ++i) drive.to({50, 0});
  EXPECT_EQ(drive.told(), "+A ");
  ASSERT_EQ(drive.watch().inside().size(), 1U);
  EXPECT_LT(drive.changes().front().since.seconds(), 19);
}

TEST(FenceWatch, LeavingNeedsItsTimeToo) {
  FenceConfig config;
  config.leave_dwell_s = 5;
  Drive drive({square("A", 0, 100)}, config);
  drive.to({50, 0}).to({-30, 0}).to({-30, 0}).to({50, 0});
  EXPECT_EQ(drive.told(), "=A ");
  for (int i = 0; i < 8; ++i) drive.to({-300, 0});
  EXPECT_EQ(drive.told(), "=A -A ");
  EXPECT_EQ(drive.changes().back().stay_ns, 4 * ns_per_s);
}

TEST(FenceWatch, FindsAFenceThatWasCrossedBetweenTwoFixes) {
  Drive drive({square("A", 0, 20), square("B", 0, 3), square("C", 500, 20)});
  drive.to({-30, 0}).to({40, 0});
  EXPECT_EQ(drive.told(), "xA xB ");
  drive.to({490, 0}, 10).to({530, 60});
  EXPECT_EQ(drive.told(), "xA xB ");
}

TEST(FenceWatch, FindsWhatLiesInTheMiddleOfALongGap) {
  Drive drive({fence("wall", Corridor{ring({{200, -300}, {200, 300}}), 12}),
               fence("disc", Circle{place({320, 0}), 10}), square("off", 200, 20)});
  drive.to({0, 30}).to({450, 0}, 20);
  EXPECT_EQ(drive.told(), "xwall xdisc ");
  Drive slow({fence("wall", Corridor{ring({{200, -300}, {200, 300}}), 12})});
  slow.to({0, 0}).to({450, 0}, 31);
  EXPECT_EQ(slow.told(), "") << "a gap that long proves nothing";
}

TEST(FenceWatch, TellsOfHoursThatBeginAndEndWhileInside) {
  Fence night = square("N", 0, 400);
  night.hours.windows.push_back({every_day, 22 * 60, 6 * 60});
  Drive drive({night});
  drive.utc("2026-05-01T13:58:30Z").to({200, 0});  // 21:58:30 in Wuhan
  EXPECT_EQ(drive.watch().inside().front().applies, Truth::no);
  for (int i = 0; i < 20; ++i) drive.to({200, 0}, 10);
  EXPECT_EQ(drive.told(), "=N (N ");
  EXPECT_EQ(drive.watch().inside().front().applies, Truth::yes);
  drive.utc("2026-05-01T21:59:55Z");
  for (int i = 0; i < 2; ++i) drive.to({200, 0}, 10);
  EXPECT_EQ(drive.told(), "=N (N )N ");
}

TEST(FenceWatch, WithoutUtcHoursAreNotKnown) {
  Fence night = square("N", 0, 400);
  night.hours.windows.push_back({every_day, 22 * 60, 6 * 60});
  Drive drive({night});
  drive.to({200, 0});
  EXPECT_EQ(drive.watch().inside().front().applies, Truth::unknown);
}

/// The shortcuts change nothing: the same answers as measuring every fence at every step.
TEST(FenceWatch, AgreesWithMeasuringEverything) {
  std::mt19937 random(5);
  std::uniform_real_distribution<double> spread(-1500, 1500);
  std::uniform_real_distribution<double> size(10, 500);
  std::vector<Fence> fences;
  for (int i = 0; i < 120; ++i) {
    const At at{spread(random), spread(random)};
    if (i % 4 == 3) {
      // Its line goes to and fro: of a cell's sides near the middle the next cell's are not all.
      std::vector<At> star;
      const double s = size(random);
      for (int corner = 0; corner < 30; ++corner) {
        const double r = s * (corner % 2 == 0 ? 1 : 0.4);
        star.push_back({at.east_m + r * std::cos(2 * pi * corner / 30),
                        at.north_m + r * std::sin(2 * pi * corner / 30)});
      }
      fences.push_back(fence(std::to_string(i), Polygon{ring(star), {}}));
    } else if (i % 4 == 0) {
      fences.push_back(fence(std::to_string(i), Circle{place(at), size(random)}));
    } else if (i % 4 == 1) {
      fences.push_back(
          fence(std::to_string(i),
                Corridor{ring({at, {spread(random), spread(random)}}), size(random) / 5}));
    } else {
      const double s = size(random);
      fences.push_back(
          fence(std::to_string(i),
                Polygon{box(at.east_m, at.north_m, at.east_m + s, at.north_m + s / 2), {}}));
    }
  }
  const auto index = *FenceIndex::make({1, fences});
  FenceWatch watch(index, Drive::plain());
  std::vector<bool> plain(index->size(), false);
  std::vector<FenceChange> changes;
  std::normal_distribution<double> turn(0, 0.2);
  double east = 0;
  double north = 0;
  double course = 0;
  Pose pose;
  pose.mode = PoseMode::gnss;
  pose.covariance = {1, 1, 0};
  for (int i = 0; i < 20'000; ++i) {
    course += turn(random);
    east += 8 * std::sin(course);
    north += 8 * std::cos(course);
    if (std::hypot(east, north) > 1800) course += pi;
    pose.at.ns += ns_per_s;
    pose.position = place({east, north});
    changes.clear();
    watch.take(pose, std::nullopt, changes);
    const FencePlace here = FencePlace::of(pose.position);
    for (std::uint32_t f = 0; f < index->size(); ++f) {
      const double d = index->shapes().signed_distance_m(f, here);
      const double enter = std::min(2.0, index->shapes().depth_m(f) / 4);
      // What lies within a millimetre of its margin may fall either way: another plane was used.
      const double limit = plain[f] ? 2.0 : -enter;
      if (std::fabs(d - limit) < 0.05) {
        const auto& in = watch.inside();
        plain[f] =
            std::any_of(in.begin(), in.end(), [&](const Presence& p) { return p.fence == f; });
        continue;
      }
      plain[f] = plain[f] ? d <= 2.0 : d < -enter;
    }
    std::vector<bool> told(index->size(), false);
    for (const Presence& presence : watch.inside()) told[presence.fence] = true;
    ASSERT_EQ(told, plain) << "step " << i;
  }
}

}  // namespace
}  // namespace lujing::core
