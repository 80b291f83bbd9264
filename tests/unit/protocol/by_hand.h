// Records made by hand, and their canonical bytes as a person compares them.
#pragma once

#include "protocol/record.h"

#include <cstdint>
#include <string>
#include <utility>

namespace lujing::protocol {

inline Record at(std::int64_t boot_ms, Payload payload) {
  Record record;
  record.stamp = {1, boot_ms, std::nullopt};
  record.payload = std::move(payload);
  return record;
}

/// Hexadecimal.
inline std::string canonical(const Record& record) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string bytes;
  append_canonical(record, bytes);
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

}  // namespace lujing::protocol
