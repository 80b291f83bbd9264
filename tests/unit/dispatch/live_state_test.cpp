#include "platform/dispatch/live_state.h"

#include "tests/unit/dispatch/fixture.h"

namespace lujing::dispatch::testing {
namespace {

using protocol::AlarmState;

class LiveStateTest : public DispatchTest {
 protected:
  LiveStateTest() : truck(*books, "M-003", "muck", "鄂G12345") { truck.hello(); }

  void booked(const std::vector<protocol::Record>& records, std::int64_t now_ms) {
    live.records(truck.id, truck.epoch, truck.book(records, now_ms), Lane::booked, now_ms);
  }
  void ahead(const std::vector<protocol::Numbered>& records, std::int64_t now_ms) {
    live.records(truck.id, truck.epoch, records, Lane::live, now_ms);
  }
  Changes changes(std::int64_t now_ms) { return live.take_changes(*books, now_ms); }
  std::vector<AlarmView> alarms(bool open_only) {
    return std::move(*live.alarms(*books, open_only, 100));
  }

  FakeTerminal truck;
};

TEST_F(LiveStateTest, StartsWithWhatTheBooksKnow) {
  truck.book({point(t0_ms, gate, 36, 90), alarm(t0_ms, AlarmState::raised, 1, gate)}, t0_ms);
  ASSERT_TRUE(live.seed(*books));
  const auto vehicle = live.vehicle("M-003");
  ASSERT_TRUE(vehicle);
  EXPECT_EQ(vehicle->plate, "鄂G12345");
  EXPECT_EQ(vehicle->point->point.position, gate);
  EXPECT_EQ(vehicle->open_alarms, 1U);
  EXPECT_EQ(live.totals(t0_ms).records, 2U);
  EXPECT_TRUE(changes(t0_ms).alarms.empty()) << "nothing has changed";
}

TEST_F(LiveStateTest, ABacklogDoesNotDriveAVehicleBack) {
  std::vector<protocol::Record> backlog;
  for (int i = 0; i < 100; ++i) {
    backlog.push_back(point(t0_ms + i * 1000, moved(gate, {i * 10.0, 0}), 36, 90));
  }
  const auto all = truck.ahead(backlog);
  ahead({all.end() - 5, all.end()}, t0_ms + 200'000);
  const auto newest = live.vehicle("M-003")->point->seq;
  EXPECT_EQ(newest, 100U);
  for (int i = 0; i < 100; i += 10) {
    booked({backlog.begin() + i, backlog.begin() + i + 10}, t0_ms + 200'000);
    EXPECT_EQ(live.vehicle("M-003")->point->seq, newest);
  }
}

TEST_F(LiveStateTest, ANewStoreGoesOnWhereTheOldOneEnded) {
  booked({point(t0_ms, gate, 0, 0), point(t0_ms + 1000, gate, 0, 0)}, t0_ms);
  FakeTerminal reborn(*books, "M-003", "muck", "鄂G12345", 0x2000);
  const auto next = reborn.book({point(t0_ms + 2000, gate, 50, 0)}, t0_ms + 2000);
  live.records("M-003", reborn.epoch, next, Lane::booked, t0_ms + 2000);
  EXPECT_EQ(live.vehicle("M-003")->point->epoch, 0x2000U);
}

TEST_F(LiveStateTest, AVehicleIsToldAtMostOnceASecond) {
  live.online("M-003", t0_ms);
  EXPECT_EQ(changes(t0_ms).vehicles.size(), 1U);
  live.offline("M-003", t0_ms + 100);
  EXPECT_TRUE(changes(t0_ms + 200).vehicles.empty());
  EXPECT_EQ(changes(t0_ms + 1001).vehicles.size(), 1U);
  EXPECT_TRUE(changes(t0_ms + 5000).vehicles.empty());
}

TEST_F(LiveStateTest, ANewVehiclesNameIsLookedUp) {
  live.online("M-003", t0_ms);
  changes(t0_ms);
  EXPECT_EQ(live.vehicle("M-003")->vehicle_type, "muck");
}

TEST_F(LiveStateTest, AnAlarmOfTheBooksIsToldOnceForEachState) {
  booked({alarm(t0_ms, AlarmState::raised, 1, gate)}, t0_ms);
  auto told = changes(t0_ms).alarms;
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].alarm.state, "raised");
  EXPECT_EQ(told[0].plate, "");  // nobody has asked the books for its name
  booked({point(t0_ms + 500, gate, 0, 0)}, t0_ms + 500);
  EXPECT_TRUE(changes(t0_ms + 500).alarms.empty());
  booked({alarm(t0_ms + 900, AlarmState::cleared, 1, gate)}, t0_ms + 900);
  told = changes(t0_ms + 900).alarms;
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].alarm.state, "cleared");
  EXPECT_EQ(live.vehicle("M-003")->open_alarms, 0U);
}

TEST_F(LiveStateTest, ALiveAlarmIsShownBeforeTheBooksHaveIt) {
  const std::vector<protocol::Record> backlog = {point(t0_ms, gate, 0, 0),
                                                 alarm(t0_ms + 1000, AlarmState::raised, 1, gate),
                                                 alarm(t0_ms + 2000, AlarmState::cleared, 1, gate)};
  const auto numbered = truck.ahead(backlog);
  ahead({numbered[1]}, t0_ms + 1000);
  EXPECT_EQ(changes(t0_ms + 1000).alarms.size(), 1U);
  EXPECT_EQ(live.vehicle("M-003")->open_alarms, 1U);
  EXPECT_EQ(alarms(true).size(), 1U);
  ahead({numbered[2]}, t0_ms + 2000);
  EXPECT_EQ(changes(t0_ms + 2000).alarms.at(0).alarm.state, "cleared");
  EXPECT_TRUE(alarms(true).empty());
  EXPECT_EQ(alarms(false).size(), 1U);
  // An hour later the books catch up: nothing is raised again, and it is not called late.
  const auto later_ms = t0_ms + 3'600'000;
  booked({backlog[0], backlog[1]}, later_ms);
  EXPECT_TRUE(changes(later_ms).alarms.empty());
  EXPECT_EQ(live.vehicle("M-003")->open_alarms, 0U);
  booked({backlog[2]}, later_ms);
  for (const auto& told : changes(later_ms + 1).alarms) {
    EXPECT_EQ(told.alarm.state, "cleared");
    EXPECT_FALSE(told.alarm.late);
  }
  ASSERT_EQ(alarms(false).size(), 1U);
  EXPECT_FALSE(alarms(false)[0].alarm.late);
}

TEST_F(LiveStateTest, WhatComesLateIsNeverALiveAlarm) {
  const auto later_ms = t0_ms + 3'600'000;
  booked({alarm(t0_ms, AlarmState::raised, 1, gate)}, later_ms);
  EXPECT_TRUE(changes(later_ms).alarms.at(0).alarm.late);
  ahead(truck.ahead({alarm(t0_ms + 1, AlarmState::raised, 2, gate)}), later_ms);
  EXPECT_TRUE(changes(later_ms + 1).alarms.at(0).alarm.late);
}

TEST_F(LiveStateTest, ARestartEndsWhatWasOpen) {
  booked({alarm(t0_ms, AlarmState::raised, 1, gate)}, t0_ms);
  changes(t0_ms);
  booked({boot(t0_ms + 1000)}, t0_ms + 1000);
  const auto told = changes(t0_ms + 1000).alarms;
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].alarm.state, "ended");
  EXPECT_EQ(live.vehicle("M-003")->open_alarms, 0U);
}

TEST_F(LiveStateTest, RecordsASecondAreCounted) {
  std::vector<protocol::Record> ten(10, point(t0_ms, gate, 0, 0));
  for (int s = 0; s < 10; ++s) {
    booked(ten, t0_ms + s * 1000);
  }
  EXPECT_DOUBLE_EQ(live.totals(t0_ms + 10'000).records_per_s, 10.0);
  EXPECT_DOUBLE_EQ(live.totals(t0_ms + 60'000).records_per_s, 0.0);
}

}  // namespace
}  // namespace lujing::dispatch::testing
