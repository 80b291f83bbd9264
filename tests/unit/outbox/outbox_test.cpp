#include "terminal/outbox/outbox.h"

#include "tests/support/random_records.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

namespace lujing::test {
namespace {

class OutboxTest : public testing::Test {
 protected:
  OutboxTest() {
    options_.path = folder_.path("outbox.db");
    options_.reserve_bytes = 0;
    options_.new_epoch = 7;
    open();
  }
  void open() {
    box_.reset();
    auto opened = outbox::Outbox::open(options_);
    if (!opened) throw std::runtime_error(opened.error().what());
    box_ = std::move(*opened);
  }
  void write(std::size_t count) {
    for (std::size_t n = 0; n < count; ++n) written_.push_back(records_.any());
    box_->append(std::span(written_).last(count));
    ASSERT_TRUE(box_->commit());
  }
  protocol::Batch read(std::uint64_t from, std::size_t most) {
    auto packed = box_->read(from, most);
    if (!packed || !*packed) return {};
    auto batch = protocol::decode(**packed);
    return batch ? *batch : protocol::Batch{};
  }
  void expect_same(const protocol::Batch& batch) {
    EXPECT_EQ(batch.epoch, 7u);
    for (const auto& numbered : batch.records)
      EXPECT_EQ(numbered.record, written_[numbered.seq - 1]);
  }

  tests::TempDir folder_;
  outbox::Options options_;
  RandomRecords records_{1};
  std::vector<protocol::Record> written_;
  std::unique_ptr<outbox::Outbox> box_;
};

TEST_F(OutboxTest, WhatIsNotCommittedCannotBeRead) {
  const auto record = records_.point();
  box_->append({&record, 1});
  EXPECT_EQ(box_->stats().next_seq, 1u);
  EXPECT_FALSE(*box_->read(1, 10));
  EXPECT_FALSE(*box_->read_newest(10));
}

TEST_F(OutboxTest, NumbersAndChainGoOnOverARestart) {
  write(37);
  const auto before = read(1, 100);
  open();
  EXPECT_EQ(box_->stats().epoch, 7u);
  EXPECT_EQ(box_->stats().next_seq, 38u);
  write(50);
  const auto after = read(38, 100);
  EXPECT_EQ(after.first_seq, 38u);
  EXPECT_EQ(after.chain_before, before.chain_after);
  expect_same(after);
}

TEST_F(OutboxTest, ASmallCommitMakesTheLastRowLonger) {
  for (int n = 0; n < 60; ++n) write(1);
  EXPECT_EQ(read(1, 100).records.size(), 60u);
  write(1);
  EXPECT_EQ(read(1, 100).records.size(), 60u);
  EXPECT_EQ(read(61, 100).records.size(), 1u);
}

TEST_F(OutboxTest, ReadsFromAnyRecordOn) {
  write(200);
  for (std::uint64_t from = 1; from <= 200; from += 7) {
    const auto batch = read(from, 11);
    EXPECT_EQ(batch.first_seq, from);
    EXPECT_LE(batch.records.size(), 11u);
    expect_same(batch);
  }
  EXPECT_FALSE(*box_->read(201, 10));
}

TEST_F(OutboxTest, TheNewestReachOverTwoRows) {
  write(65);
  auto packed = box_->read_newest(20);
  ASSERT_TRUE(packed && *packed);
  const auto batch = protocol::decode(**packed);
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->first_seq, 46u);
  EXPECT_EQ(batch->last_seq, 65u);
}

TEST_F(OutboxTest, ForgetsWhatIsAcknowledged) {
  write(100);
  ASSERT_TRUE(box_->acknowledge(7, 70));
  EXPECT_EQ(box_->stats().oldest_seq, 71u);
  EXPECT_EQ(box_->stats().depth_records, 30u);
  EXPECT_EQ(read(1, 10).first_seq, 71u);
  ASSERT_TRUE(box_->acknowledge(7, 50));  // an old one again
  EXPECT_EQ(box_->stats().oldest_seq, 71u);
  open();
  EXPECT_EQ(box_->stats().oldest_seq, 71u);
  ASSERT_TRUE(box_->acknowledge(7, 100));
  open();
  EXPECT_EQ(box_->stats().depth_records, 0u);
  write(1);
  EXPECT_EQ(read(1, 10).first_seq, 101u);
}

TEST_F(OutboxTest, RefusesAcknowledgementsThatCannotBe) {
  write(10);
  EXPECT_FALSE(box_->acknowledge(8, 5));
  EXPECT_FALSE(box_->acknowledge(7, 11));
  EXPECT_EQ(box_->stats().oldest_seq, 1u);
}

TEST_F(OutboxTest, KnowsTheTimeOfTheOldest) {
  write(100);
  EXPECT_EQ(box_->stats().oldest_utc_ms, written_[0].stamp.utc_ms);
  ASSERT_TRUE(box_->acknowledge(7, 30));
  EXPECT_EQ(box_->stats().oldest_utc_ms, written_[30].stamp.utc_ms);
  ASSERT_TRUE(box_->acknowledge(7, 100));
  EXPECT_FALSE(box_->stats().oldest_utc_ms);
}

TEST_F(OutboxTest, StaysBelowItsCapAndKeepsAlarms) {
  options_.path = folder_.path("small.db");
  options_.max_bytes = 160 << 10;
  open();
  for (int n = 0; n < 400; ++n) write(60);
  EXPECT_LE(box_->stats().file_bytes, options_.max_bytes);
  EXPECT_GT(box_->stats().thinned_records, 0u);
  std::uint64_t at = 1;
  protocol::Hash chain{};
  std::uint64_t told = 0;
  std::uint64_t holes = 0;
  while (at < box_->stats().next_seq) {
    const auto batch = read(at, 1000);
    ASSERT_EQ(batch.first_seq, at);
    ASSERT_EQ(batch.chain_before, chain);
    for (const auto& numbered : batch.records)
      if (const auto* t = std::get_if<protocol::ThinnedRecord>(&numbered.record.payload))
        told += t->dropped;
    for (const auto& hole : batch.holes) holes += hole.last_seq - hole.first_seq + 1;
    chain = batch.chain_after;
    at = batch.last_seq + 1;
  }
  EXPECT_EQ(told, box_->stats().thinned_records);
  EXPECT_EQ(holes, told);
}

TEST_F(OutboxTest, ANewEpochWritesEverythingHeldAnew) {
  write(100);
  ASSERT_TRUE(box_->acknowledge(7, 40));
  ASSERT_TRUE(box_->begin_new_epoch("the platform has another chain"));
  EXPECT_EQ(box_->stats().epoch, 8u);
  EXPECT_FALSE(box_->unsettled());
  ASSERT_TRUE(box_->commit());
  const auto batch = read(1, 100);
  ASSERT_EQ(box_->stats().next_seq, 61u);
  for (const auto& numbered : batch.records)
    EXPECT_EQ(numbered.record, written_[numbered.seq + 39]);
}

TEST_F(OutboxTest, ASecondProcessIsRefusedAndTheFirstGoesOn) {
  auto second = outbox::Outbox::open(options_);
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().what().find("second terminal"), std::string::npos);
  write(5);
}

}  // namespace
}  // namespace lujing::test
