#include "protocol/record.h"

#include "protocol/bytes.h"
#include "protocol/schema.h"
#include "protocol/words.h"

namespace lujing::protocol {
const char* kind_name(const Payload& payload) {
  const auto table = kinds();
  return payload.index() < table.size() ? table[payload.index()].name : "unknown";
}

std::uint8_t kind_number(const Payload& payload) {
  if (const auto* unknown = std::get_if<UnknownRecord>(&payload)) return unknown->kind;
  return kinds()[payload.index()].number;
}

const char* to_string(Cover v) {
  static constexpr const char* words[] = {"invalid", "closed",         "open",
                                          "fault",   "not_fully_open", "not_fully_closed"};
  return word_of(words, static_cast<std::size_t>(v));
}

const char* to_string(Hoist v) {
  static constexpr const char* words[] = {"invalid", "flat", "lifted", "fault"};
  return word_of(words, static_cast<std::size_t>(v));
}

const char* to_string(Load v) {
  static constexpr const char* words[] = {"invalid", "empty", "light", "half",
                                          "full",    "over",  "fault"};
  return word_of(words, static_cast<std::size_t>(v));
}

const char* to_string(AlarmState v) {
  static constexpr const char* words[] = {"pending", "raised", "cleared", "suppressed"};
  return word_of(words, static_cast<std::size_t>(v));
}

const char* to_string(PositionSource v) {
  static constexpr const char* words[] = {"none", "gnss", "dead_reckoning", "road_bound"};
  return word_of(words, static_cast<std::size_t>(v));
}

const char* to_string(TrackReason v) {
  static constexpr const char* words[] = {"first", "time", "distance", "turn", "alarm", "stop"};
  return word_of(words, static_cast<std::size_t>(v));
}

const char* to_string(DirectiveOutcome v) {
  static constexpr const char* words[] = {"none", "applied", "refused", "withdrawn"};
  return word_of(words, static_cast<std::size_t>(v));
}

void append_canonical(const Record& record, std::string& out) {
  std::vector<Cell> cells;
  to_cells(record, cells);
  out.push_back(static_cast<char>(kind_number(record.payload)));
  for (const Cell& cell : cells) {
    if (const auto* number = std::get_if<std::int64_t>(&cell.value)) {
      append_varint(std::uint64_t{cell.id} << 1, out);
      append_varint(zigzag(*number), out);
    } else {
      const std::string_view text = *std::get_if<std::string_view>(&cell.value);
      append_varint((std::uint64_t{cell.id} << 1) | 1, out);
      append_varint(text.size(), out);
      out.append(text);
    }
  }
}

}  // namespace lujing::protocol
