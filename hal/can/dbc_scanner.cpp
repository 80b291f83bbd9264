#include "hal/can/dbc_scanner.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace lujing::hal::can {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// End of the number that starts at pos: [+-] digits [. digits] [e [+-] digits].
std::size_t number_end(std::string_view text, std::size_t pos) {
  std::size_t end = pos;
  if (end < text.size() && (text[end] == '+' || text[end] == '-')) ++end;
  const std::size_t digits = end;
  while (end < text.size() && (is_digit(text[end]) || text[end] == '.')) ++end;
  if (end == digits) return pos;
  if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
    std::size_t exponent = end + 1;
    if (exponent < text.size() && (text[exponent] == '+' || text[exponent] == '-')) ++exponent;
    if (exponent < text.size() && is_digit(text[exponent])) {
      while (exponent < text.size() && is_digit(text[exponent])) ++exponent;
      end = exponent;
    }
  }
  return end;
}

/// Length of the UTF-8 sequence at the front, 0 if it is none.
std::size_t utf8_length(std::string_view s) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xC2 && lead < 0xE0   ? 2
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
  if (length == 0 || s.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return 0;
  }
  const unsigned second = byte(1);
  if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
      (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) {
    return 0;
  }
  return length;
}

/// Windows-1252's own characters, 0x80 to 0x9F. The five holes keep their number.
constexpr std::array<unsigned, 32> cp1252_high = {
    0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

void append_utf8(unsigned code, std::string& out) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0U | (code >> 6U));
    out += static_cast<char>(0x80U | (code & 0x3FU));
  } else {
    out += static_cast<char>(0xE0U | (code >> 12U));
    out += static_cast<char>(0x80U | ((code >> 6U) & 0x3FU));
    out += static_cast<char>(0x80U | (code & 0x3FU));
  }
}

}  // namespace

void DbcScanner::advance(std::size_t count) {
  const std::string_view passed = text_.substr(pos_, count);
  line_ += static_cast<int>(std::count(passed.begin(), passed.end(), '\n'));
  pos_ += passed.size();
}

void DbcScanner::skip_blank() {
  while (pos_ < text_.size()) {
    if (is_blank(text_[pos_])) {
      advance(1);
    } else if (text_.substr(pos_, 2) == "//") {
      const std::size_t end = text_.find('\n', pos_);
      advance(end == std::string_view::npos ? text_.size() - pos_ : end - pos_);
    } else if (text_.substr(pos_, 2) == "/*") {
      const std::size_t end = text_.find("*/", pos_ + 2);
      advance(end == std::string_view::npos ? text_.size() - pos_ : end + 2 - pos_);
    } else {
      return;
    }
  }
}

bool DbcScanner::at_end() {
  skip_blank();
  return pos_ >= text_.size();
}

int DbcScanner::line() {
  skip_blank();
  return line_;
}

std::string DbcScanner::what_is_here() {
  if (at_end()) return "the end of the file";
  std::size_t end = pos_;
  while (end < text_.size() && end < pos_ + 24 && text_[end] != '\n' && text_[end] != '\r') ++end;
  std::string shown = "'";
  for (const char c : text_.substr(pos_, end - pos_)) {
    shown += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
  }
  return shown + "'";
}

bool DbcScanner::take_char(char c) {
  skip_blank();
  if (pos_ >= text_.size() || text_[pos_] != c) return false;
  advance(1);
  last_line_ = line_;
  return true;
}

std::optional<std::string_view> DbcScanner::peek_word() {
  skip_blank();
  std::size_t end = pos_;
  while (end < text_.size() && is_word(text_[end])) ++end;
  if (end == pos_) return std::nullopt;
  return text_.substr(pos_, end - pos_);
}

std::optional<std::string_view> DbcScanner::take_word() {
  const auto word = peek_word();
  if (word) {
    pos_ += word->size();
    last_line_ = line_;
  }
  return word;
}

std::optional<std::uint64_t> DbcScanner::take_unsigned() {
  skip_blank();
  std::uint64_t value = 0;
  const char* begin = text_.data() + pos_;
  const char* end = text_.data() + text_.size();
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (error != std::errc{}) return std::nullopt;
  pos_ += static_cast<std::size_t>(stop - begin);
  last_line_ = line_;
  return value;
}

std::optional<double> DbcScanner::take_number() {
  skip_blank();
  const std::size_t end = number_end(text_, pos_);
  if (end == pos_) return std::nullopt;
  const std::size_t begin = text_[pos_] == '+' ? pos_ + 1 : pos_;
  double value = 0;
  const auto [stop, error] = std::from_chars(text_.data() + begin, text_.data() + end, value);
  if (error != std::errc{} || stop != text_.data() + end) return std::nullopt;
  pos_ = end;
  last_line_ = line_;
  return value;
}

std::optional<std::string> DbcScanner::take_string() {
  skip_blank();
  if (pos_ >= text_.size() || text_[pos_] != '"') return std::nullopt;
  std::string value;
  for (std::size_t i = pos_ + 1; i < text_.size(); ++i) {
    const char c = text_[i];
    if (c == '"') {
      advance(i + 1 - pos_);
      last_line_ = line_;
      return value;
    }
    if (c == '\\' && i + 1 < text_.size() && (text_[i + 1] == '"' || text_[i + 1] == '\\')) ++i;
    value += text_[i];
  }
  unterminated_ = line_;
  return std::nullopt;
}

void DbcScanner::go_back(Mark mark) {
  pos_ = mark.pos;
  line_ = mark.line;
  last_line_ = mark.last_line;
}

std::string to_utf8(std::string_view bytes) {
  if (bytes.substr(0, 3) == "\xEF\xBB\xBF") bytes.remove_prefix(3);
  bool valid = true;
  for (std::size_t i = 0; i < bytes.size() && valid;) {
    const std::size_t length = utf8_length(bytes.substr(i));
    valid = length != 0;
    i += length;
  }
  if (valid) return std::string(bytes);
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    append_utf8(byte >= 0x80 && byte < 0xA0 ? cp1252_high[byte - 0x80U] : byte, out);
  }
  return out;
}

}  // namespace lujing::hal::can
