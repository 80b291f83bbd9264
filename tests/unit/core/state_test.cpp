// The vehicle state: speed, moving, cover, hoist, load, work; and what odd values change (nothing).
#include "terminal/core/snapshot.h"
#include "tests/support/observations.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace lujing::core {
namespace {

using hal::SignalState;
using hal::SwitchState;
using protocol::Cover;
using protocol::Hoist;
using protocol::Load;
using protocol::VehicleState;
using test::muck_truck;
using test::Ride;

Snapshot after(const Ride& ride, const CoreConfig& config = muck_truck()) {
  Core core(config);
  std::vector<protocol::Record> records;
  for (const auto& observation : ride.told()) core.take(observation, records);
  return core.snapshot();
}

TEST(State, IsToldAtStartAndWhenItChanges) {
  Ride ride;
  ride.boot().cover(SwitchState::on).cover(SwitchState::on).load(0.5).hoist(SwitchState::off);
  const auto states = test::only<VehicleState>(test::run(muck_truck(), ride.told()));
  ASSERT_EQ(states.size(), 4U);
  EXPECT_EQ(states[0], VehicleState{});
  EXPECT_EQ(states[1].cover, Cover::closed);
  EXPECT_EQ(states[2].load, Load::half);
  EXPECT_EQ(states[3].hoist, Hoist::flat);
}

TEST(State, MovesAboveTwiceTheStandingSpeedAndStandsAfterThreeSecondsBelowIt) {
  Ride ride;
  ride.boot().wheels_kmh(3).pass(10);
  EXPECT_FALSE(after(ride).moving) << "0.83 m/s";
  ride.wheels_kmh(4);
  EXPECT_TRUE(after(ride).moving);
  ride.wheels_kmh(1.9).pass(10);
  EXPECT_TRUE(after(ride).moving) << "0.53 m/s: between the two";
  ride.wheels_kmh(0).pass(2.9);
  EXPECT_TRUE(after(ride).moving);
  ride.pass(0.2);
  EXPECT_FALSE(after(ride).moving);
}

TEST(State, TakesTheWheelsSpeedBeforeTheReceiversAndForgetsBoth) {
  Ride ride;
  hal::GnssFix fix;
  fix.mode = hal::FixMode::fix_3d;
  fix.position = {300'000'000, 1'140'000'000};
  fix.speed_mps = 10;
  ride.boot().say(fix);
  EXPECT_EQ(after(ride).speed_mps, 10.0);
  EXPECT_FALSE(after(ride).speed_is_wheels);
  ride.say(hal::CanSignal{0, SignalState::ok, 18});
  EXPECT_EQ(after(ride).speed_mps, 5.0);
  EXPECT_TRUE(after(ride).speed_is_wheels);
  ride.say(hal::CanSignal{0, SignalState::error, 0});
  EXPECT_EQ(after(ride).speed_mps, 10.0);
  ride.pass(5.5);
  EXPECT_EQ(after(ride).speed_mps, std::nullopt);
  EXPECT_TRUE(after(ride).moving) << "nobody has seen it stop";
  EXPECT_EQ(after(ride).position_source, protocol::PositionSource::none);
  EXPECT_TRUE(after(ride).position.valid());
}

TEST(State, TakesNothingFromANumberThatIsNone) {
  for (const double odd : {std::nan(""), std::numeric_limits<double>::infinity(), -1.0, 400.0}) {
    Ride ride;
    ride.boot().say(hal::CanSignal{0, SignalState::ok, odd});
    EXPECT_EQ(after(ride).speed_mps, std::nullopt) << odd;
    ride.say(hal::Analog{1, SwitchState::on, odd});
    EXPECT_EQ(after(ride).state.load, Load::fault) << odd;
    hal::GnssFix fix;
    fix.mode = hal::FixMode::fix_3d;
    fix.position = {300'000'000, 1'140'000'000};
    fix.speed_mps = odd;
    fix.course_rad = odd;
    fix.horizontal_error_m = std::fabs(odd) == 1 ? odd : std::nan("");
    ride.say(fix);
    const auto points = test::only<protocol::TrackPoint>(test::run(muck_truck(), ride.told()));
    ASSERT_EQ(points.size(), 1U);
    EXPECT_EQ(points[0].speed_cmps, 0);
    EXPECT_EQ(points[0].course_cdeg, 0);
    EXPECT_EQ(points[0].accuracy_dm, 0);
  }
}

TEST(State, CountsTheOdometerFromTheWheelsOnlyWhileMoving) {
  Ride ride;
  ride.boot().wheels_kmh(36).pass(100);
  EXPECT_NEAR(after(ride).odometer_m, 1000, 1);
  ride.wheels_kmh(0).pass(5).wheels_kmh(1).pass(100);
  EXPECT_NEAR(after(ride).odometer_m, 1000, 1.5);
}

TEST(State, CountsTheOdometerFromTheReceiverByItsOwnTimes) {
  CoreConfig config = muck_truck();
  config.wheel_speed.reset();
  Ride ride;
  ride.boot().gnss(30, 114, "2026-05-01T02:00:00Z").wheels_kmh(36).pass(100);
  EXPECT_NEAR(after(ride, config).odometer_m, 990, 11);
  Ride fast = ride;  // the same, played a hundred times faster
  for (auto& observation : fast.told()) observation.at.ns = observation.at.ns / 100;
  EXPECT_EQ(after(fast, config).odometer_m, after(ride, config).odometer_m);
}

TEST(Body, KnowsTheCoverFromTwoSwitches) {
  CoreConfig config = muck_truck();
  config.cover_open = hal::InputId{9};
  const auto cover = [&](const std::vector<std::pair<SwitchState, SwitchState>>& seen) {
    Ride ride;
    ride.boot();
    for (const auto& [closed, open] : seen) ride.cover(closed).say(hal::Switch{9, open});
    return after(ride, config).state.cover;
  };
  const auto on = SwitchState::on;
  const auto off = SwitchState::off;
  EXPECT_EQ(cover({{on, off}}), Cover::closed);
  EXPECT_EQ(cover({{off, on}}), Cover::open);
  EXPECT_EQ(cover({{on, on}}), Cover::fault);
  EXPECT_EQ(cover({{off, off}}), Cover::not_fully_closed);
  EXPECT_EQ(cover({{on, off}, {off, off}}), Cover::not_fully_open);
  EXPECT_EQ(cover({{off, on}, {off, off}}), Cover::not_fully_closed);
  EXPECT_EQ(cover({{on, SwitchState::fault}}), Cover::fault);
  EXPECT_EQ(cover({{on, SwitchState::invalid}}), Cover::invalid);
  config.cover_closed.reset();
  EXPECT_EQ(cover({{off, on}}), Cover::open);
  EXPECT_EQ(cover({{off, off}}), Cover::closed);
}

TEST(Body, KnowsTheLoadFromShareOrSwitch) {
  const auto load = [](const std::vector<double>& shares) {
    Ride ride;
    ride.boot();
    for (const double share : shares) ride.load(share);
    return after(ride).state.load;
  };
  EXPECT_EQ(load({0.0}), Load::empty);
  EXPECT_EQ(load({0.2}), Load::light);
  EXPECT_EQ(load({0.3}), Load::half);
  EXPECT_EQ(load({0.6}), Load::full);
  EXPECT_EQ(load({1.06}), Load::over);
  EXPECT_EQ(load({0.59, 0.61}), Load::half) << "just above its edge";
  EXPECT_EQ(load({0.59, 0.63}), Load::full);
  EXPECT_EQ(load({0.63, 0.59}), Load::full) << "just below its edge";
  EXPECT_EQ(load({0.63, 0.57}), Load::half);
  EXPECT_EQ(load({0.63, 0.05}), Load::empty);

  CoreConfig config = muck_truck();
  config.laden = hal::InputId{8};
  Ride ride;
  ride.boot().say(hal::Switch{8, SwitchState::on});
  EXPECT_EQ(after(ride, config).state.load, Load::full) << "the share is not known yet";
  ride.load(0.2);
  EXPECT_EQ(after(ride, config).state.load, Load::light);
  ride.say(hal::Analog{1, SwitchState::fault, 0});
  EXPECT_EQ(after(ride, config).state.load, Load::full);
  config.load_analog.reset();
  ride.say(hal::Switch{8, SwitchState::off});
  EXPECT_EQ(after(ride, config).state.load, Load::empty);
}

TEST(UpperBody, SweepsWithBrushAndSuctionAndSprinklesWithThePump) {
  constexpr std::uint32_t sweeping = 1U << 0;
  constexpr std::uint32_t sprinkling = 1U << 2;
  Ride ride;
  ride.boot().say(hal::CanSignal{1, SignalState::ok, 90});
  EXPECT_EQ(after(ride).state.work_bits, 0U) << "the mouth is up";
  ride.say(hal::Switch{3, SwitchState::on});
  EXPECT_EQ(after(ride).state.work_bits, sweeping);
  ride.say(hal::Switch{4, SwitchState::on});
  EXPECT_EQ(after(ride).state.work_bits, sweeping | sprinkling);
  ride.say(hal::CanSignal{1, SignalState::stale, 0});
  EXPECT_EQ(after(ride).state.work_bits, sprinkling);
  ride.say(hal::Switch{4, SwitchState::fault});
  EXPECT_EQ(after(ride).state.work_bits, 0U);
  CoreConfig plain;
  plain.brush_rpm = hal::SignalId{1};
  plain.water_pump_signal = hal::SignalId{5};
  Ride brush;
  brush.boot().say(hal::CanSignal{1, SignalState::ok, 90});
  brush.say(hal::CanSignal{5, SignalState::ok, 1});
  EXPECT_EQ(after(brush, plain).state.work_bits, sweeping | sprinkling)
      << "a vehicle that does not tell its mouth";
}

TEST(Boot, BeginsWithNothingAsTheVehicleDoes) {
  Ride ride;
  ride.boot(1).gnss(30, 114, "2026-05-01T02:00:00Z").cover(SwitchState::off).load(0.9);
  ride.wheels_kmh(30).pass(20);
  ride.boot(2);
  const Snapshot snapshot = after(ride);
  EXPECT_EQ(snapshot.boot_id, 2U);
  EXPECT_FALSE(snapshot.position.valid());
  EXPECT_FALSE(snapshot.utc);
  EXPECT_TRUE(snapshot.alarms.empty());
  EXPECT_EQ(snapshot.odometer_m, 0);
  const auto records = test::run(muck_truck(), ride.told());
  const auto boots = test::only<protocol::BootRecord>(records);
  ASSERT_EQ(boots.size(), 2U);
  EXPECT_EQ(boots[0].software, "test");
  EXPECT_EQ(boots[0].rule_set, "test@1");
}

TEST(Health, IsToldEveryMinuteWithWhatChanged) {
  Ride ride;
  ride.boot().say(hal::Counter{20, 5}).say(hal::Counter{21, 0}).pass(59);
  EXPECT_TRUE(test::only<protocol::HealthRecord>(test::run(muck_truck(), ride.told())).empty());
  ride.pass(2).say(hal::Counter{20, 7}).gnss(30, 114, "2026-05-01T02:00:00Z").pass(180);
  const auto told = test::only<protocol::HealthRecord>(test::run(muck_truck(), ride.told()));
  ASSERT_EQ(told.size(), 4U);
  EXPECT_EQ(told[0].counters, (std::vector<std::pair<std::uint16_t, std::int64_t>>{{20, 5}}));
  ASSERT_EQ(told[1].counters.size(), 3U);  // the bus, the fixes, the accepted ones
  EXPECT_EQ(told[1].counters[0], (std::pair<std::uint16_t, std::int64_t>{20, 7}));
  EXPECT_EQ(told[2].counters.size(), 2U);
}

}  // namespace
}  // namespace lujing::core
