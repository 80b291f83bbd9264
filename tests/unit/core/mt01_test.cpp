// MT-01, unsealed while laden and moving: what raises it, what nearly does, and its whole life.
#include "terminal/core/alarm/rules/mt01.h"

#include "tests/support/observations.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace lujing::core {
namespace {

using protocol::AlarmRecord;
using protocol::AlarmState;
using test::muck_truck;
using test::Ride;
using test::SwitchState;

std::vector<AlarmRecord> alarms(const Ride& ride, const CoreConfig& config = muck_truck()) {
  auto found = test::only<AlarmRecord>(test::run(config, ride.told()));
  std::erase_if(found, [](const AlarmRecord& alarm) { return alarm.rule != "MT-01"; });
  return found;
}

/// Sealed, laden and driving at 30 km/h, for long enough to be known.
Ride laden_and_sealed() {
  Ride ride;
  ride.boot().cover(SwitchState::on).load(0.8).wheels_kmh(30).pass(10);
  return ride;
}

TEST(Mt01, IsRaisedWhenTheCoverStaysOpenForFiveSecondsAndClearedWhenItIsShut) {
  Ride ride = laden_and_sealed();
  ride.gnss(30.0, 114.0, "2026-05-01T02:00:00Z").pass(2);
  const double opened_s = ride.now_s();
  ride.cover(SwitchState::off).pass(20);
  ride.cover(SwitchState::on).pass(20);
  const auto told = test::run(muck_truck(), ride.told());
  const auto found = test::only<AlarmRecord>(told);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].rule, "MT-01");
  EXPECT_EQ(found[0].state, AlarmState::raised);
  EXPECT_EQ(found[0].since_boot_ms, std::llround(opened_s * 1000));
  EXPECT_EQ(found[0].rule_set, "test@1");
  EXPECT_EQ(found[0].detail, "cover=open load=full");
  EXPECT_EQ(found[0].speed_cmps, 833);
  EXPECT_TRUE(found[0].position.valid());
  EXPECT_EQ(found[1].state, AlarmState::cleared);
  EXPECT_EQ(found[1].since_boot_ms, found[0].since_boot_ms);
  EXPECT_EQ(found[1].detail, "cover=closed load=full");
  for (const auto& record : told) {
    if (!std::holds_alternative<AlarmRecord>(record.payload)) continue;
    const bool raised = std::get<AlarmRecord>(record.payload).state == AlarmState::raised;
    const double expected_s = opened_s + (raised ? 5.0 : 25.0);
    EXPECT_EQ(record.stamp.boot_ms, std::llround(expected_s * 1000));
    EXPECT_TRUE(record.stamp.utc_ms);
  }
}

TEST(Mt01, IsNotRaisedWhenTheCoverIsShutAfterFourPointNineSeconds) {
  Ride ride = laden_and_sealed();
  ride.cover(SwitchState::off).pass(4.9).cover(SwitchState::on).pass(60);
  EXPECT_TRUE(alarms(ride).empty());
}

TEST(Mt01, CountsEachOpeningAnew) {
  Ride ride = laden_and_sealed();
  for (int i = 0; i < 20; ++i) ride.cover(SwitchState::off).pass(3).cover(SwitchState::on).pass(1);
  EXPECT_TRUE(alarms(ride).empty());
}

TEST(Mt01, NeedsMoreThanTheTriggerSpeed) {
  CoreConfig config = muck_truck();
  config.mt01.trigger_speed_mps = 10.0 / 3.6;
  Ride at_trigger = laden_and_sealed();
  at_trigger.wheels_kmh(10).cover(SwitchState::off).pass(60);
  EXPECT_TRUE(alarms(at_trigger, config).empty());
  Ride above = laden_and_sealed();
  above.wheels_kmh(10.01).cover(SwitchState::off).pass(60);
  EXPECT_EQ(alarms(above, config).size(), 1U);
}

TEST(Mt01, NeedsALoad) {
  for (const auto& [share, count] :
       {std::pair{0.05, 0U}, {0.25, 0U}, {0.40, 1U}, {0.9, 1U}, {1.2, 1U}}) {
    Ride ride;
    ride.boot().cover(SwitchState::off).load(share).wheels_kmh(30).pass(60);
    EXPECT_EQ(alarms(ride).size(), count) << share;
  }
}

TEST(Mt01, DoesNotTakeACoverThatWasNeverReadForAnOpenOne) {
  Ride ride;
  ride.boot().load(0.8).wheels_kmh(30).pass(60);
  EXPECT_TRUE(alarms(ride).empty());
  ride.cover(SwitchState::invalid).pass(60);
  EXPECT_TRUE(alarms(ride).empty());
}

TEST(Mt01, TakesACutCoverWireForAnOpenCover) {
  Ride ride = laden_and_sealed();
  ride.cover(SwitchState::fault).pass(6);
  const auto found = alarms(ride);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].detail, "cover=fault load=full");
}

TEST(Mt01, IsNeitherRaisedNorClearedByWhatIsNotKnown) {
  Ride pending = laden_and_sealed();
  pending.cover(SwitchState::off).pass(4).wheels_silent().pass(30).wheels_kmh(30).pass(0.9);
  EXPECT_TRUE(alarms(pending).empty()) << "4.9 s were seen";
  pending.pass(0.3);
  EXPECT_EQ(alarms(pending).size(), 1U);

  Ride raised = laden_and_sealed();
  raised.cover(SwitchState::off).pass(10).wheels_silent().pass(300);
  EXPECT_EQ(alarms(raised).size(), 1U) << "not known to have stopped: still raised";
  raised.say(hal::Analog{1, SwitchState::fault, 0}).pass(300);
  EXPECT_EQ(alarms(raised).size(), 1U) << "a load sensor that is pulled off ends nothing";
  raised.cover(SwitchState::on).pass(6);
  EXPECT_EQ(alarms(raised).size(), 2U) << "shut, whatever the speed is: cleared";
}

TEST(Mt01, WithdrawsAPendingOneThatWasNotSeenForAMinute) {
  Ride ride = laden_and_sealed();
  ride.cover(SwitchState::off).pass(4).wheels_silent().pass(70).wheels_kmh(30).pass(4.5);
  EXPECT_TRUE(alarms(ride).empty());
}

TEST(Mt01, OutlastsAShortShuttingOfTheCover) {
  Ride ride = laden_and_sealed();
  ride.cover(SwitchState::off).pass(10);
  ride.cover(SwitchState::on).pass(4.8).cover(SwitchState::off).pass(10);
  EXPECT_EQ(alarms(ride).size(), 1U);
}

TEST(Mt01, TellsARepetitionWithinTwoHoursAsSuppressedOnce) {
  Ride ride = laden_and_sealed();
  ride.cover(SwitchState::off).pass(10).cover(SwitchState::on).pass(600);
  ride.cover(SwitchState::off).pass(60).cover(SwitchState::on).pass(600);
  const auto found = alarms(ride);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].state, AlarmState::raised);
  EXPECT_EQ(found[1].state, AlarmState::cleared);
  EXPECT_EQ(found[2].state, AlarmState::suppressed);
  EXPECT_GT(found[2].since_boot_ms, found[0].since_boot_ms);
}

TEST(Mt01, IsRaisedAgainAfterTwoHours) {
  Ride ride = laden_and_sealed();
  ride.cover(SwitchState::off).pass(10).cover(SwitchState::on).pass(7200);
  ride.cover(SwitchState::off).pass(10);
  const auto found = alarms(ride);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[2].state, AlarmState::raised);
}

TEST(Mt01, RaisesASuppressedOneThatOutlastsTheTwoHours) {
  CoreConfig config = muck_truck();
  config.mt01.alarm.suppress_s = 100;
  Ride ride = laden_and_sealed();
  ride.cover(SwitchState::off).pass(10).cover(SwitchState::on).pass(10);
  ride.cover(SwitchState::off).pass(200).cover(SwitchState::on).pass(10);
  const auto found = alarms(ride, config);
  ASSERT_EQ(found.size(), 5U);
  EXPECT_EQ(found[2].state, AlarmState::suppressed);
  EXPECT_EQ(found[3].state, AlarmState::raised);
  EXPECT_EQ(found[3].since_boot_ms, found[2].since_boot_ms);
  EXPECT_EQ(found[4].state, AlarmState::cleared);
}

TEST(Mt01, CountsASilenceOfAllDevicesForTwoSecondsAtMost) {
  Ride ride = laden_and_sealed();
  ride.cover(SwitchState::off).say(hal::ClockTick{});
  Ride later(ride.now_s() + 3600);
  later.say(hal::CanSignal{0, hal::SignalState::ok, 30.0});
  ride.told().insert(ride.told().end(), later.told().begin(), later.told().end());
  EXPECT_TRUE(alarms(ride).empty());
}

TEST(Mt01, CanBeSwitchedOff) {
  CoreConfig config = muck_truck();
  config.mt01.alarm.enabled = false;
  Ride ride = laden_and_sealed();
  ride.cover(SwitchState::off).pass(60);
  EXPECT_TRUE(alarms(ride, config).empty());
}

TEST(Mt01, JudgesBySpeedOfTheReceiverWhereTheBusIsSilent) {
  CoreConfig config = muck_truck();
  config.wheel_speed.reset();
  Ride ride;
  ride.boot().gnss(30.0, 114.0, "2026-05-01T02:00:00Z").cover(SwitchState::off).load(0.8);
  ride.wheels_kmh(30).pass(10);
  EXPECT_EQ(alarms(ride, config).size(), 1U);
}

/// The condition itself, over everything that it can be asked.
TEST(Mt01, ConditionIsATableOfThree) {
  using protocol::Cover;
  using protocol::Load;
  const CoreConfig config;
  const auto ask = [&](Load load, Cover cover, std::optional<double> speed) {
    Facts facts;
    facts.load = load;
    facts.cover = cover;
    facts.speed_mps = speed;
    return mt01::condition(facts, config);
  };
  for (const Load load : {Load::half, Load::full, Load::over}) {
    for (const Cover cover :
         {Cover::open, Cover::fault, Cover::not_fully_open, Cover::not_fully_closed}) {
      EXPECT_EQ(ask(load, cover, 10.0), Truth::yes);
      EXPECT_EQ(ask(load, cover, 5.0 / 3.6), Truth::no);
      EXPECT_EQ(ask(load, cover, std::nullopt), Truth::unknown);
    }
    EXPECT_EQ(ask(load, Cover::closed, std::nullopt), Truth::no);
    EXPECT_EQ(ask(load, Cover::invalid, 10.0), Truth::unknown);
    EXPECT_EQ(ask(load, Cover::invalid, 1.0), Truth::no);
  }
  for (const Load load : {Load::empty, Load::light}) {
    EXPECT_EQ(ask(load, Cover::open, 10.0), Truth::no);
  }
  for (const Load load : {Load::invalid, Load::fault}) {
    EXPECT_EQ(ask(load, Cover::open, 10.0), Truth::unknown);
    EXPECT_EQ(ask(load, Cover::closed, 10.0), Truth::no);
  }
}

}  // namespace
}  // namespace lujing::core
