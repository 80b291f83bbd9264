#include "protocol/directive.h"

#include "protocol/chain.h"

#include <array>
#include <charconv>

namespace lujing::protocol {
namespace {

constexpr std::string_view directive_first_line = "lujing directive 1";
constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::size_t max_head_bytes = 2048;

void append_number(std::uint64_t value, std::string& out) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> shift & 0xff));
  }
}

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<std::uint8_t>(c);
    text.push_back(hex_digits[byte >> 4]);
    text.push_back(hex_digits[byte & 15]);
  }
  return text;
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = digit(text[i]);
    const int low = digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<char>(high * 16 + low));
  }
  return bytes;
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Takes "WORD VALUE\n" off the front; false: it does not begin so.
bool take_line(std::string_view& text, std::string_view word, std::string_view& value) {
  const auto end = text.find('\n');
  if (end == std::string_view::npos || end <= word.size() || !text.starts_with(word) ||
      text[word.size()] != ' ') {
    return false;
  }
  value = text.substr(word.size() + 1, end - word.size() - 1);
  text.remove_prefix(end + 1);
  return true;
}

std::string lines_of(const DirectiveHead& head) {
  return std::string(directive_first_line) + "\nname " + head.name + "\nversion " +
         std::to_string(head.version) + "\nsha256 " + to_hex(head.sha256) + "\nbytes " +
         std::to_string(head.bytes) + "\nsignature " + hex(head.signature) + "\n";
}

}  // namespace

std::optional<Sha256> sha256_from_hex(std::string_view text) {
  const auto bytes = from_hex(text);
  Sha256 hash{};
  if (!bytes || bytes->size() != hash.size()) return std::nullopt;
  for (std::size_t i = 0; i < hash.size(); ++i) hash[i] = static_cast<std::uint8_t>((*bytes)[i]);
  return hash;
}

std::string signed_bytes(const DirectiveHead& head) {
  std::string bytes = "lujing directive 2\n";
  append_number(head.name.size(), bytes);
  bytes += head.name;
  append_number(head.version, bytes);
  bytes.append(head.sha256.begin(), head.sha256.end());
  return bytes;
}

std::string to_text(const DirectiveHead& head) {
  const std::string lines = lines_of(head);
  return lines + "check " + to_hex(sha256_of(lines)) + "\n";
}

Result<DirectiveHead> parse_directive_head(std::string_view text) {
  const Error foreign("is no directive's head of this version");
  if (text.size() > max_head_bytes) return foreign;
  std::string_view rest = text;
  std::array<std::string_view, 6> values;
  if (!rest.starts_with(directive_first_line) || rest.size() == directive_first_line.size() ||
      rest[directive_first_line.size()] != '\n') {
    return foreign;
  }
  rest.remove_prefix(directive_first_line.size() + 1);
  constexpr std::array<std::string_view, 6> words{"name",  "version",   "sha256",
                                                  "bytes", "signature", "check"};
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!take_line(rest, words[i], values[i])) {
      return Error("has no line '" + std::string(words[i]) + "' where it belongs");
    }
  }
  DirectiveHead head;
  head.name = std::string(values[0]);
  const auto version = whole_number(values[1]);
  const auto sha256 = sha256_from_hex(values[2]);
  const auto bytes = whole_number(values[3]);
  auto signature = from_hex(values[4]);
  if (!rest.empty() || !version || !sha256 || !bytes || !signature ||
      signature->size() > max_directive_signature_bytes) {
    return Error("does not read as a directive's head");
  }
  head.version = *version;
  head.sha256 = *sha256;
  head.bytes = *bytes;
  head.signature = std::move(*signature);
  // Only the one form that to_text() writes: what is read is what was written.
  if (text != to_text(head)) return Error("is damaged: its checksum does not fit");
  if (!directive_kind(std::string_view(head.name))) {
    return Error("names a kind that this version does not know");
  }
  if (head.version == 0 || head.bytes > max_directive_bytes ||
      head.withdraws() != (head.sha256 == sha256_of_nothing)) {
    return Error("contradicts itself");
  }
  return head;
}

}  // namespace lujing::protocol
