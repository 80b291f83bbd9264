// Records that nobody would write, but that must come through.
#pragma once

#include "protocol/batch.h"
#include "protocol/schema.h"

#include <array>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace lujing::protocol::testing {

class RandomRecords {
 public:
  explicit RandomRecords(std::uint64_t seed) : random_(seed) {}

  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

  /// Extremes, small numbers and everything between, alike often.
  std::int64_t number() {
    static constexpr std::array<std::int64_t, 8> special = {
        0,
        1,
        -1,
        std::numeric_limits<std::int64_t>::max(),
        std::numeric_limits<std::int64_t>::min(),
        INT32_MAX,
        INT32_MIN,
        35999};
    switch (below(3)) {
      case 0:
        return special[below(special.size())];
      case 1:
        return static_cast<std::int64_t>(below(200)) - 100;
      default:
        return static_cast<std::int64_t>(random_() >> below(64));
    }
  }

  std::string text() {
    std::string out;
    const std::uint64_t size = below(4) == 0 ? below(200) : below(6);
    for (std::uint64_t i = 0; i < size; ++i) out.push_back(static_cast<char>(random_()));
    return out;
  }

  Record record() {
    const std::uint64_t choice = below(kinds().size() + 1);
    const bool unknown = choice == kinds().size();
    Record record =
        make_record(unknown ? static_cast<std::uint8_t>(200 + below(56)) : kinds()[choice].number);
    fill(record, common_fields());
    if (below(10) == 0) add_unknown(record, 9, number());
    if (!unknown) fill(record, kinds()[choice].fields);
    if (unknown || below(10) == 0) add_unknown(record);
    if (auto* health = std::get_if<HealthRecord>(&record.payload)) {
      std::uint64_t id = 0;
      while ((id += 1 + below(60)) <= max_counter_id && health->counters.size() < 12)
        health->counters.emplace_back(static_cast<std::uint16_t>(id), number());
    }
    return record;
  }

  std::vector<Record> records(std::size_t count) {
    std::vector<Record> all;
    for (std::size_t i = 0; i < count; ++i) all.push_back(record());
    return all;
  }

 private:
  void fill(Record& record, std::span<const Field> fields) {
    for (const Field& field : fields) {
      if (below(5) == 0) continue;  // absent
      if (field.type == FieldType::text) {
        field.text_slot(record) = text();
        continue;
      }
      while (!field.put(record, number())) {
      }
    }
  }

  template <class T>
  static void add_unknown(Record& record, std::uint16_t id, T&& value) {
    RawField& field = record.unknown_fields.emplace_back();
    field.id = id;
    field.value = std::forward<T>(value);
  }

  void add_unknown(Record& record) {
    std::uint16_t id = 300;
    for (std::uint64_t i = below(4); i-- > 0;) {
      id = static_cast<std::uint16_t>(id + 1 + below(100));
      // A field that nobody knows is a number or a text, not now this and now that.
      if (id % 2 == 0) {
        add_unknown(record, id, number());
      } else {
        add_unknown(record, id, text());
      }
    }
  }

  std::mt19937_64 random_;
};

}  // namespace lujing::protocol::testing
