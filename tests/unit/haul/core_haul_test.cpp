// A muck truck's day through the core: fences and permits as directives, records and alarms out.
#include "terminal/core/core.h"
#include "terminal/core/haul/permit.h"
#include "tests/support/observations.h"
#include "tests/unit/fence/fences.h"

#include <gtest/gtest.h>

namespace lujing::core {
namespace {

using lujing::test::Ride;
using lujing::test::SwitchState;
using protocol::AlarmRecord;
using protocol::AlarmState;
using protocol::TripEvent;
using protocol::TripRecord;
using protocol::ZoneRecord;

const GeoPoint origin = GeoPoint::from_degrees(30.4, 114.8);

/// A kilometre of road to the east: site A (with a wash at its gate), a forbidden patch beside the
/// road, disposal sites D (permitted) and X (not).
FenceSet fences() {
  FenceSet set;
  set.version = 5;
  using core::test::box;
  using core::test::fence;
  set.fences = {
      fence("A", Polygon{box(-100, -100, 100, 100, origin), {}}, FenceKind::loading),
      fence("W", Polygon{box(60, -30, 140, 30, origin), {}}, FenceKind::wash),
      fence("N", Polygon{box(300, -30, 450, 30, origin), {}}, FenceKind::forbidden),
      fence("D", Polygon{box(900, -100, 1100, 100, origin), {}}, FenceKind::unloading),
      fence("X", Polygon{box(3900, -100, 4100, 100, origin), {}}, FenceKind::unloading),
  };
  return set;
}

PermitSet permits() {
  PermitSet set;
  Permit permit;
  permit.id = "P1";
  permit.loading = {"A"};
  permit.unloading = {"D"};
  set.permits = {permit};
  return set;
}

/// Bodies that are a single letter, so that a test needs no document.
class Shelf : public DirectiveLibrary {
 public:
  DirectiveBody find(const Sha256& sha256) const override {
    return std::make_shared<const std::string>(1, static_cast<char>(sha256[0]));
  }
};

DirectiveInputs shelf() {
  DirectiveInputs inputs;
  inputs.library = std::make_shared<Shelf>();
  inputs.read_fences = [](std::string_view body) -> Result<FenceSet> {
    if (body == "f") return fences();
    return Error("fence \"F7\": bad");
  };
  inputs.read_permits = [](std::string_view body) -> Result<PermitSet> {
    if (body == "e") return PermitSet{};
    return permits();
  };
  return inputs;
}

hal::DirectiveInForce told(DirectiveKind kind, std::uint64_t version, char letter) {
  hal::DirectiveInForce directive;
  directive.kind = kind;
  directive.version = version;
  directive.sha256.fill(0);
  directive.sha256[0] = static_cast<std::uint8_t>(letter);
  return directive;
}

CoreConfig truck() {
  CoreConfig config = lujing::test::muck_truck();
  config.haul.enabled = true;
  config.haul.vehicle = "M-1";
  return config;
}

/// At the site, empty, hoist down, cover open; one second a fix.
Ride at_site() {
  Ride ride;
  ride.boot();
  ride.say(told(DirectiveKind::fences, 1, 'f')).say(told(DirectiveKind::permits, 1, 'p'));
  ride.hoist(SwitchState::off).cover(SwitchState::off).load(0.02).wheels_kmh(0);
  ride.gnss(30.4, 114.8, "2026-05-01T02:00:00Z").heading(1, 0, pi / 2).pass(20);
  return ride;
}

/// To `east_m` metres more at 36 km/h.
void drive(Ride& ride, double metres) {
  ride.wheels_kmh(36).pass(metres / 10).wheels_kmh(0);
}

std::vector<protocol::Record> run(const Ride& ride, const CoreConfig& config = truck()) {
  Core core(config, shelf());
  std::vector<protocol::Record> records;
  for (const hal::Observation& observation : ride.told()) core.take(observation, records);
  return records;
}

std::string raised(const std::vector<protocol::Record>& records) {
  std::string text;
  for (const AlarmRecord& alarm : lujing::test::only<AlarmRecord>(records)) {
    if (alarm.state == AlarmState::raised) text += alarm.rule + " ";
  }
  return text;
}

TEST(CoreHaul, AnHonestTripRaisesNothing) {
  Ride ride = at_site();
  ride.load(0.9).pass(10).cover(SwitchState::on).pass(3);
  drive(ride, 100);
  ride.pass(40);  // in the wash
  drive(ride, 190);
  drive(ride, 710);
  ride.pass(5).cover(SwitchState::off).hoist(SwitchState::on).pass(3).load(0.01).pass(8);
  ride.hoist(SwitchState::off).pass(3);
  CoreConfig config = truck();
  config.haul.mt.rules[static_cast<std::size_t>(Mt::mt11)].alarm.sustain_s = 60;
  const auto records = run(ride, config);
  EXPECT_EQ(raised(records), "");
  const auto trips = lujing::test::only<TripRecord>(records);
  ASSERT_EQ(trips.size(), 2U);
  EXPECT_EQ(trips[1].event, TripEvent::tipped);
  EXPECT_EQ(trips[1].site, "A");
  EXPECT_EQ(trips[1].tip, "D");
  EXPECT_EQ(trips[1].permit, "P1");
  EXPECT_EQ(trips[1].washed, protocol::Washed::yes);
  std::string zones;
  for (const ZoneRecord& zone : lujing::test::only<ZoneRecord>(records)) {
    EXPECT_EQ(zone.fences_version, 5);
    zones += std::string(to_string(zone.event)).substr(0, 1) + zone.fence + " ";
  }
  EXPECT_EQ(zones, "fA eW lA lW eN lN eD ");
}

TEST(CoreHaul, DumpingOutsideIsFoundWithinTenSecondsOfTheHoist) {
  Ride ride = at_site();
  ride.load(0.9).pass(10).cover(SwitchState::on).pass(3);
  drive(ride, 100);
  ride.pass(40);
  drive(ride, 500);
  ride.pass(5);
  const double lifted_s = ride.now_s();
  ride.hoist(SwitchState::on).pass(3).load(0.01).pass(10);
  const auto records = run(ride);
  EXPECT_EQ(raised(records), "MT-11 MT-03 MT-05 ");
  for (const protocol::Record& record : records) {
    const auto* alarm = std::get_if<AlarmRecord>(&record.payload);
    if (alarm == nullptr || alarm->rule == "MT-11") continue;
    if (alarm->state != AlarmState::raised) continue;
    EXPECT_LE(static_cast<double>(record.stamp.boot_ms) / 1000, lifted_s + 10) << alarm->rule;
  }
  EXPECT_EQ(lujing::test::only<TripRecord>(records).back().tip, "");
}

TEST(CoreHaul, DumpingIsFoundByTheLoadWhereTheHoistSwitchLies) {
  Ride ride = at_site();
  ride.load(0.9).pass(10).cover(SwitchState::on).pass(3);
  drive(ride, 100);
  ride.pass(40);
  drive(ride, 500);
  ride.pass(5).load(0.01).pass(10);
  EXPECT_EQ(raised(run(ride)), "MT-11 MT-05 ");
}

TEST(CoreHaul, AForbiddenPatchThatIsLeftJustInTimeRaisesNothing) {
  CoreConfig config = truck();
  // 150 m at 36 km/h: 15 s inside, and then the dwell time outside, which is no time inside.
  config.haul.mt.rules[static_cast<std::size_t>(Mt::mt11)].alarm.sustain_s = 16;
  Ride ride = at_site();
  drive(ride, 600);
  EXPECT_EQ(raised(run(ride, config)), "");
  config.haul.mt.rules[static_cast<std::size_t>(Mt::mt11)].alarm.sustain_s = 13;
  EXPECT_EQ(raised(run(ride, config)), "MT-11 ");
}

/// Through the patch and to a stand on its line, as far as a receiver can say: whether that was in
/// time nobody knows, and the wheels still say for a while that it moves.
TEST(CoreHaul, AStandOnTheLineOfAForbiddenPatchAccusesNobody) {
  CoreConfig config = truck();
  config.haul.mt.rules[static_cast<std::size_t>(Mt::mt11)].alarm.sustain_s = 15;
  for (const double to_m : {449.0, 451.0}) {
    Ride ride = at_site();
    drive(ride, to_m);
    ride.wheels_kmh(0.5).pass(20).wheels_kmh(0).pass(60);
    EXPECT_EQ(raised(run(ride, config)), "") << to_m;
  }
  Ride ride = at_site();
  drive(ride, 420);
  ride.wheels_kmh(3.6).pass(10).wheels_kmh(0).pass(60);
  EXPECT_EQ(raised(run(ride, config)), "MT-11 ");
}

TEST(CoreHaul, LeavingUnwashedIsFound) {
  Ride ride = at_site();
  ride.load(0.9).pass(10).cover(SwitchState::on).pass(3);
  drive(ride, 250);
  ride.pass(20);
  EXPECT_EQ(raised(run(ride)), "MT-16 ");
}

TEST(CoreHaul, LoadingAtNoRegisteredSiteIsFound) {
  Ride ride = at_site();
  drive(ride, 600);
  ride.pass(10).load(0.9).pass(20);
  EXPECT_EQ(raised(run(ride)), "MT-11 MT-06 ");
}

/// What a drive of ten minutes and a tipping at D raise under these permits.
std::string raised_under(const std::vector<Permit>& list) {
  DirectiveInputs inputs = shelf();
  inputs.read_permits = [&](std::string_view) -> Result<PermitSet> {
    PermitSet set;
    set.permits = list;
    return set;
  };
  Core core(truck(), inputs);
  Ride ride = at_site();
  ride.load(0.9).pass(10).cover(SwitchState::on).pass(3);
  drive(ride, 100);
  ride.pass(40);
  drive(ride, 900);
  ride.cover(SwitchState::off).pass(5).hoist(SwitchState::on).pass(5).load(0.01).pass(20);
  std::vector<protocol::Record> records;
  for (const hal::Observation& observation : ride.told()) core.take(observation, records);
  return raised(records);
}

TEST(CoreHaul, PermitsHoldSeveralAtOnceAndOnlyInTheirTime) {
  Permit to_d = permits().permits.front();
  Permit to_x = to_d;
  to_x.id = "P2";
  to_x.unloading = {"X"};
  const std::string known = raised_under({to_d});
  EXPECT_EQ(known.find("MT-03"), std::string::npos) << known;
  EXPECT_EQ(known.find("MT-13"), std::string::npos) << known;
  // Another permit beside it takes nothing away, in either order.
  EXPECT_EQ(raised_under({to_d, to_x}), known);
  EXPECT_EQ(raised_under({to_x, to_d}), known);
  const std::string other = raised_under({to_x});
  EXPECT_NE(other.find("MT-03"), std::string::npos) << other;
  EXPECT_EQ(other.find("MT-13"), std::string::npos) << "it has one, for elsewhere: " << other;
  Permit expired = to_d;
  expired.valid_until = *from_iso8601("2026-05-01T00:00:00Z");
  Permit future = to_d;
  future.valid_from = *from_iso8601("2026-06-01T00:00:00Z");
  Permit withdrawn = to_d;
  withdrawn.withdrawn = true;
  Permit others = to_d;
  others.vehicles = {"M-2"};
  for (const Permit& none : {expired, future, withdrawn, others}) {
    const std::string text = raised_under({none});
    EXPECT_NE(text.find("MT-13"), std::string::npos) << text;
    EXPECT_NE(text.find("MT-03"), std::string::npos) << text;
    EXPECT_EQ(raised_under({none, to_d}), known) << "beside one in force it is as if it were not";
  }
  EXPECT_NE(raised_under({}).find("MT-13"), std::string::npos);
}

TEST(CoreHaul, NoPermitIsAnAnswerAndNoSetIsNone) {
  Ride none = at_site();
  none.say(told(DirectiveKind::permits, 2, 'e')).wheels_kmh(6).pass(90);
  EXPECT_EQ(raised(run(none)), "MT-13 ");
  Ride unknown;
  unknown.boot().say(told(DirectiveKind::fences, 1, 'f')).load(0.02);
  unknown.gnss(30.4, 114.8, "2026-05-01T02:00:00Z").wheels_kmh(6).pass(90);
  EXPECT_EQ(raised(run(unknown)), "");
}

TEST(CoreHaul, ABadFenceSetLeavesTheOneInForce) {
  Ride ride = at_site();
  ride.say(told(DirectiveKind::fences, 2, 'b'));
  drive(ride, 400);
  const auto records = run(ride);
  const auto zones = lujing::test::only<ZoneRecord>(records);
  ASSERT_FALSE(zones.empty());
  EXPECT_EQ(zones.back().fence, "N");
}

TEST(CoreHaul, ASweeperKnowsNothingOfIt) {
  Ride ride = at_site();
  ride.load(0.9).pass(10);
  CoreConfig config = truck();
  config.haul.enabled = false;
  const auto records = run(ride, config);
  EXPECT_TRUE(lujing::test::only<ZoneRecord>(records).empty());
  EXPECT_TRUE(lujing::test::only<TripRecord>(records).empty());
}

}  // namespace
}  // namespace lujing::core
