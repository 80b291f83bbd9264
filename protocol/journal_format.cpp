#include "protocol/journal_format.h"

#include "protocol/bytes.h"

namespace lujing::protocol {
namespace {

enum HeaderField : std::uint64_t {
  field_terminal_id = 1,
  field_boot_id = 2,
  field_created = 3,
  field_software = 4,
  field_signal = 5,
  field_input = 6,
  field_core_config = 7,
};

void append_text(std::uint64_t field, std::string_view text, std::string& out) {
  append_varint(field, out);
  append_varint(text.size(), out);
  out.append(text);
}

void append_number(std::uint64_t field, std::uint64_t value, std::string& out) {
  std::string raw;
  append_le(value, 8, raw);
  append_text(field, raw, out);
}

bool parse_number(std::string_view raw, std::uint64_t& value) {
  ByteReader in(raw);
  return raw.size() == 8 && in.le(8, value);
}

bool parse_field(std::uint64_t field, std::string_view raw, JournalHeader& header) {
  std::uint64_t number = 0;
  switch (field) {
    case field_terminal_id:
      header.terminal_id = raw;
      return true;
    case field_boot_id:
      return parse_number(raw, header.boot_id);
    case field_created:
      if (!parse_number(raw, number)) return false;
      header.created_utc_ms = std::bit_cast<std::int64_t>(number);
      return true;
    case field_software:
      header.software = raw;
      return true;
    case field_signal:
      header.signals.emplace_back(raw);
      return true;
    case field_input:
      header.inputs.emplace_back(raw);
      return true;
    case field_core_config:
      header.core_config = raw;
      return true;
    default:
      return true;
  }
}

}  // namespace

std::string journal_header_body(const JournalHeader& header) {
  std::string out;
  append_text(field_terminal_id, header.terminal_id, out);
  append_number(field_boot_id, header.boot_id, out);
  append_number(field_created, std::bit_cast<std::uint64_t>(header.created_utc_ms), out);
  append_text(field_software, header.software, out);
  for (const std::string& signal : header.signals) append_text(field_signal, signal, out);
  for (const std::string& input : header.inputs) append_text(field_input, input, out);
  append_text(field_core_config, header.core_config, out);
  return out;
}

bool parse_journal_header_body(std::string_view body, JournalHeader& header) {
  ByteReader in(body);
  while (in.left() > 0) {
    std::uint64_t field = 0;
    std::uint64_t size = 0;
    std::string_view raw;
    if (!in.varint(field) || !in.varint(size) || !in.take(size, raw)) return false;
    if (!parse_field(field, raw, header)) return false;
  }
  return true;
}

}  // namespace lujing::protocol
