// A piece of a journal: by boot time, by UTC, with the vehicle as it was.
#include "terminal/journal/cut.h"

#include "terminal/journal/replay.h"
#include "tests/support/journals.h"
#include "tests/support/temp_dir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace lujing::journal {
namespace {

using test::muck_truck;
using test::Ride;
using test::SwitchState;

constexpr const char* start_utc = "2026-05-01T02:00:00Z";

/// Ten minutes: opened for a minute after 300 s.
Ride ten_minutes() {
  Ride ride(1000);
  ride.boot().gnss(30.0, 114.0, start_utc).cover(SwitchState::on).load(0.9).wheels_kmh(30);
  ride.pass(300).cover(SwitchState::off).pass(60).cover(SwitchState::on).pass(240);
  return ride;
}

std::vector<hal::Observation> read_piece(const std::string& path) {
  std::vector<hal::Observation> all;
  auto journal = Journal::open(path);
  EXPECT_TRUE(journal.ok()) << (journal.ok() ? "" : journal.error().what());
  hal::Observation observation;
  while (journal && journal->next(observation)) all.push_back(observation);
  return all;
}

std::vector<protocol::AlarmRecord> alarms_in(const std::string& path) {
  std::vector<protocol::AlarmRecord> alarms;
  const auto summary = replay(path, [&](const protocol::Numbered& numbered) {
    if (const auto* alarm = std::get_if<protocol::AlarmRecord>(&numbered.record.payload)) {
      alarms.push_back(*alarm);
    }
  });
  EXPECT_TRUE(summary.ok()) << (summary.ok() ? "" : summary.error().what());
  return alarms;
}

TEST(Cut, ByBootTimeHoldsTheRangeAndStartsFromTheVehicleAsItWas) {
  const tests::TempDir folder;
  test::write_journal(folder.path("all.ljj"), muck_truck(), ten_minutes().told());
  TimeRange range;
  range.from_boot_ms = 1'310'000;  // the cover has been open for 10 s
  range.to_boot_ms = 1'400'000;
  const auto done = cut(folder.path("all.ljj"), range, folder.path("piece.ljj"));
  ASSERT_TRUE(done.ok()) << done.error().what();
  EXPECT_EQ(done->carried, 4U);  // a boot, the cover, the load, the wheels
  const auto piece = read_piece(folder.path("piece.ljj"));
  ASSERT_EQ(piece.size(), done->observations + done->carried);
  EXPECT_EQ(piece.front().what, hal::What(hal::Boot{0xb007}));
  for (std::size_t i = 4; i < piece.size(); ++i) {
    EXPECT_GE(piece[i].at.ms(), 1'310'000);
    EXPECT_LE(piece[i].at.ms(), 1'400'000);
  }
  const auto alarms = alarms_in(folder.path("piece.ljj"));
  ASSERT_EQ(alarms.size(), 2U);
  EXPECT_EQ(alarms[0].state, protocol::AlarmState::raised);
  EXPECT_EQ(alarms[1].state, protocol::AlarmState::cleared);
}

TEST(Cut, ByUtcFindsTheSameMinute) {
  const tests::TempDir folder;
  test::write_journal(folder.path("all.ljj"), muck_truck(), ten_minutes().told());
  TimeRange range;
  range.from_utc = from_iso8601("2026-05-01T02:04:50Z");
  range.to_utc = from_iso8601("2026-05-01T02:06:30Z");
  const auto done = cut(folder.path("all.ljj"), range, folder.path("piece.ljj"));
  ASSERT_TRUE(done.ok()) << done.error().what();
  const auto alarms = alarms_in(folder.path("piece.ljj"));
  ASSERT_EQ(alarms.size(), 2U);
  EXPECT_NEAR(static_cast<double>(alarms[0].since_boot_ms), 1'300'000, 1000);
}

TEST(Cut, OfEverythingIsTheSameJournal) {
  const tests::TempDir folder;
  const Ride ride = ten_minutes();
  test::write_journal(folder.path("all.ljj"), muck_truck(), ride.told());
  const auto done = cut(folder.path("all.ljj"), {}, folder.path("piece.ljj"));
  ASSERT_TRUE(done.ok()) << done.error().what();
  EXPECT_EQ(done->carried, 0U);
  EXPECT_EQ(read_piece(folder.path("piece.ljj")), ride.told());
}

TEST(Cut, RefusesAnEmptyRangeAChangeOfConfigurationAndAFileThatIsThere) {
  const tests::TempDir folder;
  test::write_journal(folder.path("a.ljj"), muck_truck(), ten_minutes().told());
  core::CoreConfig other = muck_truck();
  other.rule_set = "other@2";
  test::write_journal(folder.path("b.ljj"), other, ten_minutes().told());
  TimeRange nothing;
  nothing.from_boot_ms = 99'000'000;
  const auto empty = cut(folder.path(), nothing, folder.path("piece"));
  ASSERT_FALSE(empty.ok());
  EXPECT_THAT(empty.error().what(), ::testing::HasSubstr("nothing"));
  const auto mixed = cut(folder.path(), {}, folder.path("piece"));
  ASSERT_FALSE(mixed.ok());
  EXPECT_THAT(mixed.error().what(), ::testing::HasSubstr("configuration changes"));
  EXPECT_FALSE(std::filesystem::exists(folder.path("piece")));
  const auto over = cut(folder.path("a.ljj"), {}, folder.path("b.ljj"));
  ASSERT_FALSE(over.ok());
}

TEST(Replay, OfAFolderIsTheReplayOfItsFilesInOrder) {
  const tests::TempDir folder;
  const Ride ride = ten_minutes();
  test::write_journal(folder.path("whole.ljj"), muck_truck(), ride.told());
  std::filesystem::create_directories(folder.path("parts"));
  const auto middle = ride.told().begin() + static_cast<std::ptrdiff_t>(ride.told().size() / 2);
  test::write_journal(folder.path("parts/1.ljj"), muck_truck(), {ride.told().begin(), middle});
  test::write_journal(folder.path("parts/2.ljj"), muck_truck(), {middle, ride.told().end()});
  const auto whole = replay(folder.path("whole.ljj"), {});
  const auto parts = replay(folder.path("parts"), {});
  ASSERT_TRUE(whole.ok() && parts.ok());
  EXPECT_EQ(whole->chain, parts->chain);
  EXPECT_EQ(whole->records, parts->records);
  EXPECT_EQ(whole->alarms_raised, 1U);
  EXPECT_EQ(whole->boots, 1U);
}

TEST(Replay, StartsABootWhereAJournalBeginsInTheMiddleOfOne) {
  const tests::TempDir folder;
  Ride ride;
  ride.cover(SwitchState::off).load(0.9).wheels_kmh(30).pass(20);
  test::write_journal(folder.path("m.ljj"), muck_truck(), ride.told());
  std::vector<protocol::Numbered> records;
  const auto summary = replay(folder.path("m.ljj"), [&](const protocol::Numbered& numbered) {
    records.push_back(numbered);
  });
  ASSERT_TRUE(summary.ok());
  EXPECT_EQ(summary->boots, 1U);
  ASSERT_FALSE(records.empty());
  EXPECT_EQ(records.front().seq, 1U);
  EXPECT_EQ(records.front().record.stamp.boot_id, 0xb007U);
  EXPECT_TRUE(std::holds_alternative<protocol::BootRecord>(records.front().record.payload));
  EXPECT_EQ(records.back().seq, summary->records);
}

TEST(Replay, CanJudgeByAnotherRuleSet) {
  const tests::TempDir folder;
  test::write_journal(folder.path("m.ljj"), muck_truck(), ten_minutes().told());
  const auto strict = replay(folder.path("m.ljj"), {},
                             [](core::CoreConfig& config) { config.mt01.alarm.sustain_s = 61; });
  ASSERT_TRUE(strict.ok());
  EXPECT_EQ(strict->alarms_raised, 0U);
}

TEST(Replay, RefusesAConfigurationThatItCannotRead) {
  const tests::TempDir folder;
  auto header = test::header_for(muck_truck());
  header.core_config = "colour = \"red\"\n";
  auto writer = protocol::JournalWriter::create(folder.path("m.ljj"), header);
  ASSERT_TRUE(writer.ok());
  ObservationEncoder encoder;
  encoder.add({BootTime{1}, hal::Boot{1}});
  writer->append(encoder.bytes());
  ASSERT_TRUE(writer->flush(false).ok());
  const auto refused = replay(folder.path("m.ljj"), {});
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().what(), ::testing::HasSubstr("colour"));
}

}  // namespace
}  // namespace lujing::journal
