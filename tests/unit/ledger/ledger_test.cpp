// Each record once, whatever the network did.
#include "tests/unit/ledger/ledger_fixture.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>

namespace lujing::ledger {
namespace {

using tests::drive;
using tests::MemoryOutbox;

TEST_F(LedgerTest, TakesABatchAndKeepsItOverARestart) {
  MemoryOutbox outbox(7);
  outbox.append(drive(0, 60));
  EXPECT_EQ(take_and_commit("M-003", outbox.batch(1, 60)), Taken::stored);
  open();
  EXPECT_EQ(durable("M-003", 7), 60u);
  auto position = books->position("M-003", 7);
  ASSERT_TRUE(position);
  EXPECT_EQ(position->chain, outbox.chain(60));
  expect_whole("M-003", outbox, 60);
}

TEST_F(LedgerTest, AnEmptyFileIsMovedAsideAndSaid) {
  EXPECT_EQ(books->moved_aside(), "") << "a new file is nothing to speak of";
  for (const std::string& name : {path + ".empty-1", path + ".empty-2"}) {
    books.reset();
    std::filesystem::remove(path + "-shm");
    std::filesystem::resize_file(path, 0);
    std::ofstream(path + "-wal") << "what was not yet in the file";
    open();
    EXPECT_EQ(books->moved_aside(), name);
    EXPECT_EQ(std::filesystem::file_size(name), 0u);
    EXPECT_GT(std::filesystem::file_size(name + "-wal"), 20u) << "kept for a look";
  }
  MemoryOutbox outbox(7);
  outbox.append(drive(0, 60));
  EXPECT_EQ(take_and_commit("M-003", outbox.batch(1, 60)), Taken::stored);
  expect_whole("M-003", outbox, 60);
  open();
  EXPECT_EQ(books->moved_aside(), "");
}

TEST_F(LedgerTest, WhatWasNotCommittedIsNotThere) {
  MemoryOutbox outbox(7);
  outbox.append(drive(0, 20));
  take_and_commit("M-003", outbox.batch(1, 10));
  take("M-003", outbox.batch(11, 20));
  EXPECT_EQ(durable("M-003", 7), 20u) << "taken counts at once";
  EXPECT_EQ(all("M-003").size(), 10u) << "readers see what is committed";
  books->rollback();
  EXPECT_EQ(durable("M-003", 7), 10u);
  EXPECT_EQ(take_and_commit("M-003", outbox.batch(11, 20)), Taken::stored);
  expect_whole("M-003", outbox, 20);
}

TEST_F(LedgerTest, TheSameAgainIsADuplicateAlsoWhenCutElsewhere) {
  MemoryOutbox outbox(7);
  outbox.append(drive(0, 60));
  take_and_commit("M-003", outbox.batch(1, 30));
  take_and_commit("M-003", outbox.batch(31, 60));
  EXPECT_EQ(take_and_commit("M-003", outbox.batch(1, 30)), Taken::duplicate);
  EXPECT_EQ(take_and_commit("M-003", outbox.batch(20, 40)), Taken::duplicate);
  EXPECT_EQ(take_and_commit("M-003", outbox.batch(5, 5)), Taken::duplicate);
  EXPECT_EQ(take_and_commit("M-003", outbox.batch(1, 60)), Taken::duplicate);
  expect_whole("M-003", outbox, 60);
}

TEST_F(LedgerTest, OfAnOverlapOnlyTheNewPartIsTaken) {
  MemoryOutbox outbox(7);
  outbox.append(drive(0, 100));
  take_and_commit("M-003", outbox.batch(1, 40));
  EXPECT_EQ(take_and_commit("M-003", outbox.batch(21, 70)), Taken::stored);
  EXPECT_EQ(take_and_commit("M-003", outbox.batch(1, 100)), Taken::stored);
  expect_whole("M-003", outbox, 100);
}

TEST_F(LedgerTest, AGapIsNotTaken) {
  MemoryOutbox outbox(7);
  outbox.append(drive(0, 30));
  EXPECT_EQ(take_and_commit("M-003", outbox.batch(2, 10)), Taken::gap);
  take_and_commit("M-003", outbox.batch(1, 10));
  EXPECT_EQ(take_and_commit("M-003", outbox.batch(12, 20)), Taken::gap);
  EXPECT_EQ(durable("M-003", 7), 10u);
  EXPECT_EQ(take_and_commit("M-003", outbox.batch(11, 30)), Taken::stored);
  expect_whole("M-003", outbox, 30);
}

TEST_F(LedgerTest, AnotherStoryOfTheSameNumbersIsABrokenChain) {
  MemoryOutbox outbox(7);
  MemoryOutbox liar(7);
  outbox.append(drive(0, 30));
  liar.append(drive(1000, 30));
  take_and_commit("M-003", outbox.batch(1, 20));
  EXPECT_EQ(take_and_commit("M-003", liar.batch(21, 30)), Taken::broken_chain) << "follows on";
  EXPECT_EQ(take_and_commit("M-003", liar.batch(11, 30)), Taken::broken_chain) << "overlaps";
  EXPECT_EQ(take_and_commit("M-003", liar.batch(1, 20)), Taken::broken_chain) << "is known";
  EXPECT_EQ(take_and_commit("M-003", liar.batch(3, 9)), Taken::broken_chain) << "inside";
  EXPECT_EQ(take_and_commit("M-003", outbox.batch(21, 30)), Taken::stored);
  expect_whole("M-003", outbox, 30);
}

TEST_F(LedgerTest, EpochsAndTerminalsDoNotMeet) {
  MemoryOutbox first(7), second(8), other(7);
  first.append(drive(0, 10));
  second.append(drive(100, 10));
  other.append(drive(200, 10));
  take("M-003", first.batch(1, 10));
  take("M-003", second.batch(1, 10));
  take("S-001", other.batch(1, 10));
  ASSERT_TRUE(books->commit());
  EXPECT_EQ(all("M-003").size(), 20u);
  expect_whole("S-001", other, 10);
  std::vector<std::uint64_t> epochs;
  ASSERT_TRUE(books->for_each(
      "M-003", [&](std::uint64_t epoch, const protocol::Numbered&) { epochs.push_back(epoch); }));
  EXPECT_TRUE(std::is_sorted(epochs.begin(), epochs.end()));
}

TEST_F(LedgerTest, EpochsAndHashesUseAllTheirBits) {
  MemoryOutbox outbox(0xfedcba9876543210u);
  outbox.append({tests::point_at(1, 0xffffffffffffffffu)});
  take_and_commit("M-003", outbox.batch(1, 1));
  open();
  EXPECT_EQ(durable("M-003", 0xfedcba9876543210u), 1u);
  expect_whole("M-003", outbox, 1);
}

TEST_F(LedgerTest, AHoleIsPartOfTheStory) {
  MemoryOutbox outbox(7);
  outbox.append(drive(0, 60));
  take_and_commit("M-003", outbox.batch(1, 20));
  EXPECT_EQ(take_and_commit("M-003", outbox.thinned(21, 40, 25, 30)), Taken::stored);
  EXPECT_EQ(take_and_commit("M-003", outbox.batch(41, 60)), Taken::stored);
  EXPECT_EQ(all("M-003").size(), 54u);
  EXPECT_EQ(wrong(), std::vector<std::string>{});
}

TEST_F(LedgerTest, AHoleOverWhatTheBooksHaveIsCut) {
  MemoryOutbox outbox(7);
  outbox.append(drive(0, 60));
  take_and_commit("M-003", outbox.batch(1, 20));
  // The terminal thinned what it had sent and not heard of: 11..30 are gone there, 11..20 not here.
  EXPECT_EQ(take_and_commit("M-003", outbox.thinned(1, 60, 11, 30)), Taken::stored);
  EXPECT_EQ(durable("M-003", 7), 60u);
  EXPECT_EQ(all("M-003").size(), 50u);
  EXPECT_EQ(wrong(), std::vector<std::string>{});
}

TEST_F(LedgerTest, WhatATerminalNoLongerHoldsIsBookedAsAGap) {
  MemoryOutbox outbox(7);
  outbox.append(drive(0, 60));
  take_and_commit("M-003", outbox.batch(1, 20));
  auto same = books->accept_gap("M-003", 7, 21, now_ms);
  ASSERT_TRUE(same);
  EXPECT_FALSE(*same) << "nothing is missing";
  auto gap = books->accept_gap("M-003", 7, 41, now_ms);
  ASSERT_TRUE(gap);
  EXPECT_TRUE(*gap);
  ASSERT_TRUE(books->commit());
  open();
  EXPECT_EQ(durable("M-003", 7), 40u);
  EXPECT_EQ(take_and_commit("M-003", outbox.batch(41, 60)), Taken::stored);
  EXPECT_EQ(all("M-003").size(), 40u);
  const auto told = wrong();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_NE(told[0].find("21..40 never came"), std::string::npos) << told[0];
}

TEST_F(LedgerTest, HostileNumbersAreRefused) {
  protocol::Batch batch;
  batch.epoch = 7;
  batch.first_seq = 1;
  batch.last_seq = UINT64_MAX;
  batch.holes.push_back({1, UINT64_MAX, {}});
  auto taken = books->take("M-003", batch, "", now_ms);
  ASSERT_TRUE(taken);
  EXPECT_EQ(*taken, Taken::broken_chain);
  EXPECT_FALSE(books->accept_gap("M-003", 7, UINT64_MAX, now_ms));
  EXPECT_EQ(durable("M-003", 7), 0u);
}

// Any cutting, repeating, restarting and forgetting leaves each record once and in order.
TEST_F(LedgerTest, PropertyEachRecordOnceWhateverIsSentAgain) {
  for (std::uint32_t seed = 1; seed <= 5; ++seed) {
    std::mt19937 random(seed);
    const auto up_to = [&](std::uint64_t n) { return random() % n; };
    const std::string terminal = "T-" + std::to_string(seed);
    MemoryOutbox outbox(seed);
    outbox.append(drive(0, 400));
    for (int step = 0; step < 300; ++step) {
      const auto first = 1 + up_to(400);
      const auto last = std::min<std::uint64_t>(400, first + up_to(80));
      EXPECT_NE(take(terminal, outbox.batch(first, last)), Taken::broken_chain);
      const auto dice = up_to(20);
      if (dice < 6) {
        ASSERT_TRUE(books->commit());
      }
      if (dice == 6) books->rollback();
      if (dice == 7) open();
    }
    take_and_commit(terminal, outbox.batch(1, 400));
    expect_whole(terminal, outbox, 400);
  }
}

}  // namespace
}  // namespace lujing::ledger
