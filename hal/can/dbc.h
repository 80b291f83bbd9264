// A DBC file, read at run time into plain values.
//
//   auto truck = load_dbc("/usr/share/lujing/vehicles/chassis_j1939.dbc");
//   if (!truck) return truck.error();   // "chassis_j1939.dbc:41: signal ...: reason"
#pragma once

#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lujing::hal::can {

enum class ValueKind : std::uint8_t { unsigned_integer, signed_integer, float32, float64 };

/// Raw value -> text, in the order of the file.
using ValueTable = std::vector<std::pair<std::int64_t, std::string>>;

/// Multiplexer values [first, last].
struct MuxRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  bool operator==(const MuxRange&) const = default;
};

struct Signal {
  std::string name;      ///< the long name where the file has one
  std::string dbc_name;  ///< the name (32 characters at most) of the SG_ line
  std::uint16_t start_bit =
      0;                     ///< as in the file: of the lowest bit (Intel), the highest (Motorola)
  std::uint16_t length = 0;  ///< 1..64 bits
  bool big_endian = false;   ///< Motorola
  ValueKind kind = ValueKind::unsigned_integer;
  double scale = 1;  ///< physical = raw * scale + offset
  double offset = 0;
  double minimum = 0;  ///< minimum == maximum: the file gives no range
  double maximum = 0;
  std::string unit;
  std::string comment;
  ValueTable values;
  bool is_multiplexer = false;
  int multiplexer = -1;             ///< index of the signal that chooses this one; -1: always there
  std::vector<MuxRange> chosen_by;  ///< its raw values, taken as unsigned, that do
  int line = 0;
};

struct Message {
  std::uint32_t id = 0;
  bool extended = false;
  bool j1939 = false;        ///< matched by parameter group (frame.h), its ranges judged
  std::uint16_t length = 0;  ///< bytes; more than 64: only by a transport protocol
  std::string name;
  std::string dbc_name;
  std::string sender;
  std::string comment;
  std::vector<Signal> signals;  ///< in the order of the file
  int line = 0;

  const Signal* find(std::string_view signal) const;  ///< by name or dbc_name
};

struct Database {
  std::string file;
  std::string version;
  std::string comment;
  std::vector<Message> messages;  ///< in the order of the file
  std::map<std::string, ValueTable> value_tables;
  /// What is odd but does no harm, and in lenient mode what a strict reading refuses. "file:line:
  /// text".
  std::vector<std::string> notes;

  const Message* find(std::string_view message) const;  ///< by name or dbc_name
};

struct DbcOptions {
  /// Takes files whose signals reach beyond their message or are said twice. Such a signal is only
  /// decoded from a frame that is long enough.
  bool lenient = false;
};

/// Bytes of a frame that must be there before the signal can be read.
std::uint16_t bytes_needed(const Signal& signal);

/// UTF-8 or, where it is not valid UTF-8, Windows-1252. `file` only names it in errors.
Result<Database> parse_dbc(std::string_view text, const std::string& file, DbcOptions options = {});
Result<Database> load_dbc(const std::filesystem::path& file, DbcOptions options = {});

}  // namespace lujing::hal::can
