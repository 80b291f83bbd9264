#include "protocol/record.h"

#include "golden.h"
#include "protocol/chain.h"
#include "protocol/schema.h"
#include "random_records.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <set>
#include <stdexcept>

namespace lujing::protocol {
namespace {

using testing::RandomRecords;
using testing::record_at;

TEST(Schema, NamesAndIdsAreUniqueAndAscending) {
  std::set<std::uint8_t> numbers;
  for (const Kind& kind : kinds()) {
    EXPECT_TRUE(numbers.insert(kind.number).second) << kind.name;
    EXPECT_EQ(kind_number(kind.make()), kind.number);
    EXPECT_STREQ(kind_name(kind.make()), kind.name);
    EXPECT_EQ(find_kind(kind.number), &kind);
    std::set<std::string> names;
    std::uint16_t before = first_kind_field - 1;
    for (const Field& field : kind.fields) {
      EXPECT_TRUE(names.insert(field.name).second) << field.name;
      EXPECT_GT(field.id, before) << kind.name << '.' << field.name;
      EXPECT_LT(field.id, first_counter_field);
      before = field.id;
    }
  }
}

TEST(Schema, ARecordIsItsCells) {
  RandomRecords random(7);
  std::vector<Cell> cells;
  for (int i = 0; i < 2000; ++i) {
    const Record record = random.record();
    to_cells(record, cells);
    Record again = make_record(kind_number(record.payload));
    for (const Cell& cell : cells) {
      if (const auto* value = std::get_if<std::int64_t>(&cell.value)) {
        ASSERT_TRUE(put_field(again, cell.id, *value));
      } else {
        ASSERT_TRUE(put_field(again, cell.id, std::string(std::get<std::string_view>(cell.value))));
      }
    }
    ASSERT_EQ(again, record) << to_json(record);
  }
}

TEST(Schema, ValuesThatDoNotFitAreRefused) {
  Record point = make_record(2);
  EXPECT_FALSE(put_field(point, 16, std::int64_t{INT32_MAX} + 1));
  EXPECT_FALSE(put_field(point, 22, std::int64_t{256}));
  EXPECT_FALSE(put_field(point, 16, std::string("fast")));
  EXPECT_TRUE(put_field(point, 22, std::int64_t{255}));  // a later version's word
  Record state = make_record(3);
  EXPECT_FALSE(put_field(state, 16, std::int64_t{2}));
}

TEST(Schema, ARecordAgainstItsOwnRulesIsAProgrammersError) {
  std::vector<Cell> cells;
  const Record twice = record_at(1, HealthRecord{{{3, 1}, {3, 2}}});
  EXPECT_THROW(to_cells(twice, cells), std::invalid_argument);
  const Record known = record_at(1, UnknownRecord{2});
  EXPECT_THROW(to_cells(known, cells), std::invalid_argument);
  const Record beyond = record_at(1, HealthRecord{{{0xFFFF, 1}}});
  EXPECT_THROW(to_cells(beyond, cells), std::invalid_argument);
}

TEST(Canonical, IsTheKindThenFieldsByIdWithoutAbsentOnes) {
  Record record;
  record.stamp.boot_id = 1;
  record.stamp.boot_ms = 100;
  record.payload = ThinnedRecord{0, 3, 1};
  std::string bytes;
  append_canonical(record, bytes);
  // kind 6; 1: 1 -> 2; 3: 100 -> 200; 17: 3 -> 6; 18: 1 -> 2
  EXPECT_EQ(bytes, std::string("\x06\x02\x02\x06\xC8\x01\x22\x06\x24\x02", 10));
}

TEST(Canonical, AFieldThatIsNotKnownCountsLikeAKnownOne) {
  const Record known = record_at(5, BootRecord{"1.0", "city@1"});
  std::vector<Cell> cells;
  to_cells(known, cells);
  Record stranger;  // what a version that knows no boot record would make of it
  stranger.stamp = known.stamp;
  stranger.payload = UnknownRecord{200};
  for (const Cell& cell : cells) {
    if (cell.id < first_kind_field) continue;
    RawField& field = stranger.unknown_fields.emplace_back();
    field.id = cell.id;
    field.value = std::string(std::get<std::string_view>(cell.value));
  }
  std::string a;
  std::string b;
  append_canonical(known, a);
  append_canonical(stranger, b);
  EXPECT_EQ(a.substr(1), b.substr(1));
}

TEST(Chain, IsWhatThePageSays) {
  // SHA-256 of 32 zero bytes and SHA-256 of the canonical bytes, checked with another program.
  Record record;
  record.payload = ThinnedRecord{1, 2, 1};
  EXPECT_EQ(to_hex(digest(record)),
            "667030e938bf4fc2895090972d47c40e553396765a09a8decca0834e38fec5ee");
  EXPECT_EQ(to_hex(chain_next(Hash{}, digest(record))),
            "602c6005fb61bd73a98e42fe4f741135e2e4a85d394f28c602be060201b28ebc");
}

TEST(Json, IsJsonWhateverTheRecord) {
  RandomRecords random(9);
  for (int i = 0; i < 1000; ++i) {
    const Record record = random.record();
    const auto json = nlohmann::json::parse(to_json(record), nullptr, false);
    ASSERT_FALSE(json.is_discarded()) << to_json(record);
    ASSERT_EQ(json["kind"], kind_name(record.payload));
  }
}

TEST(Json, KeysAreInAFixedOrder) {
  EXPECT_EQ(to_json(testing::track_points()[0]),
            R"({"kind":"track_point","boot_id":"0123456789abcdef","utc_ms":1763700060000,)"
            R"("boot_ms":60000,"speed_cmps":500,"course_cdeg":35995,"accuracy_dm":35,)"
            R"("lat_e7":282282000,"lon_e7":1129388000,"odometer_m":1000000,"source":"gnss",)"
            R"("reason":"first"})");
  EXPECT_EQ(to_json(record_at(1, HealthRecord{{{20, 7}, {9999, 8}}})),
            R"({"kind":"health","boot_id":"0123456789abcdef","utc_ms":1763700000001,)"
            R"("boot_ms":1,"counters":{"can_frames":7,"9999":8}})");
}

TEST(Json, TextIsEscapedAndMadeUtf8) {
  Record record = record_at(1, BootRecord{"a\"\\\n\x01", "\xE8\xB7\xAF\xFF\xC0\x80"});
  EXPECT_EQ(to_json(record),
            R"({"kind":"boot","boot_id":"0123456789abcdef","utc_ms":1763700000001,"boot_ms":1,)"
            "\"software\":\"a\\\"\\\\\\u000a\\u0001\","
            "\"rule_set\":\"\xE8\xB7\xAF\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"}");
}

}  // namespace
}  // namespace lujing::protocol
