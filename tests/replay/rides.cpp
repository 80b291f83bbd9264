#include "tests/replay/rides.h"

#include "tests/support/any_observations.h"
#include "tests/support/observations.h"

#include <cmath>

namespace lujing::replay {
namespace {

using test::muck_truck;
using test::Ride;
using test::SwitchState;

constexpr const char* start = "2026-05-01T02:00:00Z";

/// Laden, from the site to the dump: opened on the way, shut, opened again within the two hours.
GoldenRide unsealed() {
  Ride ride;
  ride.boot(0x1001).hoist(SwitchState::off).cover(SwitchState::on).load(0.02);
  ride.gnss(30.4021, 114.8512, start).wheels_kmh(0).pass(5).load(0.55).load(0.97).pass(5);
  ride.heading(0.6, 0.8, 0.6435).wheels_kmh(25).pass(10);
  ride.cover(SwitchState::off).pass(12).cover(SwitchState::on).pass(10);
  ride.heading(1, 0, pi / 2).cover(SwitchState::off).pass(8).cover(SwitchState::on).pass(8);
  ride.wheels_kmh(0).pass(6).cover(SwitchState::off).hoist(SwitchState::on).pass(4);
  ride.load(0.01).pass(3).hoist(SwitchState::off).cover(SwitchState::on).pass(3);
  return {"unsealed", muck_truck(), ride.told()};
}

/// Everything that nearly raises MT-01.
GoldenRide near_misses() {
  Ride ride;
  ride.boot(0x1002).load(0.9).gnss(30.4021, 114.8512, start).wheels_kmh(30).pass(8);
  ride.cover(SwitchState::invalid).pass(8).cover(SwitchState::on).pass(2);
  ride.cover(SwitchState::off).pass(4.9).cover(SwitchState::on).pass(3);
  ride.wheels_kmh(5).cover(SwitchState::off).pass(8).cover(SwitchState::on).wheels_kmh(30);
  ride.load(0.25).cover(SwitchState::off).pass(8).cover(SwitchState::on).load(0.9);
  ride.no_gnss().pass(6).cover(SwitchState::off).pass(3).wheels_silent().pass(10);
  ride.cover(SwitchState::on).pass(3);
  return {"near_misses", muck_truck(), ride.told()};
}

/// A sweeper's round: brush and suction, corners, a stop, the pump.
GoldenRide sweeping() {
  Ride ride;
  ride.boot(0x1003).gnss(48.1374, 11.5755, start).wheels_kmh(18).pass(5);
  ride.say(hal::CanSignal{1, hal::SignalState::ok, 88.0}).say(hal::Switch{3, SwitchState::on});
  ride.heading(0, 1, 0).wheels_kmh(8).pass(15).heading(1, 0, pi / 2).pass(15);
  ride.heading(0, -1, pi).say(hal::Switch{4, SwitchState::on}).pass(10).wheels_kmh(0).pass(40);
  ride.say(hal::CanSignal{1, hal::SignalState::stale, 0}).wheels_kmh(12).pass(10);
  ride.say(hal::Counter{20, 12345}).say(hal::SkyView{14, 9, 0.8, 43.5}).pass(20);
  return {"sweeping", muck_truck(), ride.told()};
}

/// Clocks and values that are wrong: 1024 weeks, back, ahead; jumps; numbers that are none; a
/// second boot.
GoldenRide wrong() {
  Ride ride;
  ride.boot(0x1004).gnss(30.4, 114.8, "2006-09-15T02:00:00Z").wheels_kmh(20).pass(10);
  hal::GnssFix fix;
  fix.mode = hal::FixMode::fix_3d;
  fix.utc = from_iso8601("2026-05-01T01:00:00Z");
  fix.position = GeoPoint::from_degrees(30.4, 114.8);
  ride.say(fix);
  fix.position = GeoPoint::from_degrees(52.0, 13.0);
  fix.utc.reset();
  ride.say(fix).pass(3);
  fix.position = GeoPoint{};
  fix.speed_mps = std::nan("");
  ride.say(fix).say(hal::CanSignal{0, hal::SignalState::ok, std::nan("")}).pass(2);
  ride.say(hal::Analog{1, SwitchState::on, 99.0}).say(hal::Analog{7, SwitchState::on, 1.0});
  ride.say(hal::ClockTick{UtcTime{1'000'000'000'000}, true}).pass(2);
  Ride back(50);
  back.cover(SwitchState::fault).load(0.9).wheels_kmh(30).pass(8);
  Ride again(20);
  again.boot(0x1005).say(hal::ClockTick{from_iso8601("2026-05-01T03:00:00Z"), true});
  again.cover(SwitchState::off).load(0.7).wheels_kmh(30).pass(8);
  for (const Ride& more : {back, again}) {
    ride.told().insert(ride.told().end(), more.told().begin(), more.told().end());
  }
  return {"wrong", muck_truck(), ride.told()};
}

/// Anything at all.
GoldenRide any() {
  core::CoreConfig config = muck_truck();
  config.mt01.alarm = {true, 0.2, 0.2, 30};
  config.health_every_s = 5;
  return {"any", config, test::AnyObservations(2026).take(1500)};
}

}  // namespace

std::vector<GoldenRide> golden_rides() {
  return {unsealed(), near_misses(), sweeping(), wrong(), any()};
}

}  // namespace lujing::replay
