// Which fixes become track points, and why.
#include "tests/support/observations.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace lujing::core {
namespace {

using protocol::TrackPoint;
using protocol::TrackReason;
using test::muck_truck;
using test::Ride;

constexpr const char* start_utc = "2026-05-01T02:00:00Z";

std::vector<TrackPoint> points(const Ride& ride, const CoreConfig& config) {
  return test::only<TrackPoint>(test::run(config, ride.told()));
}

std::size_t count(const std::vector<TrackPoint>& all, TrackReason reason) {
  return static_cast<std::size_t>(std::count_if(
      all.begin(), all.end(), [&](const TrackPoint& point) { return point.reason == reason; }));
}

TEST(Track, HoldsEveryFixOfAMovingVehicleAtOneHertz) {
  Ride ride;
  ride.boot().wheels_kmh(20).gnss(30, 114, start_utc).pass(100);
  const auto all = points(ride, muck_truck());
  EXPECT_EQ(all.size(), 100U);
  EXPECT_EQ(all.front().reason, TrackReason::first);
  EXPECT_EQ(count(all, TrackReason::time), 99U);
}

TEST(Track, HoldsEveryFixThoughTheReceiverJitters) {
  Ride ride;
  ride.boot().wheels_kmh(20).gnss(30, 114, start_utc).pass(200);
  int n = 0;
  for (auto& observation : ride.told()) {
    if (auto* fix = std::get_if<hal::GnssFix>(&observation.what)) fix->utc->ms += 40 * (n++ % 2);
  }
  EXPECT_EQ(points(ride, muck_truck()).size(), 200U);
}

TEST(Track, HoldsOnePointEveryHalfMinuteWhileStanding) {
  Ride ride;
  ride.boot().wheels_kmh(0).gnss(30, 114, start_utc).pass(301);
  EXPECT_EQ(points(ride, muck_truck()).size(), 11U);
}

TEST(Track, HoldsEveryAcceptedFixWhereTheTimesAreZero) {
  CoreConfig config = muck_truck();
  config.track.every_s = 0;
  config.track.stopped_every_s = 0;
  Ride ride;
  ride.boot().wheels_kmh(0).gnss(30, 114, start_utc).pass(50).wheels_kmh(50).pass(50);
  EXPECT_EQ(points(ride, config).size(), 100U);
}

TEST(Track, GoesByDistanceAndByTurn) {
  CoreConfig config = muck_truck();
  config.track.every_s = 60;
  Ride ride;
  ride.boot().wheels_kmh(37).gnss(30, 114, start_utc).heading(0, 1, 0).pass(26);
  const auto straight = points(ride, config);
  EXPECT_EQ(count(straight, TrackReason::distance), 5U) << "267 m";
  ride.heading(1, 0, pi / 2).pass(2);
  EXPECT_EQ(count(points(ride, config), TrackReason::turn), 1U);
  EXPECT_EQ(points(ride, config).back().course_cdeg, 9000);
}

TEST(Track, DoesNotTurnWhileItStands) {
  CoreConfig config = muck_truck();
  Ride ride;
  ride.boot().wheels_kmh(0).gnss(30, 114, start_utc);
  for (int i = 0; i < 20; ++i) ride.heading(0, 1, i % 6).pass(1);
  EXPECT_EQ(points(ride, config).size(), 1U);
}

TEST(Track, TellsStoppingAndDrivingOff) {
  CoreConfig config = muck_truck();
  config.track.every_s = 600;
  config.track.stopped_every_s = 600;
  config.track.distance_m = 10000;
  Ride ride;
  ride.boot().wheels_kmh(30).gnss(30, 114, start_utc).pass(20).wheels_kmh(0).pass(20);
  ride.wheels_kmh(30).pass(20);
  EXPECT_EQ(count(points(ride, config), TrackReason::stop), 2U);
}

TEST(Track, HoldsThePlaceOfAnAlarm) {
  CoreConfig config = muck_truck();
  config.track.every_s = 600;
  config.track.distance_m = 10000;
  Ride ride;
  ride.boot()
      .gnss(30, 114, start_utc)
      .cover(test::SwitchState::off)
      .load(0.9)
      .wheels_kmh(30)
      .pass(20);
  EXPECT_EQ(count(points(ride, config), TrackReason::alarm), 1U);
}

TEST(Track, GoesByTheFixesOwnTimesAndStampsThem) {
  Ride ride;
  ride.boot().wheels_kmh(20).gnss(30, 114, start_utc).pass(60);
  for (auto& observation : ride.told()) observation.at.ns /= 50;  // played fifty times faster
  std::vector<std::int64_t> utc;
  for (const auto& record : test::run(muck_truck(), ride.told())) {
    if (std::holds_alternative<TrackPoint>(record.payload)) utc.push_back(*record.stamp.utc_ms);
  }
  ASSERT_EQ(utc.size(), 60U);
  for (std::size_t i = 1; i < utc.size(); ++i) EXPECT_EQ(utc[i] - utc[i - 1], 1000);
}

TEST(Track, PointsSayWhatIsKnown) {
  Ride ride;
  ride.boot().wheels_kmh(36).gnss(30, 114, start_utc).pass(11);
  const TrackPoint last = points(ride, muck_truck()).back();
  EXPECT_EQ(last.speed_cmps, 1000);
  EXPECT_GT(last.accuracy_dm, 10);
  EXPECT_LE(last.accuracy_dm, 30) << "the filter's, no worse than its receiver's 3 m";
  EXPECT_EQ(last.odometer_m, 103);
  EXPECT_EQ(last.source, protocol::PositionSource::gnss);
}

}  // namespace
}  // namespace lujing::core
