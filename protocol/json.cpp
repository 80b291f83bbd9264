#include "protocol/health.h"
#include "protocol/record.h"
#include "protocol/schema.h"

#include <array>
#include <cstdio>

namespace lujing::protocol {
namespace {

/// Length of the well-formed UTF-8 character at the front of text; 0 if there is none.
std::size_t character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  if (first == 0xE0 && byte(1) < 0xA0) return 0;  // longer than it needs to be
  if (first == 0xF0 && byte(1) < 0x90) return 0;
  if (first == 0xED && byte(1) > 0x9F) return 0;  // half of a surrogate pair
  if (first == 0xF4 && byte(1) > 0x8F) return 0;  // beyond the last character
  return size;
}

void append_escaped(char c, std::string& out) {
  if (c == '"' || c == '\\') {
    out.push_back('\\');
    out.push_back(c);
  } else if (static_cast<unsigned char>(c) < 0x20) {
    std::array<char, 8> code{};
    std::snprintf(code.data(), code.size(), "\\u%04x", static_cast<unsigned>(c));
    out.append(code.data());
  } else {
    out.push_back(c);
  }
}

/// What is not UTF-8 becomes the replacement character, a byte at a time.
void append_string(std::string_view text, std::string& out) {
  out.push_back('"');
  while (!text.empty()) {
    const std::size_t size = character(text);
    if (size == 0) {
      out.append("\xEF\xBF\xBD");
    } else if (size == 1) {
      append_escaped(text.front(), out);
    } else {
      out.append(text.substr(0, size));
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  out.push_back('"');
}

void append_key(std::string_view key, std::string& out) {
  if (out.back() != '{') out.push_back(',');
  append_string(key, out);
  out.push_back(':');
}

/// Random 64-bit numbers do not fit in a JavaScript number, so that they are written as text.
void append_hex(std::uint64_t value, std::string& out) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "\"%016llx\"", static_cast<unsigned long long>(value));
  out.append(text.data());
}

void append_field(const Field& field, const Record& record, std::string& out) {
  if (field.type == FieldType::text) {
    append_key(field.name, out);
    append_string(field.text(record), out);
    return;
  }
  const auto value = field.get(record);
  if (field.word != nullptr) {
    append_key(field.name, out);
    const char* word = field.word(value.value_or(0));
    if (std::string_view(word) != "unknown") {
      append_string(word, out);
    } else {
      out.append(std::to_string(value.value_or(0)));
    }
  } else if (std::string_view(field.name).ends_with("boot_id")) {
    append_key(field.name, out);
    append_hex(static_cast<std::uint64_t>(value.value_or(0)), out);
  } else if (value || field.zero_if_absent) {
    append_key(field.name, out);
    out.append(std::to_string(value.value_or(0)));
  }
}

void append_counters(const HealthRecord& health, std::string& out) {
  append_key("counters", out);
  out.push_back('{');
  for (const auto& [id, value] : health.counters) {
    const HealthRow* row = find_health(id);
    append_key(row == nullptr ? std::to_string(id) : row->name, out);
    out.append(std::to_string(value));
  }
  out.push_back('}');
}

void append_unknown(const std::vector<RawField>& fields, std::string& out) {
  append_key("unknown_fields", out);
  out.push_back('{');
  for (const RawField& field : fields) {
    append_key(std::to_string(field.id), out);
    if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
      out.append(std::to_string(*number));
    } else {
      append_string(*std::get_if<std::string>(&field.value), out);
    }
  }
  out.push_back('}');
}

}  // namespace

std::string to_json(const Record& record) {
  std::string out = "{";
  append_key("kind", out);
  append_string(kind_name(record.payload), out);
  if (const auto* unknown = std::get_if<UnknownRecord>(&record.payload)) {
    append_key("kind_number", out);
    out.append(std::to_string(unknown->kind));
  }
  append_key("boot_id", out);
  append_hex(record.stamp.boot_id, out);
  for (const Field& field : common_fields().subspan(1)) append_field(field, record, out);
  if (const Kind* kind = find_kind(kind_number(record.payload)))
    for (const Field& field : kind->fields) append_field(field, record, out);
  if (const auto* health = std::get_if<HealthRecord>(&record.payload))
    append_counters(*health, out);
  if (!record.unknown_fields.empty()) append_unknown(record.unknown_fields, out);
  out.push_back('}');
  return out;
}

}  // namespace lujing::protocol
