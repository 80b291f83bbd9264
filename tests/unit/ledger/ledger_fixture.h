#pragma once

#include "platform/ledger/ledger.h"
#include "tests/support/records.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace lujing::ledger {

/// Books in a folder of their own, and what a terminal does to them.
struct LedgerTest : ::testing::Test {
  tests::TempDir dir;
  std::string path = dir.path("ledger.db");
  std::unique_ptr<Ledger> books;
  std::int64_t now_ms = tests::drive_begins_utc_ms;

  void SetUp() override { open(); }
  void open() {
    books.reset();
    auto opened = Ledger::open(path);
    ASSERT_TRUE(opened) << opened.error().what();
    books = std::move(*opened);
  }
  Taken take(const std::string& terminal, const protocol::Batch& batch) {
    const auto packed = protocol::encode(batch);
    auto decoded = protocol::decode(packed);
    EXPECT_TRUE(decoded) << decoded.error().what();
    auto taken = books->take(terminal, *decoded, packed, now_ms);
    EXPECT_TRUE(taken) << taken.error().what();
    return *taken;
  }
  Taken take_and_commit(const std::string& terminal, const protocol::Batch& batch) {
    const auto taken = take(terminal, batch);
    EXPECT_TRUE(books->commit());
    return taken;
  }
  std::uint64_t durable(const std::string& terminal, std::uint64_t epoch) {
    auto position = books->position(terminal, epoch);
    EXPECT_TRUE(position);
    return position->durable_seq;
  }
  std::vector<protocol::Numbered> all(const std::string& terminal) const {
    std::vector<protocol::Numbered> records;
    auto done = books->for_each(terminal, [&](std::uint64_t, const protocol::Numbered& numbered) {
      records.push_back(numbered);
    });
    EXPECT_TRUE(done) << done.error().what();
    return records;
  }
  std::vector<std::string> wrong() const {
    auto found = books->verify();
    EXPECT_TRUE(found) << found.error().what();
    return *found;
  }
  /// The books hold 1..count of this outbox, each once, in order, unbroken.
  void expect_whole(const std::string& terminal, const tests::MemoryOutbox& outbox,
                    std::uint64_t count) {
    const auto records = all(terminal);
    ASSERT_EQ(records.size(), count);
    for (std::uint64_t i = 0; i < count; ++i) {
      EXPECT_EQ(records[i].seq, i + 1);
      EXPECT_EQ(records[i].record, outbox.record(i + 1));
    }
    EXPECT_EQ(wrong(), std::vector<std::string>{});
  }
};

}  // namespace lujing::ledger
