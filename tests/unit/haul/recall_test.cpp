// A power cut in the middle: what the core is told of before it, and what it makes of it.
#include "terminal/core/recall/recall.h"

#include "protocol/chain.h"
#include "protocol/health.h"
#include "terminal/config/directive_readers.h"
#include "terminal/core/core.h"
#include "terminal/core/haul/control.h"
#include "tests/support/observations.h"

#include <gtest/gtest.h>

#include <map>

namespace lujing::core {
namespace {

using lujing::test::only;
using lujing::test::Ride;
using lujing::test::SwitchState;
using protocol::AlarmRecord;
using protocol::ControlRecord;
using protocol::Limit;
using protocol::LimitEvent;
using protocol::Record;
using protocol::TripEvent;
using protocol::TripRecord;

class Documents : public DirectiveLibrary {
 public:
  hal::DirectiveInForce put(DirectiveKind kind, std::uint64_t version, const std::string& text) {
    const Sha256 sha256 = protocol::sha256(text);
    held_[sha256] = std::make_shared<const std::string>(text);
    return {kind, version, sha256};
  }
  DirectiveBody find(const Sha256& sha256) const override {
    const auto at = held_.find(sha256);
    return at == held_.end() ? nullptr : at->second;
  }

 private:
  std::map<Sha256, DirectiveBody> held_;
};

constexpr const char* places =
    R"({"type":"FeatureCollection","version":5,"features":[)"
    R"({"type":"Feature","properties":{"id":"A","zone":"loading","radius_m":100},)"
    R"("geometry":{"type":"Point","coordinates":[114.8,30.4]}},)"
    R"({"type":"Feature","properties":{"id":"D","zone":"unloading","radius_m":100},)"
    R"("geometry":{"type":"Point","coordinates":[114.8104,30.4]}}]})";
constexpr const char* permit = "version = 3\n[[permit]]\nid = \"P1\"\nunloading = [\"D\"]\n";
constexpr const char* limit =
    "[[limit]]\nkind = \"speed\"\nkmh = 20\nreason = \"order 7\"\n[[limit]]\nkind = \"lock\"\n"
    "reason = \"order 8\"\n";

class CutTruck {
 public:
  CutTruck() : library_(std::make_shared<Documents>()) {
    config_ = lujing::test::muck_truck();
    config_.haul.enabled = true;
    config_.haul.vehicle = "M-1";
    config_.haul.control.enabled = true;
    config_.haul.control.mt01_speed_mps = 0;
    config_.haul.control.mt03_hoist = false;
    config_.limit_release = hal::InputId{7};
  }
  CoreConfig& config() { return config_; }

  /// A run of the terminal, begun with what the run before asked to be told.
  Ride run() const {
    Ride ride;
    ride.boot(0xb000 + static_cast<std::uint64_t>(runs_));
    for (const hal::Recalled& piece : pieces_of(kept_)) ride.say(piece);
    ride.say(library_->put(DirectiveKind::fences, 5, places));
    ride.say(library_->put(DirectiveKind::permits, 3, permit));
    if (control_) ride.say(library_->put(DirectiveKind::control, control_version_, limit));
    return ride;
  }
  void order(std::uint64_t version) {
    control_ = true;
    control_version_ = version;
  }
  hal::DirectiveInForce order_now(std::uint64_t version) {
    order(version);
    return library_->put(DirectiveKind::control, version, limit);
  }
  /// To the power cut.
  std::vector<Record> live(const Ride& ride) {
    Core core(config_, config::directive_inputs(library_));
    std::vector<Record> records;
    for (const hal::Observation& observation : ride.told()) core.take(observation, records);
    kept_ = pack_recalled(core.recall());
    limits_ = core.limits();
    ++runs_;
    return records;
  }
  const std::string& kept() const { return kept_; }
  const Limits& limits() const { return limits_; }

 private:
  std::shared_ptr<Documents> library_;
  CoreConfig config_;
  std::string kept_;
  Limits limits_;
  int runs_ = 0;
  bool control_ = false;
  std::uint64_t control_version_ = 1;
};

Ride& at(Ride& ride, double lon, const char* utc = "2026-05-01T02:00:00Z") {
  ride.hoist(SwitchState::off).cover(SwitchState::on).wheels_kmh(0);
  return ride.gnss(30.4, lon, utc).heading(1, 0, pi / 2);
}

/// Loaded at A and half a kilometre away, when the power goes.
std::vector<Record> leave_laden(CutTruck& vehicle) {
  Ride ride = vehicle.run();
  at(ride, 114.8).load(0.02).pass(20).load(0.9).pass(20).wheels_kmh(36).pass(50);
  return vehicle.live(ride);
}

TEST(Recall, ATripGoesOnAfterAPowerCut) {
  CutTruck vehicle;
  const auto before = only<TripRecord>(leave_laden(vehicle));
  ASSERT_EQ(before.size(), 1U);
  Ride ride = vehicle.run();
  at(ride, 114.806, "2026-05-01T02:10:00Z").load(0.9).pass(20);
  ride.wheels_kmh(36).pass(40).wheels_kmh(0).load(0.01).pass(10);
  const auto after = only<TripRecord>(vehicle.live(ride));
  ASSERT_EQ(after.size(), 2U);
  EXPECT_EQ(after[0].event, TripEvent::resumed);
  EXPECT_EQ(after[1].event, TripEvent::tipped);
  EXPECT_EQ(after[1].begin_boot_id, before[0].begin_boot_id);
  EXPECT_EQ(after[1].begin_boot_ms, before[0].begin_boot_ms);
  EXPECT_EQ(after[1].site, "A");
  EXPECT_EQ(after[1].tip, "D");
  // What was driven since the last record of the trip is not lost with the power.
  EXPECT_NEAR(static_cast<double>(after[1].driven_m), 500 + 400, 30);
  EXPECT_TRUE(vehicle.kept().empty());
}

std::string raised_in(const std::vector<Record>& records) {
  std::string raised;
  for (const AlarmRecord& alarm : only<AlarmRecord>(records)) raised += alarm.rule + " ";
  return raised;
}

/// Standing laden in a loading site an hour after it had left with its load: it has been tipped and
/// loaded meanwhile. On the road nobody can tell: the trip goes on, and says how long nobody
/// looked.
TEST(Recall, TippedAndLoadedWithoutPowerIsTwoTripsWhereThePlaceTellsIt) {
  for (const bool at_site : {true, false}) {
    CutTruck vehicle;
    const auto before = only<TripRecord>(leave_laden(vehicle));
    Ride ride = vehicle.run();
    at(ride, at_site ? 114.8 : 114.806, "2026-05-01T03:01:30Z").load(0.9).pass(40);
    ride.wheels_kmh(36).pass(40);
    const auto records = vehicle.live(ride);
    const auto after = only<TripRecord>(records);
    ASSERT_EQ(after.size(), at_site ? 3U : 1U);
    EXPECT_EQ(after[0].event, TripEvent::resumed);
    if (!at_site) {
      ASSERT_TRUE(!vehicle.kept().empty());
      Ride then = vehicle.run();
      at(then, 114.8104, "2026-05-01T03:03:30Z").load(0.01).pass(30);
      const auto end = only<TripRecord>(vehicle.live(then));
      ASSERT_EQ(end.size(), 1U);
      EXPECT_EQ(end[0].event, TripEvent::tipped);
      EXPECT_EQ(end[0].begin_boot_ms, before[0].begin_boot_ms);
      EXPECT_NEAR(static_cast<double>(end[0].unseen_s), 3600 + 30, 30) << "both cuts";
      continue;
    }
    EXPECT_EQ(after[1].event, TripEvent::tipped);
    EXPECT_EQ(after[1].begin_boot_ms, before[0].begin_boot_ms);
    EXPECT_EQ(after[1].tip, "");
    EXPECT_FALSE(after[1].position.valid());
    EXPECT_NEAR(static_cast<double>(after[1].unseen_s), 3600, 5);
    EXPECT_EQ(after[2].event, TripEvent::loaded);
    EXPECT_NE(after[2].begin_boot_id, before[0].begin_boot_id);
    EXPECT_EQ(after[2].site, "A");
    EXPECT_EQ(after[2].driven_m, 0);
    EXPECT_EQ(raised_in(records).find("MT-05"), std::string::npos) << "nobody saw where";
  }
}

/// A minute is too short for that: it came back with its load, or stood there all the time.
TEST(Recall, AShortCutAtASiteIsTheSameTrip) {
  CutTruck vehicle;
  leave_laden(vehicle);
  Ride ride = vehicle.run();
  at(ride, 114.8, "2026-05-01T02:03:00Z").load(0.9).pass(40);
  for (const TripRecord& trip : only<TripRecord>(vehicle.live(ride)))
    EXPECT_NE(trip.event, TripEvent::tipped);
}

/// A run after leave_laden() that finds the vehicle empty, 400 m from the permit's disposal site.
std::vector<Record> find_empty(CutTruck& vehicle, const char* utc) {
  Ride ride = vehicle.run();
  ride.load(0.01).pass(30);  // nobody knows yet where it is
  at(ride, 114.806, utc).pass(20);
  return vehicle.live(ride);
}

TEST(Recall, ALoadThatIsGoneAfterAShortPowerCutWasTippedThere) {
  CutTruck vehicle;
  leave_laden(vehicle);  // its last word is of 02:01:31
  const auto records = find_empty(vehicle, "2026-05-01T02:01:35Z");
  const auto trips = only<TripRecord>(records);
  ASSERT_EQ(trips.size(), 1U);
  EXPECT_EQ(trips[0].event, TripEvent::tipped);
  EXPECT_EQ(trips[0].site, "A");
  EXPECT_EQ(trips[0].tip, "");
  EXPECT_NE(raised_in(records).find("MT-05"), std::string::npos) << raised_in(records);
}

TEST(Recall, ALoadThatIsGoneAfterALongOneAccusesNobody) {
  CutTruck vehicle;
  leave_laden(vehicle);
  const auto records = find_empty(vehicle, "2026-05-01T02:40:00Z");  // it may have been there
  const auto trips = only<TripRecord>(records);
  ASSERT_EQ(trips.size(), 1U);
  EXPECT_EQ(trips[0].event, TripEvent::tipped);
  EXPECT_EQ(trips[0].tip, "");
  EXPECT_EQ(raised_in(records).find("MT-05"), std::string::npos) << raised_in(records);
}

TEST(Recall, OfAnEmptyVehicleTellsNothing) {
  CutTruck vehicle;
  Ride ride = vehicle.run();
  at(ride, 114.8).load(0.02).pass(20);
  vehicle.live(ride);
  EXPECT_TRUE(vehicle.kept().empty());
}

TEST(Recall, LimitsStandAfterAPowerCutAndAreNotAskedForTwice) {
  CutTruck vehicle;
  vehicle.order(1);
  Ride first = vehicle.run();
  at(first, 114.8).load(0.02).wheels_kmh(50).pass(200);
  const auto asked = only<ControlRecord>(vehicle.live(first));
  ASSERT_GE(asked.size(), 2U);
  EXPECT_EQ(asked[0].event, LimitEvent::asked);
  EXPECT_EQ(asked[0].reason, "order 7");
  EXPECT_NEAR(*vehicle.limits().speed_mps, 20 / 3.6, 0.01);
  EXPECT_FALSE(vehicle.limits().lock) << "never while it moves";
  Ride stop = vehicle.run();
  at(stop, 114.8).load(0.02).pass(30);
  vehicle.live(stop);
  EXPECT_TRUE(vehicle.limits().lock);
  Ride second = vehicle.run();
  at(second, 114.8).load(0.02).pass(3);  // locked before it could have been driven away
  for (const ControlRecord& step : only<ControlRecord>(vehicle.live(second)))
    EXPECT_NE(step.event, LimitEvent::asked);
  EXPECT_TRUE(vehicle.limits().lock);
  EXPECT_TRUE(vehicle.limits().speed_mps.has_value());
}

TEST(Recall, WhatWasReleasedOnTheSpotStaysReleasedUntilTheNextOrder) {
  CutTruck vehicle;
  vehicle.order(1);
  Ride first = vehicle.run();
  at(first, 114.8).load(0.02).pass(20).say(hal::Switch{7, SwitchState::on}).pass(5);
  const auto steps = only<ControlRecord>(vehicle.live(first));
  const auto released = std::count_if(steps.begin(), steps.end(), [](const auto& step) {
    return step.event == LimitEvent::released && step.origin == protocol::LimitOrigin::spot;
  });
  EXPECT_EQ(released, 2);
  EXPECT_EQ(vehicle.limits(), Limits{});
  Ride second = vehicle.run();
  at(second, 114.8).load(0.02).pass(30);
  vehicle.live(second);
  EXPECT_EQ(vehicle.limits(), Limits{});
  Ride third = vehicle.run();
  at(third, 114.8).load(0.02).pass(20);
  third.say(hal::DirectiveInForce{DirectiveKind::control, 2, sha256_of_nothing}).pass(2);
  third.say(vehicle.order_now(3)).pass(20);
  vehicle.live(third);
  EXPECT_TRUE(vehicle.limits().lock);
}

TEST(Recall, AWithdrawnOrderIsReleased) {
  CutTruck vehicle;
  vehicle.order(1);
  Ride ride = vehicle.run();
  at(ride, 114.8).load(0.02).pass(20);
  ride.say(hal::DirectiveInForce{DirectiveKind::control, 2, sha256_of_nothing}).pass(5);
  vehicle.live(ride);
  EXPECT_EQ(vehicle.limits(), Limits{});
}

TEST(Recall, ControlThatIsOffRefusesTheOrder) {
  CutTruck vehicle;
  vehicle.config().haul.control.enabled = false;
  vehicle.order(1);
  Ride ride = vehicle.run();
  at(ride, 114.8).load(0.02).pass(20);
  const auto told = only<protocol::DirectiveRecord>(vehicle.live(ride));
  EXPECT_EQ(told.back().outcome, protocol::DirectiveOutcome::refused);
  EXPECT_NE(told.back().reason.find("control is off"), std::string::npos);
  EXPECT_EQ(vehicle.limits(), Limits{});
}

TEST(Recall, PiecesOutOfOrderOrDamagedTellNothing) {
  TripRecord trip;
  trip.site = std::string(300, 'x');
  const std::vector<Record> records{{{}, trip, {}}};
  const std::string packed = pack_recalled(records);
  auto pieces = pieces_of(packed);
  ASSERT_GT(pieces.size(), 0U);
  RecalledPieces good;
  std::vector<Record> told;
  for (const auto& piece : pieces) told = good.take(piece);
  EXPECT_EQ(told, records);
  for (std::size_t left_out = 0; left_out < pieces.size(); ++left_out) {
    RecalledPieces torn;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      if (i == left_out) continue;
      EXPECT_TRUE(torn.take(pieces[i]).empty());
    }
  }
  for (auto& piece : pieces) {
    piece.bytes[0] = static_cast<char>(piece.bytes[0] ^ 1);
    RecalledPieces damaged;
    for (const auto& one : pieces) EXPECT_TRUE(damaged.take(one).empty());
    piece.bytes[0] = static_cast<char>(piece.bytes[0] ^ 1);
  }
  EXPECT_TRUE(pieces_of(std::string(96 * 256, 'x')).empty());
}

/// Counts of a sensor that the fitter read as 100 to 500, and that has drifted to 140 to 560.
Ride& shovel(Ride& ride) {
  for (int n = 0; n <= 6; ++n) {
    for (int s = 0; s < 15; ++s) ride.say(hal::Analog{8, SwitchState::on, 140.0 + 70 * n}).pass(1);
  }
  for (int s = 0; s < 25; ++s) ride.say(hal::Analog{8, SwitchState::on, 560}).pass(1);
  return ride;
}

TEST(LearntLoad, IsTheLoadAndOutlivesAPowerCut) {
  CutTruck vehicle;
  vehicle.config().load_analog.reset();
  vehicle.config().load_raw = hal::InputId{8};
  vehicle.config().haul.load.empty = 100;
  vehicle.config().haul.load.full = 500;
  Ride first = vehicle.run();
  first.hoist(SwitchState::off).cover(SwitchState::off).wheels_kmh(0).pass(5);
  shovel(first);
  const auto records = vehicle.live(first);
  // A value that was learnt moves by half of the difference: 560 is somewhat over the 530 in use.
  EXPECT_EQ(only<protocol::VehicleState>(records).back().load, protocol::Load::over);
  EXPECT_EQ(only<TripRecord>(records).size(), 1U);
  Ride second = vehicle.run();
  second.hoist(SwitchState::off).cover(SwitchState::on).wheels_kmh(0);
  for (int s = 0; s < 5; ++s) second.say(hal::Analog{8, SwitchState::on, 330}).pass(1);
  vehicle.live(second);
  const auto kept = only<protocol::HealthRecord>(unpack_recalled(vehicle.kept()));
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_GT(kept[0].counters[0].second, 115'000);
  EXPECT_GT(kept[0].counters[1].second, 525'000);
}

TEST(LearntLoad, SourcesThatDifferAreCountedAndTheFittersIsBelieved) {
  CutTruck vehicle;
  vehicle.config().laden = hal::InputId{9};
  Ride ride = vehicle.run();
  at(ride, 114.8).load(0.9).say(hal::Switch{9, SwitchState::off}).pass(130);
  const auto records = vehicle.live(ride);
  EXPECT_EQ(only<protocol::VehicleState>(records).back().load, protocol::Load::full);
  std::int64_t differ = 0;
  for (const auto& health : only<protocol::HealthRecord>(records)) {
    for (const auto& [id, value] : health.counters) {
      if (id == static_cast<std::uint16_t>(protocol::Health::load_sources_differ)) differ = value;
    }
  }
  EXPECT_EQ(differ, 1);
}

}  // namespace
}  // namespace lujing::core
