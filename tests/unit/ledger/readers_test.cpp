// What the pages ask the books, and those that read them beside the platform.
#include "platform/ledger/record_reader.h"
#include "tests/unit/ledger/ledger_fixture.h"

#include <atomic>
#include <filesystem>
#include <thread>

namespace lujing::ledger {
namespace {

using protocol::AlarmState;
using tests::drive;
using tests::drive_begins_utc_ms;
using tests::MemoryOutbox;

struct ReadersTest : LedgerTest {
  MemoryOutbox outbox{7};
  void book(const std::vector<protocol::Record>& records) {
    const auto first = outbox.next_seq();
    outbox.append(records);
    ASSERT_EQ(take_and_commit("M-003", outbox.batch(first, outbox.next_seq() - 1)), Taken::stored);
  }
  std::vector<StoredAlarm> alarms(bool open_only = false) {
    auto found = books->alarms(open_only, 100);
    EXPECT_TRUE(found) << found.error().what();
    return *found;
  }
  std::vector<TrackRow> track(std::int64_t from_s, std::int64_t to_s, std::size_t limit = 10'000) {
    auto found = books->track("M-003", drive_begins_utc_ms + from_s * 1000,
                              drive_begins_utc_ms + to_s * 1000, limit);
    EXPECT_TRUE(found) << found.error().what();
    return *found;
  }
};

TEST_F(ReadersTest, AVehicleIsWhatItSaidAndWhereItWasLast) {
  ASSERT_TRUE(books->hello("M-003", "muck", "鄂G12345", "0.1.0"));
  ASSERT_TRUE(books->commit());
  protocol::VehicleState state;
  state.moving = true;
  state.cover = protocol::Cover::open;
  state.load = protocol::Load::full;
  state.work_bits = 5;
  book(drive(0, 30));
  book({{tests::stamp_at(31), state, {}}});
  open();
  auto all = books->vehicles();
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 1u);
  const auto& vehicle = all->front();
  EXPECT_EQ(vehicle.terminal_id, "M-003");
  EXPECT_EQ(vehicle.vehicle_type, "muck");
  EXPECT_EQ(vehicle.plate, "鄂G12345");
  EXPECT_EQ(vehicle.software, "0.1.0");
  EXPECT_EQ(vehicle.records, 31u);
  EXPECT_EQ(vehicle.last_received_utc_ms, now_ms);
  ASSERT_TRUE(vehicle.last_point);
  EXPECT_EQ(vehicle.last_point->seq, 30u);
  EXPECT_EQ(vehicle.last_point->epoch, 7u);
  EXPECT_EQ(vehicle.last_point->utc_ms, drive_begins_utc_ms + 29'000);
  EXPECT_EQ(vehicle.last_point->point, std::get<protocol::TrackPoint>(outbox.record(30).payload));
  EXPECT_EQ(vehicle.last_state, state);
  EXPECT_EQ(vehicle.last_state_utc_ms, drive_begins_utc_ms + 31'000);
}

TEST_F(ReadersTest, ANewVehicleHasNoPlaceYet) {
  ASSERT_TRUE(books->hello("S-001", "sweeper", "", ""));
  ASSERT_TRUE(books->commit());
  auto all = books->vehicles();
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 1u);
  EXPECT_FALSE(all->front().last_point);
  EXPECT_FALSE(all->front().last_state);
}

TEST_F(ReadersTest, ATrackIsCutByTimeAndInOrder) {
  for (std::int64_t second = 0; second < 600; second += 60) book(drive(second, 60));
  const auto points = track(90, 200);
  ASSERT_EQ(points.size(), 110u);
  EXPECT_EQ(points.front().seq, 91u);
  EXPECT_EQ(points.back().seq, 200u);
  EXPECT_EQ(track(0, 600).size(), 600u);
  EXPECT_EQ(track(0, 600, 25).size(), 25u);
  EXPECT_EQ(track(0, 600, 25).back().seq, 25u) << "the oldest are given first";
  EXPECT_TRUE(track(600, 700).empty());
  auto nobody = books->track("X", 0, INT64_MAX, 10);
  ASSERT_TRUE(nobody);
  EXPECT_TRUE(nobody->empty());
}

TEST_F(ReadersTest, PointsWithoutTimeAreBookedAndNotOnTheTrack) {
  auto point = tests::point_at(5);
  point.stamp.utc_ms.reset();
  book({point});
  book(drive(10, 2));
  EXPECT_EQ(track(0, 100).size(), 2u);
  EXPECT_EQ(all("M-003").size(), 3u);
}

TEST_F(ReadersTest, AnAlarmsLifeIsOneRow) {
  book({tests::alarm_at(10, AlarmState::raised, 5000)});
  ASSERT_EQ(alarms(true).size(), 1u);
  auto alarm = alarms(true).front();
  EXPECT_EQ(alarm.state, "raised");
  EXPECT_EQ(alarm.terminal_id, "M-003");
  EXPECT_EQ(alarm.rule, "MT-01");
  EXPECT_EQ(alarm.seq, 1u);
  EXPECT_EQ(alarm.detail, "cover=open load=full");
  EXPECT_EQ(alarm.speed_cmps, 650);
  EXPECT_EQ(alarm.raised_utc_ms, drive_begins_utc_ms + 10'000);
  EXPECT_FALSE(alarm.cleared_utc_ms);
  EXPECT_FALSE(alarm.late);
  book({tests::alarm_at(40, AlarmState::cleared, 5000)});
  EXPECT_TRUE(alarms(true).empty());
  ASSERT_EQ(alarms().size(), 1u);
  alarm = alarms().front();
  EXPECT_EQ(alarm.state, "cleared");
  EXPECT_EQ(alarm.seq, 1u) << "of the record that raised it";
  EXPECT_EQ(alarm.cleared_utc_ms, drive_begins_utc_ms + 40'000);
}

TEST_F(ReadersTest, ASuppressedAlarmStaysSuppressedWhenItClears) {
  book({tests::alarm_at(10, AlarmState::suppressed, 5000),
        tests::alarm_at(40, AlarmState::cleared, 5000)});
  ASSERT_EQ(alarms().size(), 1u);
  EXPECT_EQ(alarms().front().state, "suppressed");
}

TEST_F(ReadersTest, AClearingWhoseRaisingWasLostIsStillTold) {
  book({tests::alarm_at(40, AlarmState::cleared, 5000)});
  ASSERT_EQ(alarms().size(), 1u);
  EXPECT_EQ(alarms().front().state, "cleared");
  EXPECT_FALSE(alarms().front().raised_utc_ms);
}

TEST_F(ReadersTest, ANewStartEndsWhatWasOpen) {
  book({tests::alarm_at(10, AlarmState::raised, 5000)});
  protocol::BootRecord boot{"0.1.0", "default@1"};
  book({{tests::stamp_at(100, 2), boot, {}}, tests::alarm_at(200, AlarmState::raised, 150'000, 2)});
  ASSERT_EQ(alarms().size(), 2u);
  EXPECT_EQ(alarms()[0].state, "raised") << "newest first";
  EXPECT_EQ(alarms()[1].state, "ended");
  EXPECT_EQ(alarms()[1].cleared_utc_ms, drive_begins_utc_ms + 100'000);
  EXPECT_EQ(alarms(true).size(), 1u);
}

TEST_F(ReadersTest, LateAlarmsAreMarked) {
  now_ms = drive_begins_utc_ms + 100'000;
  auto timeless = tests::alarm_at(50, AlarmState::raised, 3000);
  timeless.stamp.utc_ms.reset();
  book({tests::alarm_at(39, AlarmState::raised, 1000),
        tests::alarm_at(41, AlarmState::raised, 2000), timeless});
  ASSERT_EQ(alarms().size(), 3u);
  for (const auto& alarm : alarms()) EXPECT_EQ(alarm.late, alarm.seq != 2u) << alarm.seq;
}

TEST_F(ReadersTest, HealthIsTheNewestOfEachCounter) {
  book({{tests::stamp_at(1), protocol::HealthRecord{{{1, 10}, {40, 5}}}, {}}});
  book({{tests::stamp_at(2), protocol::HealthRecord{{{1, 12}}}, {}},
        {tests::stamp_at(3), protocol::HealthRecord{{{1, 13}, {999, -1}}}, {}}});
  auto counters = books->health("M-003");
  ASSERT_TRUE(counters);
  const std::vector<std::pair<std::uint16_t, std::int64_t>> expected{{1, 13}, {40, 5}, {999, -1}};
  EXPECT_EQ(*counters, expected);
}

TEST_F(ReadersTest, ReadersMayComeFromAnyThreadWhileTheBooksAreWritten) {
  std::vector<std::thread> readers;
  std::atomic<bool> stop = false;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!stop) {
        EXPECT_TRUE(books->vehicles());
        EXPECT_TRUE(books->track("M-003", 0, INT64_MAX, 100'000));
        EXPECT_TRUE(books->alarms(false, 10));
        EXPECT_TRUE(books->health("M-003"));
      }
    });
  }
  for (std::int64_t second = 0; second < 3000; second += 60) book(drive(second, 60));
  stop = true;
  for (auto& reader : readers) reader.join();
  EXPECT_EQ(all("M-003").size(), 3000u);
}

TEST_F(ReadersTest, WhoeverOnlyReadsReadsBesideTheOwnerAndInTheOrderOfTheRecords) {
  book(drive(0, 300));
  auto beside = open_books_to_read(path);
  ASSERT_TRUE(beside) << beside.error().what();
  const auto terminals = booked(*beside);
  ASSERT_TRUE(terminals);
  ASSERT_EQ(terminals->size(), 1U);
  EXPECT_EQ(terminals->front().id, "M-003");
  std::vector<protocol::Numbered> read;
  ASSERT_TRUE(each_record(
      *beside, terminals->front(), {},
      [&](std::uint64_t, const protocol::Numbered& numbered) { read.push_back(numbered); }));
  ASSERT_EQ(read.size(), 300U);
  for (std::size_t i = 0; i < read.size(); ++i) EXPECT_EQ(read[i].seq, i + 1);
}

TEST_F(ReadersTest, BatchesOfAnotherDayArePassedOver) {
  book(drive(0, 300));
  auto beside = open_books_to_read(path);
  ASSERT_TRUE(beside);
  const auto terminals = booked(*beside);
  ASSERT_TRUE(terminals);
  std::size_t read = 0;
  const auto count = [&](std::uint64_t, const protocol::Numbered&) { ++read; };
  constexpr std::int64_t day_ms = 86'400'000;
  const Span next_day{drive_begins_utc_ms + day_ms, drive_begins_utc_ms + 2 * day_ms};
  ASSERT_TRUE(each_record(*beside, terminals->front(), next_day, count));
  EXPECT_EQ(read, 0U);
  const Span same_day{drive_begins_utc_ms, drive_begins_utc_ms + 1000};
  ASSERT_TRUE(each_record(*beside, terminals->front(), same_day, count));
  EXPECT_EQ(read, 300U);
}

TEST_F(ReadersTest, WhoeverOnlyReadsIsToldThatAFileIsNotThereAndMakesNone) {
  const auto missing = open_books_to_read(dir.path("other.db"));
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().what().find("DATA_DIR/ledger.db"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(dir.path("other.db")));
}

}  // namespace
}  // namespace lujing::ledger
