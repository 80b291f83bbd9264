#include "terminal/core/directive/text.h"

#include <cstdint>

namespace lujing::core {
namespace {

std::uint8_t byte_at(std::string_view text, std::size_t at) {
  return static_cast<std::uint8_t>(text[at]);
}

bool continues(std::string_view text, std::size_t at) {
  return at < text.size() && (byte_at(text, at) & 0xC0) == 0x80;
}

/// Bytes of the UTF-8 character at `at`; 0: there is none. Overlong forms, surrogates and what is
/// beyond U+10FFFF are none.
std::size_t character_bytes(std::string_view text, std::size_t at) {
  const std::uint8_t first = byte_at(text, at);
  if (first < 0x80) return 1;
  const std::size_t bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4) return 0;
  for (std::size_t i = 1; i < bytes; ++i) {
    if (!continues(text, at + i)) return 0;
  }
  const std::uint8_t second = byte_at(text, at + 1);
  const bool wrong = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
                     (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
  return wrong ? 0 : bytes;
}

bool is_control(std::uint8_t byte) {
  return (byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t') || byte == 0x7F;
}

}  // namespace

Result<void> check_driver_text(std::string_view body) {
  if (body.empty()) return Error("the text is empty");
  if (body.size() > max_driver_text_bytes) {
    return Error("the text has " + std::to_string(body.size()) + " bytes; " +
                 std::to_string(max_driver_text_bytes) + " are read out");
  }
  for (std::size_t at = 0; at < body.size();) {
    const std::size_t bytes = character_bytes(body, at);
    if (bytes == 0) return Error("byte " + std::to_string(at + 1) + " of the text is not UTF-8");
    if (is_control(byte_at(body, at))) {
      return Error("byte " + std::to_string(at + 1) + " of the text is a control character");
    }
    at += bytes;
  }
  return {};
}

std::string shortened(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  std::size_t end = most;
  while (end > 0 && continues(text, end)) --end;
  return std::string(text.substr(0, end));
}

}  // namespace lujing::core
