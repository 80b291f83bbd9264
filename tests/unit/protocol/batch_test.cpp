#include "protocol/batch.h"

#include "random_records.h"

#include <gtest/gtest.h>

namespace lujing::protocol {
namespace {

using testing::RandomRecords;

Batch sealed(const std::vector<Record>& records, std::uint64_t first_seq = 1) {
  return seal(7, first_seq, Hash{}, records);
}

void expect_same_after_trip(const Batch& batch) {
  const std::string bytes = encode(batch);
  const auto back = decode(bytes);
  ASSERT_TRUE(back) << back.error().what();
  EXPECT_EQ(*back, batch);
}

TEST(Batch, AnyRecordsComeBackAsTheyWere) {
  RandomRecords random(1);
  for (int round = 0; round < 300; ++round) {
    const auto records = random.records(1 + random.below(80));
    expect_same_after_trip(sealed(records, 1 + random.below(1000)));
    if (HasFatalFailure()) FAIL() << "round " << round;
  }
}

}  // namespace
}  // namespace lujing::protocol
