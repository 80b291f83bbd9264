// The records of hauling keep their bytes, and come through a batch as they went in.
#include "protocol/batch.h"
#include "protocol/record.h"
#include "tests/unit/protocol/by_hand.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lujing::protocol {
namespace {

ZoneRecord zone() {
  return {"D1", FenceKind::unloading, FenceEvent::left, 50, 60, 7, {1, 2}};
}

TEST(HaulRecords, KeepTheirBytes) {
  EXPECT_EQ(canonical(at(100, zone())), "09020206c8012102443122062402266428782a0e2c022e04");
  EXPECT_EQ(
      canonical(at(
          100, ControlRecord{Limit::lock, LimitEvent::waits, LimitOrigin::spot, 3, 100, "x", {}})),
      "0b020206c801200422062406260628c8012b0178");
}

TEST(HaulRecords, ComeThroughABatchAndReadInPlainWords) {
  TripRecord trip;
  trip.begin_boot_id = UINT64_MAX;
  trip.event = TripEvent::tipped;
  trip.permit = "HZ-1";
  trip.loaded_permille = 930;
  trip.driven_m = INT64_MAX;
  trip.begin_position = {300'000'000, 1'140'000'000};
  const std::vector<Record> records = {at(100, zone()), at(101, trip), at(102, TripRecord{}),
                                       at(103, ControlRecord{}), at(104, ZoneRecord{})};
  const Batch batch = seal(9, 1, Hash{}, records);
  const auto back = decode(encode(batch));
  ASSERT_TRUE(back.ok()) << back.error().what();
  EXPECT_EQ(*back, batch);
  EXPECT_NE(to_json(records[0]).find("\"zone\":\"unloading\""), std::string::npos);
  EXPECT_NE(to_json(records[1]).find("\"event\":\"tipped\""), std::string::npos);
  EXPECT_NE(to_json(records[1]).find("\"begin_boot_id\":\"ffffffffffffffff\""), std::string::npos);
}

TEST(HaulRecords, OfATripThatMeasuredNothingAreAsTheyWere) {
  TripRecord old;
  old.begin_boot_ms = 9;
  old.loaded_permille = 900;
  const std::string bytes = canonical(at(100, old));
  EXPECT_EQ(bytes, "0a020206c80122122e880e");
  EXPECT_EQ(to_json(at(100, old)).find("load_permille"), std::string::npos);
  EXPECT_EQ(to_json(at(100, TripRecord{})).find("loaded_permille"), std::string::npos);
  TripRecord trip = old;
  trip.load_permille = 0;
  trip.load_kg = 0;
  const std::vector<Record> one = {at(100, trip)};
  const auto back = decode(encode(seal(9, 1, Hash{}, one)));
  ASSERT_TRUE(back.ok()) << back.error().what();
  EXPECT_EQ(std::get<TripRecord>(back->records[0].record.payload), trip) << "0 is not absent";
}

}  // namespace
}  // namespace lujing::protocol
