// The records of cleaning keep their bytes, and come through a batch as they went in.
#include "protocol/batch.h"
#include "protocol/record.h"
#include "tests/unit/protocol/by_hand.h"

#include <gtest/gtest.h>

#include <string>

namespace lujing::protocol {
namespace {

CoverageRecord coverage() {
  return {77,
          12,
          2,
          true,
          Work::washing_sweeping,
          CoverageState::covered,
          WorkReason::none,
          Evidence::partial,
          100,
          900,
          50,
          90,
          998};
}

TEST(WorkRecords, KeepTheirBytes) {
  EXPECT_EQ(canonical(at(100, coverage())),
            "08020206c801209a0122182404260228"
            "0a"
            "2e02"
            "30c801"
            "32880e"
            "3464"
            "36b401"
            "38cc0f");
  EXPECT_EQ(canonical(at(100, WorkRecord{Work::flushing, WorkSide::full, WorkReason::tank_empty,
                                         Evidence::measured, 40, 250, 12})),
            "0d020206c801200222062"
            "40e"
            "2850"
            "2af403"
            "2c18");
  EXPECT_EQ(canonical(at(100, ExceptionRecord{77, 12, 1, 0, 500, 60,
                                              ExceptionReason::parked_vehicles, "d7", "vans"})),
            "0c020206c801209a012218240228e8072a782c022f0264373104"
            "76616e73");
}

TEST(WorkRecords, ComeThroughABatchAndReadInPlainWords) {
  const std::vector<Record> records = {
      at(100, coverage()), at(101, WorkRecord{}), at(102, ExceptionRecord{}),
      at(103, CoverageRecord{UINT64_MAX, UINT32_MAX, 3, false, Work::sweeping,
                             CoverageState::no_data, WorkReason::signal_stale, Evidence::inferred,
                             0, INT32_MAX, 0, INT64_MAX, 1000})};
  const Batch batch = seal(9, 1, Hash{}, records);
  const auto back = decode(encode(batch));
  ASSERT_TRUE(back.ok()) << back.error().what();
  EXPECT_EQ(*back, batch);
  const std::string line = to_json(records[3]);
  EXPECT_NE(line.find("signal_stale"), std::string::npos) << line;
  EXPECT_NE(line.find("no_data"), std::string::npos) << line;
}

}  // namespace
}  // namespace lujing::protocol
