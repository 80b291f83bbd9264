// The trust rules: each raised by its trick, none by what is merely near it, none by honest
// driving.
#include "tests/support/observations.h"
#include "tests/support/true_drive.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lujing::core {
namespace {

using hal::SwitchState;
using protocol::AlarmRecord;
using protocol::AlarmState;
using test::muck_truck;
using test::Ride;

constexpr const char* begin_utc = "2026-05-01T02:00:00Z";

CoreConfig truck() {
  CoreConfig config = muck_truck();
  config.antenna_fault = hal::InputId{20};
  config.unit_removed = hal::InputId{21};
  config.yaw_rate = hal::SignalId{9};
  return config;
}

/// "AC-01 main=..." of each trust alarm that was raised.
std::vector<std::string> raised(const std::vector<hal::Observation>& told) {
  std::vector<std::string> found;
  for (const auto& record : test::only<AlarmRecord>(test::run(truck(), told))) {
    if (record.state != AlarmState::raised || record.rule.rfind("AC-", 0) != 0) continue;
    found.push_back(record.rule + " " + record.detail);
  }
  return found;
}
std::vector<std::string> raised(const Ride& ride) {
  return raised(ride.told());
}
void expect_raised(const Ride& ride, const std::string& rule) {
  const auto all = raised(ride);
  ASSERT_EQ(all.size(), 1U) << rule << (all.empty() ? " none" : " " + all.back());
  EXPECT_EQ(all[0].substr(0, 5), rule) << all[0];
}
void expect_none(const Ride& ride) {
  for (const std::string& one : raised(ride)) ADD_FAILURE() << one;
}

Ride driving(double kmh = 30) {
  Ride ride;
  ride.boot().gnss(30, 114, begin_utc).wheels_kmh(kmh).pass(30);
  return ride;
}

TEST(Ac01, BatteryLowOrGoneForFifteenSeconds) {
  Ride ride = driving();
  ride.say(hal::Power{27.5, {}})
      .pass(5)
      .say(hal::Power{21.0, {}})
      .pass(14)
      .say(hal::Power{27.0, {}});
  ride.pass(5);
  expect_none(ride);
  ride.say(hal::Power{3.0, {}}).pass(17);
  expect_raised(ride, "AC-01");
  EXPECT_EQ(raised(ride)[0], "AC-01 main=3.0V lost");
  Ride small = driving();
  small.say(hal::Power{13.5, {}}).pass(5).say(hal::Power{11.5, {}}).pass(60);
  expect_none(small);
}

TEST(Ac02, AntennaOpenOrShorted) {
  Ride ride = driving();
  ride.say(hal::Switch{20, SwitchState::off})
      .pass(10)
      .say(hal::Switch{20, SwitchState::on})
      .pass(0.8);
  ride.say(hal::Switch{20, SwitchState::off}).pass(10);
  expect_none(ride);
  ride.say(hal::Switch{20, SwitchState::on}).pass(3);
  expect_raised(ride, "AC-02");
}

TEST(Ac03, SensorInFault) {
  Ride ride = driving();
  ride.say(hal::Analog{1, SwitchState::fault, 0}).pass(2).load(0.5).pass(5);
  expect_none(ride);
  ride.say(hal::Switch{2, SwitchState::fault}).pass(5);
  expect_raised(ride, "AC-03");
}

TEST(Ac04, CoverThatNeverChangesOverThreeLoads) {
  const auto loads = [](int count, bool cover) {
    Ride ride;
    ride.boot().cover(SwitchState::on).load(0.0).hoist(SwitchState::off).pass(5);
    for (int i = 0; i < count; ++i) {
      if (cover && i == 1) ride.cover(SwitchState::off).pass(2).cover(SwitchState::on);
      ride.load(0.9)
          .pass(20)
          .hoist(SwitchState::on)
          .pass(5)
          .load(0.0)
          .hoist(SwitchState::off)
          .pass(20);
    }
    return ride;
  };
  expect_raised(loads(3, false), "AC-04");
  expect_none(loads(2, false));
  expect_none(loads(3, true));
}

TEST(Ac04, ALoadThatTremblesAboutItsLimitIsOneLoad) {
  Ride ride;
  ride.boot().cover(SwitchState::on).hoist(SwitchState::off).load(0.0).pass(10);
  for (int i = 0; i < 40; ++i) ride.load(i % 2 == 0 ? 0.30 : 0.60).pass(1);
  ride.load(0.9).pass(60);
  expect_none(ride);
}

TEST(Ac05, ReceiverFasterThanTheWheels) {
  const auto told = [](double wheels_kmh) {
    Ride ride = driving(60);
    ride.pass(30);
    for (auto& observation : ride.told()) {
      auto* signal = std::get_if<hal::CanSignal>(&observation.what);
      if (signal != nullptr && signal->id == 0 && observation.at.seconds() > 135)
        signal->value = wheels_kmh;
    }
    return ride;
  };
  expect_raised(told(40), "AC-05");
  expect_none(told(52));
}

TEST(Ac06, NoFixOrStandingReceiverWhileTheWheelsTurn) {
  Ride ride = driving();
  ride.no_gnss();
  for (int i = 0; i < 55; ++i) ride.say(hal::GnssFix{}).pass(1);
  expect_none(ride);
  for (int i = 0; i < 12; ++i) ride.say(hal::GnssFix{}).pass(1);
  expect_raised(ride, "AC-06");

  Ride garage = driving();
  garage.no_gnss().wheels_kmh(0).pass(600);
  expect_none(garage);
}

TEST(Ac06, RedLightsOnTheWayDoNotTakeItBack) {
  Ride ride = driving();
  ride.no_gnss();
  for (int block = 0; block < 4; ++block) {
    ride.wheels_kmh(30);
    for (int i = 0; i < 18; ++i) ride.say(hal::GnssFix{}).pass(1);
    ride.wheels_kmh(0);
    for (int i = 0; i < 25; ++i) ride.say(hal::GnssFix{}).pass(1);
    if (block == 2) expect_none(ride);  // 54 s of driving
  }
  expect_raised(ride, "AC-06");
}

TEST(Ac06, AGarageThatIsDrivenIntoAndOutOfAgainIsNone) {
  Ride ride = driving();
  for (int time = 0; time < 3; ++time) {
    ride.no_gnss().wheels_kmh(15);
    for (int i = 0; i < 35; ++i) ride.say(hal::GnssFix{}).pass(1);
    ride.wheels_kmh(0).pass(90);  // parked
    ride.wheels_kmh(15);
    for (int i = 0; i < 35; ++i) ride.say(hal::GnssFix{}).pass(1);
    ride.gnss(30, 114.01, "2026-05-01T03:00:00Z").wheels_kmh(30).pass(20);
  }
  for (const std::string& one : raised(ride)) EXPECT_NE(one.substr(0, 5), "AC-06") << one;
}

TEST(Ac06, SignalsThatCollapseAroundAStandingVehicle) {
  Ride ride = driving();
  ride.wheels_kmh(0).say(hal::SkyView{14, 9, 0.8, 43.0}).pass(10).no_gnss();
  for (int i = 0; i < 80; ++i) ride.say(hal::SkyView{14, 0, {}, 15.0}).pass(1);
  expect_raised(ride, "AC-06");
}

TEST(Ac07, AJumpOfKilometres) {
  const auto jump = [](double metres, int fixes) {
    Ride ride = driving();
    ride.no_gnss();
    for (int i = 0; i < fixes; ++i) {
      hal::GnssFix fix;
      fix.mode = hal::FixMode::fix_3d;
      fix.utc = UtcTime{from_iso8601(begin_utc)->ms + 30'000 + 1000 * i};
      fix.position = moved(GeoPoint{300'000'000, 1'140'000'000}, {metres, 250 + 8.0 * i});
      fix.speed_mps = 8.3;
      ride.pass(1).say(fix);
    }
    return ride;
  };
  expect_raised(jump(5000, 6), "AC-07");
  expect_none(jump(5000, 2));
  expect_none(jump(300, 6));
}

TEST(Ac08, BusSilentWhileTheReceiverMoves) {
  Ride ride = driving();
  const auto silent_from = ride.now_s();
  ride.pass(50);
  const auto cut = [&](double until_s) {
    std::vector<hal::Observation> told;
    for (const auto& one : ride.told()) {
      const double at = one.at.seconds();
      const bool bus = std::holds_alternative<hal::CanSignal>(one.what);
      if (!bus || at < silent_from || at > until_s) told.push_back(one);
    }
    return raised(told);
  };
  EXPECT_TRUE(cut(silent_from + 30).empty());
  const auto all = cut(1e9);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].substr(0, 5), "AC-08");
}

TEST(Ac09, RemovedUnit) {
  Ride ride = driving();
  ride.say(hal::Switch{21, SwitchState::off}).pass(60);
  expect_none(ride);
  ride.say(hal::Switch{21, SwitchState::on}).pass(3);
  expect_raised(ride, "AC-09");
}

TEST(Ac10, AnHourWithoutThePlatform) {
  Ride ride = driving();
  ride.wheels_kmh(0).say(hal::LinkState{hal::Link::uplink, false, 0}).pass(3500);
  ride.say(hal::LinkState{hal::Link::uplink, true, 0}).pass(60);
  expect_none(ride);
  ride.say(hal::LinkState{hal::Link::uplink, false, 0}).pass(3610);
  expect_raised(ride, "AC-10");
}

TEST(Ac11, ADeviceThatDoesNotAnswer) {
  Ride ride = driving();
  const auto link = [&](hal::Link which, bool up) { ride.say(hal::LinkState{which, up, 1}); };
  link(hal::Link::io, false);
  ride.pass(50);
  link(hal::Link::io, true);
  ride.pass(20);
  link(hal::Link::uplink, false);
  ride.pass(100);
  expect_none(ride);
  link(hal::Link::gnss, false);
  ride.pass(65);
  expect_raised(ride, "AC-11");
  EXPECT_EQ(raised(ride)[0], "AC-11 gnss=down can=up io=up");
}

TEST(Ac11, AModuleThatIsDownIsNeitherAntennaNorBracket) {
  const auto dead = [](bool link_told) {
    Ride ride = driving();
    ride.say(hal::Switch{20, SwitchState::off}).say(hal::Switch{21, SwitchState::off}).pass(10);
    ride.say(hal::Switch{20, SwitchState::fault}).say(hal::Switch{21, SwitchState::fault});
    if (link_told) ride.say(hal::LinkState{hal::Link::io, false, 0});
    return raised(ride.pass(100));
  };
  EXPECT_EQ(dead(true), std::vector<std::string>{"AC-11 gnss=up can=up io=down"});
  // The module answers: then each of the two lines is cut.
  EXPECT_EQ(dead(false).size(), 2U);

  Ride hauling = driving();
  hauling.cover(SwitchState::on).hoist(SwitchState::off).load(0.9).pass(10);
  hauling.cover(SwitchState::fault).hoist(SwitchState::fault);
  hauling.say(hal::LinkState{hal::Link::io, false, 0}).pass(10);
  ASSERT_EQ(raised(hauling).size(), 1U);
  EXPECT_NE(raised(hauling)[0].find("io=down"), std::string::npos) << raised(hauling)[0];
}

TEST(Ac12, AClockThatSteps) {
  const auto stepped = [](std::int64_t seconds) {
    Ride ride = driving();
    ride.pass(30);
    for (auto& observation : ride.told()) {
      auto* fix = std::get_if<hal::GnssFix>(&observation.what);
      if (fix != nullptr && observation.at.seconds() > 140) fix->utc->ms += seconds * 1000;
    }
    return ride;
  };
  const auto all = raised(stepped(3600));
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(all[0].substr(0, 5), "AC-12");
  expect_none(stepped(1));
}

/// A city drive before the whole core, the receiver's word bent by `bend`.
template <class Bend>
std::vector<hal::Observation> city_drive(std::uint64_t seed, double seconds, const Bend& bend) {
  std::vector<hal::Observation> told{{BootTime{100 * ns_per_s}, hal::Boot{seed}}};
  test::Drive drive(seed);
  drive.sky = {6, 40, 1.5, 0.2, 20, 120, 8};
  drive.wheel_scale = 0.015;
  drive.gyro_bias = 0.005;
  test::CityDriver driver(seed);
  const int steps = static_cast<int>(seconds * 10);
  for (int i = 1; i <= steps; ++i) {
    const auto wish = driver.next(0.1);
    drive.step(0.1, wish.speed_mps, wish.turn_rad_s);
    told.push_back({drive.at(), hal::CanSignal{0, hal::SignalState::ok, drive.wheels_mps() * 3.6}});
    told.push_back({drive.at(), hal::CanSignal{9, hal::SignalState::ok, drive.yaw_rad_s()}});
    if (i % 10 != 0) continue;
    hal::GnssFix fix = drive.fix();
    bend(drive.at_s(), fix);
    told.push_back({drive.at(), fix});
    told.push_back({drive.at(), hal::ClockTick{}});
  }
  return told;
}

TEST(Trust, ASignalThatIsSlowlyPulledOffIsFound) {
  const auto told = city_drive(3, 1200, [](double at_s, hal::GnssFix& fix) {
    if (at_s > 600) fix.position = moved(fix.position, {1.5 * (at_s - 600), 0});
  });
  const auto all = raised(told);
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(all[0].substr(0, 5), "AC-05") << all[0];
}

TEST(Trust, HonestDrivingUnderABadSkyRaisesNothing) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    for (const auto& one : raised(city_drive(seed, 1800, [](double, hal::GnssFix&) {}))) {
      ADD_FAILURE() << seed << " " << one;
    }
  }
}

}  // namespace
}  // namespace lujing::core
