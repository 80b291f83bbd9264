// What the machine does, out of profiles that are data: thresholds, debounce, sides, reasons why
// not, and what is not known.
#include "terminal/core/work/engine.h"

#include "terminal/core/work/history.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace lujing::core {
namespace {

using protocol::Evidence;
using protocol::Work;
using protocol::WorkReason;
using protocol::WorkSide;
using Presence = WorkNow::Presence;

enum Id : std::uint16_t { brush, suction, left, right, fan, flow };

WorkFact fact(const char* name, Id id, double on = 0.5, double off = 0.5, double after_s = 0) {
  return {name, name, {WorkSource::Kind::signal, id}, on, off, after_s, after_s};
}

/// A sweeper that tells everything but its fan.
WorkProfile sweeper() {
  WorkProfile profile;
  profile.name = "test";
  profile.facts = {fact("brush", brush, 30, 15, 1.0),
                   fact("suction", suction),
                   fact("left", left),
                   fact("right", right),
                   {"fan", "fan", {}, 0.5, 0.5, 0, 0}};
  WorkRow row;
  row.when = {{0, false}};
  row.needs = {{{1, false}, WorkReason::suction_up, true},
               {{4, false}, WorkReason::fan_off, false}};
  row.left = {{2, false}};
  row.right = {{3, false}};
  profile.rows = {row};
  return profile;
}

class Machine {
 public:
  explicit Machine(WorkProfile profile) : engine_(std::move(profile)) {}
  Machine& say(Id id, double value) { return hear({id, hal::SignalState::ok, value}); }
  Machine& silent(Id id) { return hear({id, hal::SignalState::stale, 0}); }
  Machine& pass(double seconds) {
    now_.ns += static_cast<std::int64_t>(seconds * 1e9);
    engine_.judge(now_);
    return *this;
  }
  const WorkNow& now(Work kind = Work::sweeping) const {
    return engine_.state()[static_cast<std::size_t>(kind)];
  }
  WorkEngine& engine() { return engine_; }
  BootTime at() const { return now_; }

 private:
  Machine& hear(const hal::CanSignal& signal) {
    engine_.take(now_, signal);
    engine_.judge(now_);
    return *this;
  }
  WorkEngine engine_;
  BootTime now_{ns_per_s};
};

Machine working() {
  Machine machine(sweeper());
  machine.say(brush, 0).say(suction, 1).say(left, 0).say(right, 1).say(brush, 90).pass(1.1);
  return machine;
}

TEST(WorkEngine, SweepsOnTheRightWhenBrushAndMouthAreDown) {
  Machine machine = working();
  EXPECT_TRUE(machine.now().effective());
  EXPECT_EQ(machine.now().side, WorkSide::right);
  EXPECT_EQ(machine.now().evidence, Evidence::partial) << "the fan is not connected";
  EXPECT_EQ(machine.engine().work_bits(), 1U);
  machine.say(left, 1);
  EXPECT_EQ(machine.now().side, WorkSide::full);
  machine.say(right, 0);
  EXPECT_EQ(machine.now().side, WorkSide::left);
  machine.say(left, 0);
  EXPECT_EQ(machine.now().side, WorkSide::unknown) << "it works, and names no side";
}

TEST(WorkEngine, SaysWhyItIsNotEffective) {
  Machine machine = working();
  machine.say(suction, 0);
  EXPECT_EQ(machine.now().presence, Presence::on);
  EXPECT_EQ(machine.now().reason, WorkReason::suction_up);
  EXPECT_FALSE(machine.now().effective());
  machine.silent(suction);
  EXPECT_EQ(machine.now().reason, WorkReason::signal_stale);
}

TEST(WorkEngine, WaitsForAChangeToLastAndHoldsBetweenTheThresholds) {
  Machine machine = working();
  machine.say(brush, 5).pass(0.5).say(brush, 90).pass(5);
  EXPECT_TRUE(machine.now().effective()) << "half a second is no stop";
  machine.say(brush, 20).pass(5);
  EXPECT_TRUE(machine.now().effective()) << "between the thresholds";
  machine.say(brush, 15).pass(0.9);
  EXPECT_TRUE(machine.now().effective());
  machine.pass(0.2);
  EXPECT_EQ(machine.now().presence, Presence::off);
  machine.say(brush, 30).pass(5);
  EXPECT_EQ(machine.now().presence, Presence::off) << "at the threshold, not above it";
}

TEST(WorkEngine, TakesASilentSignalForPerhapsAtOnce) {
  Machine machine = working();
  machine.silent(brush);
  EXPECT_EQ(machine.now().presence, Presence::perhaps);
  EXPECT_EQ(machine.now().reason, WorkReason::signal_stale);
  EXPECT_EQ(machine.engine().work_bits(), 0U);
  machine.say(brush, 90);
  EXPECT_TRUE(machine.now().effective()) << "it was on before, and has nothing to prove";
}

TEST(WorkEngine, CannotKnowWhatIsNotConnected) {
  WorkProfile profile = sweeper();
  profile.facts[1].source = {};
  Machine machine(profile);
  machine.say(right, 1).say(brush, 90).pass(2);
  EXPECT_EQ(machine.now().reason, WorkReason::not_wired);
  profile.rows[0].needs[0].required = false;
  profile.facts[2].source = {};
  profile.facts[3].source = {};
  Machine believed(profile);
  believed.say(brush, 90).pass(2);
  EXPECT_TRUE(believed.now().effective());
  EXPECT_EQ(believed.now().side, WorkSide::right) << "the profile's own side";
  EXPECT_EQ(believed.now().evidence, Evidence::partial);
}

TEST(WorkEngine, MarksWhatRestsOnMovementAlone) {
  WorkProfile profile;
  profile.name = "blind";
  profile.facts = {{"rolling", "speed", {WorkSource::Kind::speed, 0}, 2, 1, 0, 0},
                   {"slow", "speed", {WorkSource::Kind::speed, 0}, 12, 16, 0, 0}};
  WorkRow row;
  row.when = {{0, false}, {1, false}};
  profile.rows = {row};
  Machine machine(profile);
  const auto at_kmh = [&](double kmh) {
    machine.engine().take_speed(machine.at(), kmh / 3.6);
    machine.pass(0.1);
    return machine.now();
  };
  EXPECT_TRUE(at_kmh(8).effective());
  EXPECT_EQ(machine.now().evidence, Evidence::inferred);
  EXPECT_TRUE(at_kmh(14).effective()) << "below on, until it reaches off";
  EXPECT_EQ(at_kmh(16.5).presence, Presence::off);
  EXPECT_EQ(at_kmh(14).presence, Presence::off);
  EXPECT_EQ(at_kmh(0.5).presence, Presence::off);
}

TEST(WorkEngine, TakesTheBestRowOfAKind) {
  WorkProfile profile = sweeper();
  WorkRow other = profile.rows[0];
  other.needs.clear();
  other.when = {{0, false}, {2, false}};
  profile.rows.push_back(other);
  Machine machine(profile);
  machine.say(suction, 0).say(left, 0).say(right, 1).say(brush, 90).pass(2);
  EXPECT_EQ(machine.now().reason, WorkReason::suction_up);
  machine.say(left, 1);
  EXPECT_TRUE(machine.now().effective()) << "the second row is";
  EXPECT_EQ(machine.now().row, 1);
}

TEST(WorkIntervals, AreTheTimesBetweenChangesCutOnceAMinute) {
  WorkProfile profile = sweeper();
  profile.measures[0] = {WorkSource::Kind::signal, flow};
  Machine machine(profile);
  WorkIntervals intervals(profile);
  std::vector<protocol::WorkRecord> records;
  double driven_m = 0;
  const auto pass = [&](int seconds) {
    for (int i = 0; i < seconds; ++i) {
      machine.pass(1);
      driven_m += 2;
      intervals.judge(machine.at(), driven_m, machine.engine(), records);
    }
  };
  machine.say(brush, 0).say(suction, 1).say(left, 0).say(right, 1);
  pass(5);
  EXPECT_TRUE(records.empty());
  machine.say(brush, 90);
  pass(90);
  machine.say(suction, 0);
  pass(10);
  machine.say(brush, 0);
  pass(10);
  std::vector<protocol::WorkRecord> on;
  std::copy_if(records.begin(), records.end(), std::back_inserter(on),
               [](const auto& record) { return record.reason != WorkReason::signal_stale; });
  ASSERT_EQ(on.size(), 3U);
  EXPECT_EQ(on[0].driven_dm, 1200);
  EXPECT_EQ(on[1].begin_boot_ms - on[0].begin_boot_ms, 60'000);
  EXPECT_EQ(on[1].reason, WorkReason::none);
  EXPECT_EQ(on[2].reason, WorkReason::suction_up);
}

TEST(WorkHistory, KeepsAQuarterOfAnHourAndFindsAPlaceOnTheOdometer) {
  WorkHistory history;
  WorkState state{};
  for (int i = 0; i <= 4000; ++i) {
    if (i == 3000) state[0].presence = Presence::on;
    history.add(BootTime{i * ns_per_s}, i * 3.0, state);
  }
  EXPECT_EQ(history.size(), WorkHistory::capacity);
  EXPECT_FALSE(history.find(BootTime{1000 * ns_per_s}));
  const auto found = history.find(BootTime{3000 * ns_per_s + 5});
  ASSERT_TRUE(found);
  EXPECT_EQ(history.at(*found).state[0].presence, Presence::on);
  EXPECT_DOUBLE_EQ(history.driven_m(BootTime{3500 * ns_per_s + ns_per_s / 2}), 10501.5);
  EXPECT_DOUBLE_EQ(history.driven_m(BootTime{9000 * ns_per_s}), 12000.0);
}

TEST(WorkHistory, DatesAStateThatHadToLastFromWhenItBegan) {
  WorkHistory history;
  WorkState off{};
  WorkState on{};
  on[0].presence = Presence::on;
  for (int i = 0; i <= 10; ++i) history.add(BootTime{i * ns_per_s}, i * 2.0, off);
  const BootTime since{8 * ns_per_s + ns_per_s / 2};
  history.change(since, BootTime{11 * ns_per_s}, 22, on, {});
  const auto presence = [&](double s) {
    const auto found = history.find(BootTime{static_cast<std::int64_t>(s * 1e9)});
    return history.at(*found).state[0].presence;
  };
  EXPECT_EQ(presence(8.4), Presence::off);
  EXPECT_EQ(presence(8.6), Presence::on);
  EXPECT_EQ(presence(9.5), Presence::on);
  EXPECT_EQ(presence(11), Presence::on);
  EXPECT_DOUBLE_EQ(history.driven_m(BootTime{9 * ns_per_s}), 18.0);
  EXPECT_DOUBLE_EQ(history.driven_m(since), 17.0);
}

}  // namespace
}  // namespace lujing::core
