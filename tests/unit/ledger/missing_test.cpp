// What the books ought to hold and do not: named for the time that is asked about, and as well as
// if all of them had been read.
#include "platform/ledger/missing.h"

#include "tests/unit/ledger/ledger_fixture.h"

#include <random>

namespace lujing::ledger {
namespace {

constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::int64_t begin_ms = tests::drive_begins_utc_ms;

struct MissingTest : LedgerTest {
  /// A batch of two records an hour; every seventh is without a time.
  void fill(std::uint64_t epoch, std::int64_t first_hour, std::int64_t hours,
            std::int64_t clock_back_at = -1, std::int64_t back_ms = 0) {
    std::vector<protocol::Batch> batches;
    protocol::Hash chain{};
    for (std::int64_t i = 0; i < hours; ++i) {
      const std::int64_t back = clock_back_at >= 0 && i >= clock_back_at ? back_ms : 0;
      std::vector<protocol::Record> records(2);
      for (std::int64_t k = 0; k < 2; ++k) {
        auto& record = records[static_cast<std::size_t>(k)];
        record.stamp.boot_ms = (i * 2 + k) * 60'000;
        if (i % 7 != 6)
          record.stamp.utc_ms = begin_ms + (first_hour + i) * hour_ms + k * 60'000 - back;
        record.payload = protocol::TrackPoint{};
      }
      const auto batch =
          protocol::seal(epoch, static_cast<std::uint64_t>(2 * i + 1), chain, records);
      chain = batch.chain_after;
      ASSERT_EQ(take("M-003", batch), Taken::stored);
    }
    ASSERT_TRUE(books->commit());
  }
  void lose(const std::string& where) {
    auto db = Database::open(path, Database::Mode::read_write);
    ASSERT_TRUE(db);
    ASSERT_TRUE(db->exec(("DELETE FROM batch WHERE " + where).c_str()));
  }
  std::vector<Missing> missing(Span when = {}) {
    auto db = open_books_to_read(path);
    auto found = missing_records(*db, booked(*db)->front(), when);
    EXPECT_TRUE(found) << found.error().what();
    return *found;
  }
  std::vector<Missing> missing(const Range& range) {
    auto db = open_books_to_read(path);
    auto found = missing_numbers(*db, booked(*db)->front(), range);
    EXPECT_TRUE(found) << found.error().what();
    return *found;
  }
  static std::string text(const std::vector<Missing>& all) {
    std::string text;
    for (const Missing& one : all) {
      text += std::to_string(one.epoch) + ":" + std::to_string(one.first_seq) + "-" +
              std::to_string(one.last_seq) + (one.noticed ? "!" : "") + "@" +
              std::to_string(one.between.from_ms) + ".." + std::to_string(one.between.to_ms) + " ";
    }
    return text;
  }
  /// As if all had been read.
  std::string of(Span when) {
    auto all = missing();
    std::erase_if(all, [&](const Missing& one) {
      return one.between.to_ms < when.from_ms || one.between.from_ms >= when.to_ms;
    });
    return text(all);
  }
  static Span hours(std::int64_t from, std::int64_t to) {
    return {begin_ms + from * hour_ms, begin_ms + to * hour_ms};
  }
};

TEST_F(MissingTest, WhatIsAskedOfAPartIsWhatTheWholeSaysOfIt) {
  fill(7, 0, 96);
  fill(8, 120, 96);
  std::mt19937 random(5);
  for (const int epoch : {1, 2}) {
    for (int i = 0; i < 12; ++i) {
      const auto seq = 2 * std::uniform_int_distribution<>(0, 95)(random) + 1;
      lose("stream = " + std::to_string(epoch) + " AND first_seq = " + std::to_string(seq));
    }
  }
  ASSERT_GT(missing().size(), 10U);
  for (std::int64_t from = -30; from < 240; ++from) {
    for (const std::int64_t length : {1, 24, 100})
      EXPECT_EQ(text(missing(hours(from, from + length))), of(hours(from, from + length))) << from;
  }
  EXPECT_EQ(text(missing(Span{begin_ms + 40 * hour_ms, Span().to_ms})),
            of({begin_ms + 40 * hour_ms, Span().to_ms}));
  EXPECT_EQ(text(missing(Span{Span().from_ms, begin_ms + 40 * hour_ms})),
            of({Span().from_ms, begin_ms + 40 * hour_ms}));
}

TEST_F(MissingTest, AWholeDayThatIsGoneIsNamedAndSoAreTheBeginAndTheEnd) {
  fill(7, 0, 96);
  lose("first_seq >= 49 AND last_seq <= 96");  // hours 24 to 47
  const auto gone = missing(hours(30, 40));
  ASSERT_EQ(gone.size(), 1U);
  EXPECT_EQ(gone.front().first_seq, 49U);
  EXPECT_EQ(gone.front().last_seq, 96U);
  EXPECT_EQ(gone.front().between.to_ms, begin_ms + 49 * hour_ms) << "hour 48 has no time";
  EXPECT_TRUE(missing(hours(0, 10)).empty());
  EXPECT_TRUE(missing(hours(60, 90)).empty());
  lose("last_seq > 186 OR first_seq = 1");
  EXPECT_EQ(missing(hours(-5, 1)).size(), 1U);
  EXPECT_EQ(missing(hours(100, 101)).at(0).last_seq, 192U);
}

TEST_F(MissingTest, AClockThatWentBackHidesNothingThatIsOfTheDay) {
  fill(7, 0, 96, 48, 40 * hour_ms);
  lose("first_seq = 31");   // hour 15 of the first time round
  lose("first_seq = 115");  // told as hour 17, the second time round
  EXPECT_EQ(missing(hours(10, 20)).size(), 2U);
  EXPECT_EQ(text(missing(hours(10, 20))), of(hours(10, 20)));
}

TEST_F(MissingTest, NumbersAreAskedForOfOneStore) {
  fill(7, 0, 24);
  fill(8, 24, 24);
  lose("first_seq BETWEEN 11 AND 15");
  EXPECT_EQ(text(missing(Range{7, 12, 13})), text({missing(Span{}).front()}));
  EXPECT_EQ(missing(Range{7, 1, 48}).size(), 1U);
  EXPECT_TRUE(missing(Range{7, 1, 10}).empty());
  EXPECT_TRUE(missing(Range{7, 17, 400}).empty()) << "what has not come yet is not missing";
  EXPECT_TRUE(missing(Range{9, 1, 48}).empty());
  EXPECT_EQ(missing(Range{8, 0, UINT64_MAX}).size(), 1U);
}

}  // namespace
}  // namespace lujing::ledger
