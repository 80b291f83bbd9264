#include "protocol/batch.h"

#include "golden.h"
#include "protocol/bytes.h"
#include "protocol/crc32c.h"
#include "random_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <stdexcept>

namespace lujing::protocol {
namespace {

using testing::batch_with_holes;
using testing::golden_batches;
using ::testing::HasSubstr;
using testing::RandomRecords;
using testing::sealed;

void expect_same_after_trip(const Batch& batch) {
  const std::string bytes = encode(batch);
  const auto back = decode(bytes);
  ASSERT_TRUE(back) << back.error().what();
  ASSERT_EQ(*back, batch);
  const auto header = peek(bytes);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->epoch, batch.epoch);
  EXPECT_EQ(header->first_seq, batch.first_seq);
  EXPECT_EQ(header->last_seq, batch.last_seq);
  EXPECT_EQ(header->chain_before, batch.chain_before);
  EXPECT_EQ(header->chain_after, batch.chain_after);
}

std::string hex(std::string_view bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text.push_back(digits[static_cast<std::uint8_t>(c) >> 4]);
    text.push_back(digits[static_cast<std::uint8_t>(c) & 15]);
  }
  return text;
}

/// With its checksum put right, so that what is behind the checksum is tested.
std::string with_crc(std::string bytes) {
  bytes.resize(bytes.size() - 4);
  append_le(crc32c(bytes), 4, bytes);
  return bytes;
}

TEST(Batch, AnyRecordsComeBackAsTheyWere) {
  RandomRecords random(1);
  for (int round = 0; round < 300; ++round) {
    const auto records = random.records(1 + random.below(80));
    expect_same_after_trip(sealed(records, 1 + random.below(1000)));
    if (HasFatalFailure()) FAIL() << "round " << round;
  }
}

TEST(Batch, TheLargestBatchComesBack) {
  RandomRecords random(2);
  expect_same_after_trip(sealed(random.records(max_batch_records)));
  const auto point = testing::track_points()[1];
  expect_same_after_trip(sealed(std::vector<Record>(max_batch_records, point)));
}

TEST(Batch, HolesAreKeptAndTheChainGoesOverThem) {
  expect_same_after_trip(batch_with_holes());
  Batch only_hole;
  only_hole.first_seq = 1;
  only_hole.last_seq = UINT64_MAX;
  only_hole.chain_after.fill(9);
  only_hole.holes.push_back({1, UINT64_MAX, only_hole.chain_after});
  expect_same_after_trip(only_hole);
}

TEST(Batch, TheHighestSequenceNumberCanBeSent) {
  expect_same_after_trip(sealed(testing::track_points(), UINT64_MAX - 4));
}

// The bytes of golden.txt were written by this version, once. A change there is a change of the
// public format: a platform could not read what a vehicle in the field has stored.
TEST(Batch, BytesAreTheSameAsEver) {
  std::map<std::string, std::string> known;
  std::ifstream in(std::string(LUJING_SOURCE_DIR) + "/tests/unit/protocol/golden.txt");
  for (std::string name, bytes; in >> name >> bytes;) known[name] = bytes;
  for (const auto& [name, records] : golden_batches()) {
    const std::string bytes = encode(sealed(records));
    EXPECT_EQ(known[name], hex(bytes)) << name;
    const auto back = decode(bytes);
    ASSERT_TRUE(back) << name << ": " << back.error().what();
    EXPECT_EQ(*back, sealed(records)) << name;
  }
  EXPECT_EQ(known["with_holes"], hex(encode(batch_with_holes()))) << "with_holes";
}

TEST(Batch, EveryTruncationIsRefused) {
  const std::string bytes = encode(batch_with_holes());
  for (std::size_t size = 0; size < bytes.size(); ++size)
    ASSERT_FALSE(decode(bytes.substr(0, size))) << size;
}

TEST(Batch, EveryTruncationIsRefusedOrTheSameIfTheChecksumIsRight) {
  const Batch batch = batch_with_holes();
  const std::string bytes = encode(batch);
  for (std::size_t size = 4; size < bytes.size(); ++size) {
    const auto back = decode(with_crc(bytes.substr(0, size)));
    if (back) {
      ASSERT_EQ(*back, batch) << size;
    }
  }
}

TEST(Batch, EveryFlippedBitIsRefused) {
  const std::string bytes = encode(batch_with_holes());
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    ASSERT_FALSE(decode(damaged)) << bit;
  }
}

TEST(Batch, AFlippedBitInARecordIsCaughtByTheChainToo) {
  const Batch batch = sealed(testing::track_points());
  const std::string bytes = encode(batch);
  const std::size_t header = 1 + 8 + 1 + 1;  // format, epoch, first_seq, span: not in the chain
  for (std::size_t bit = header * 8; bit < (bytes.size() - 4) * 8; ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    const auto back = decode(with_crc(damaged));
    if (back) {
      ASSERT_EQ(*back, batch) << bit;
    }
  }
}

TEST(Batch, AChangedRecordBreaksTheChain) {
  Batch batch = sealed(testing::track_points());
  std::get<TrackPoint>(batch.records[2].record.payload).speed_cmps = 0;
  const auto back = decode(encode(batch));
  ASSERT_FALSE(back);
  EXPECT_THAT(back.error().what(), HasSubstr("chain"));
}

TEST(Batch, ABombOfTextsIsRefused) {
  std::vector<Record> records = {testing::record_at(1, BootRecord{std::string(100'000, 'a'), ""})};
  const std::string bytes = encode(sealed(records));
  EXPECT_LT(bytes.size(), 300U);  // packed
  // The size that the batch states, in bytes behind the two hashes, is made smaller and larger.
  const std::size_t at = 1 + 8 + 1 + 1 + 64;
  for (const std::uint64_t lie : {1U, 99'999U, 100'001U, 4'000'000U, 2'000'000'000U}) {
    std::string size;
    std::string was;
    append_varint(lie, size);
    append_varint(100'000, was);
    std::string changed = bytes;
    changed.replace(at, was.size(), size);
    const auto back = decode(with_crc(changed));
    ASSERT_FALSE(back) << lie;
    EXPECT_THAT(back.error().what(), HasSubstr("texts"));
  }
}

TEST(Batch, TextsThatRepeatAreBoundedWhenUnpacked) {
  const Record record = testing::record_at(1, BootRecord{std::string(5000, 'a'), ""});
  EXPECT_TRUE(decode(encode(sealed(std::vector<Record>(800, record)))));
  EXPECT_THROW(encode(sealed(std::vector<Record>(1000, record))), std::invalid_argument);
}

TEST(Batch, WhatIsNotWellFormedIsAProgrammersError) {
  Batch gap = sealed(testing::track_points());
  gap.records.erase(gap.records.begin() + 1);
  EXPECT_THROW(encode(gap), std::invalid_argument);
  Batch short_end = sealed(testing::track_points());
  short_end.last_seq -= 1;
  EXPECT_THROW(encode(short_end), std::invalid_argument);
  Batch zero = sealed(testing::track_points());
  zero.first_seq = 0;
  EXPECT_THROW(encode(zero), std::invalid_argument);
  EXPECT_THROW(seal(1, 1, Hash{}, {}), std::invalid_argument);
}

}  // namespace
}  // namespace lujing::protocol
