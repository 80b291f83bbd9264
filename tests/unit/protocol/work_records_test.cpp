// The records of cleaning keep their bytes, and come through a batch as they went in.
#include "protocol/batch.h"
#include "protocol/record.h"

#include <gtest/gtest.h>

#include <string>

namespace lujing::protocol {
namespace {

Record at(std::int64_t boot_ms, Payload payload) {
  Record record;
  record.stamp = {1, boot_ms, std::nullopt};
  record.payload = std::move(payload);
  return record;
}

std::string hex(const std::string& bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::string canonical(const Record& record) {
  std::string bytes;
  append_canonical(record, bytes);
  return hex(bytes);
}

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
