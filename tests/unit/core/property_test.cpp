// What must hold for every list of observations, plausible or not.
#include "terminal/core/snapshot.h"
#include "tests/support/any_observations.h"
#include "tests/support/observations.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace lujing::core {
namespace {

using protocol::AlarmState;
using protocol::Record;

CoreConfig nervous() {
  CoreConfig config = test::muck_truck();
  config.mt01.alarm = {true, 0.2, 0.2, 30};
  config.health_every_s = 5;
  config.laden = hal::InputId{5};
  config.cover_open = hal::InputId{4};
  return config;
}

std::string canonical(const std::vector<Record>& records) {
  std::string bytes;
  for (const Record& record : records) protocol::append_canonical(record, bytes);
  return bytes;
}

TEST(AnyObservations, LeadToRecordsInOrderWithSaneValues) {
  std::size_t alarms = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const auto told = test::AnyObservations(seed).take(5000);
    const auto records = test::run(nervous(), told);
    std::uint64_t boot_id = 0;
    std::int64_t last_ms = 0;
    std::map<std::string, AlarmState> open;
    for (const Record& record : records) {
      if (std::holds_alternative<protocol::BootRecord>(record.payload)) {
        boot_id = record.stamp.boot_id;
        last_ms = 0;
        open.clear();
      }
      EXPECT_EQ(record.stamp.boot_id, boot_id);
      EXPECT_GE(record.stamp.boot_ms, last_ms);
      last_ms = record.stamp.boot_ms;
      if (const auto* point = std::get_if<protocol::TrackPoint>(&record.payload)) {
        EXPECT_TRUE(point->position.valid());
        EXPECT_GE(point->speed_cmps, 0);
        EXPECT_GE(point->course_cdeg, 0);
        EXPECT_LT(point->course_cdeg, 36000);
        EXPECT_GE(point->accuracy_dm, 0);
        EXPECT_GE(point->odometer_m, 0);
      }
      if (const auto* alarm = std::get_if<protocol::AlarmRecord>(&record.payload)) {
        ++alarms;
        EXPECT_NE(alarm->state, AlarmState::pending);
        EXPECT_LE(alarm->since_boot_ms, record.stamp.boot_ms);
        const auto before = open.find(alarm->rule);
        const bool raised = before != open.end() && before->second == AlarmState::raised;
        EXPECT_EQ(alarm->state == AlarmState::cleared, raised) << "cleared follows raised, only";
        open[alarm->rule] = alarm->state;
      }
    }
  }
  EXPECT_GT(alarms, 20U) << "the streams should reach the rules";
}

TEST(AnyObservations, LeadToTheSameBytesTwice) {
  for (std::uint64_t seed = 100; seed < 110; ++seed) {
    const auto told = test::AnyObservations(seed).take(3000);
    EXPECT_EQ(canonical(test::run(nervous(), told)), canonical(test::run(nervous(), told)));
  }
}

TEST(AnyObservations, LeadToTheSameBytesHoweverTheListIsSplit) {
  const auto told = test::AnyObservations(77).take(3000);
  const std::string whole = canonical(test::run(nervous(), told));
  for (const std::size_t split : {1U, 17U, 1500U, 2999U}) {
    // A core that is moved, asked and given another list to write to in between.
    Core first(nervous());
    std::vector<Record> before;
    for (std::size_t i = 0; i < split; ++i) first.take(told[i], before);
    const Snapshot snapshot = first.snapshot();
    EXPECT_EQ(snapshot.observations, split);
    Core second = std::move(first);
    std::vector<Record> after;
    for (std::size_t i = split; i < told.size(); ++i) second.take(told[i], after);
    EXPECT_EQ(canonical(before) + canonical(after), whole);
  }
}

TEST(AnyObservations, AreTakenWithoutAnyConfiguration) {
  const auto told = test::AnyObservations(5).take(5000);
  EXPECT_FALSE(test::run(CoreConfig{}, told).empty());
}

}  // namespace
}  // namespace lujing::core
