// What each record kind consists of, as tables. Canonical bytes, batch columns, JSON and the
// keeping of what is not known are all derived from them, so a new field is a struct member and a
// row, a new kind a struct, a table and a row of kinds() (protocol/RECORDS.md).
#pragma once

#include "protocol/record.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace lujing::protocol {

/// Field ids below this are common to all kinds (the stamp).
inline constexpr std::uint16_t first_kind_field = 16;
/// In a health record, counter c is field first_counter_field + c.
inline constexpr std::uint16_t first_counter_field = 0x1000;
inline constexpr std::uint16_t max_counter_id = 0xFFFF - first_counter_field;

enum class FieldType : std::uint8_t { integer = 0, text = 1 };

struct Field {
  std::uint16_t id;
  FieldType type;
  bool zero_if_absent;  ///< an absent number means 0 (otherwise it means: not known)
  const char* name;     ///< also the JSON key
  /// Integer fields. `get` gives nothing where the field is absent; `put` with a value makes it
  /// so, without one makes it absent; false if the value does not fit.
  std::optional<std::int64_t> (*get)(const Record&);
  bool (*put)(Record&, std::optional<std::int64_t>);
  /// Text fields; an empty text is an absent field.
  const std::string& (*text)(const Record&);
  std::string& (*text_slot)(Record&);
  /// The word for a value, where the field is an enumeration.
  const char* (*word)(std::int64_t);
};

struct Kind {
  std::uint8_t number;  ///< on the wire
  const char* name;
  Payload (*make)();
  std::span<const Field> fields;  ///< ascending by id
};

/// In the order of Payload's alternatives, without UnknownRecord.
std::span<const Kind> kinds();
/// nullptr if this version does not know the number.
const Kind* find_kind(std::uint8_t number);
/// The fields that every kind has.
std::span<const Field> common_fields();

/// One field's value, on the way to bytes or columns. The text is the record's own.
struct Cell {
  std::uint16_t id = 0;
  std::variant<std::int64_t, std::string_view> value;
};

/// All fields of a record that are not absent, known or not, ascending by id. Throws
/// std::invalid_argument where the record breaks its own rules (counters out of order, an unknown
/// field with a known one's id): a programmer's error, since decoding gives no such record.
void to_cells(const Record& record, std::vector<Cell>& cells);

/// A record of this kind with every field absent.
Record make_record(std::uint8_t kind);
/// Puts a field into a record that make_record() began, ids ascending; what this version does not
/// know goes to unknown_fields. False if the value does not fit the field.
bool put_field(Record& record, std::uint16_t id, std::int64_t value);
bool put_field(Record& record, std::uint16_t id, std::string value);

}  // namespace lujing::protocol
