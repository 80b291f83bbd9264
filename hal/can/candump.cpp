#include "hal/can/candump.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace lujing::hal::can {
namespace {

constexpr std::uint32_t error_flag = 0x20000000U;
/// Seconds that still fit in 63 bits of nanoseconds.
constexpr std::uint64_t max_seconds = 9'000'000'000ULL;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

/// Takes what stands before the next blank off the front.
std::string_view take_field(std::string_view& rest) {
  while (!rest.empty() && (rest.front() == ' ' || rest.front() == '\t')) rest.remove_prefix(1);
  std::size_t end = 0;
  while (end < rest.size() && rest[end] != ' ' && rest[end] != '\t') ++end;
  const std::string_view field = rest.substr(0, end);
  rest.remove_prefix(end);
  return field;
}

/// "(1436509052.249713)" to nanoseconds; -1 if it is none.
std::int64_t parse_time(std::string_view field) {
  if (field.size() < 3 || field.front() != '(' || field.back() != ')') return -1;
  field = field.substr(1, field.size() - 2);
  std::uint64_t seconds = 0;
  const char* end = field.data() + field.size();
  const auto [dot, error] = std::from_chars(field.data(), end, seconds);
  if (error != std::errc{} || seconds > max_seconds) return -1;
  std::int64_t ns = static_cast<std::int64_t>(seconds) * ns_per_s;
  if (dot == end) return ns;
  if (*dot != '.') return -1;
  std::int64_t unit = ns_per_s / 10;
  for (const char* c = dot + 1; c != end; ++c, unit /= 10) {
    if (*c < '0' || *c > '9') return -1;
    ns += (*c - '0') * unit;
  }
  return ns;
}

bool parse_id(std::string_view text, CanFrame& frame) {
  if (text.size() != 3 && text.size() != 8) return false;
  std::uint32_t id = 0;
  for (const char c : text) {
    const int digit = hex_digit(c);
    if (digit < 0) return false;
    id = id << 4U | static_cast<std::uint32_t>(digit);
  }
  if (text.size() == 3) {
    frame.id = id;
    return id <= max_standard_id;
  }
  frame.error = (id & error_flag) != 0;
  frame.extended = !frame.error;
  frame.id = id & max_extended_id;
  return id <= (error_flag | max_extended_id);
}

bool parse_bytes(std::string_view text, std::size_t room, CanFrame& frame) {
  std::size_t count = 0;
  while (!text.empty()) {
    if (text.front() == '.' && count > 0) text.remove_prefix(1);  // candump's own separator
    if (text.size() < 2 || count == room) return false;
    const int high = hex_digit(text[0]);
    const int low = hex_digit(text[1]);
    if (high < 0 || low < 0) return false;
    frame.data[count++] = static_cast<std::uint8_t>(high * 16 + low);
    text.remove_prefix(2);
  }
  frame.len = static_cast<std::uint8_t>(count);
  return true;
}

bool parse_payload(std::string_view text, CanFrame& frame) {
  if (!text.empty() && text.front() == '#') {  // "##": CAN FD
    if (text.size() < 2 || hex_digit(text[1]) < 0) return false;
    frame.fd = true;
    return parse_bytes(text.substr(2), max_fd_bytes, frame);
  }
  if (!text.empty() && (text.front() == 'R' || text.front() == 'r')) {
    frame.remote = true;
    if (text.size() == 1) return true;
    const int len = hex_digit(text[1]);
    frame.len = static_cast<std::uint8_t>(len < 0 ? 0 : len);
    return text.size() == 2 && len >= 0 && len <= max_classic_bytes;
  }
  // "_B" behind eight bytes: the length code as it was on the bus, above 8.
  if (text.size() > 2 && text[text.size() - 2] == '_') {
    const int code = hex_digit(text.back());
    text.remove_suffix(2);
    return parse_bytes(text, max_classic_bytes, frame) && frame.len == max_classic_bytes &&
           code > max_classic_bytes;
  }
  return parse_bytes(text, max_classic_bytes, frame);
}

}  // namespace

Result<CandumpLine> parse_candump_line(std::string_view line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r' || line.back() == ' ')) {
    line.remove_suffix(1);
  }
  CandumpLine read;
  const std::string_view time = take_field(line);
  if (time.empty()) return read;
  const std::int64_t ns = parse_time(time);
  if (ns < 0) return Error("no time stamp like (1436509052.249713) at the front");
  read.channel = take_field(line);
  const std::string_view body = take_field(line);
  const std::string_view direction = take_field(line);  // "R" or "T" in newer logs
  if (body.empty()) return Error("no frame behind the time stamp and the interface");
  if (!take_field(line).empty() || direction.size() > 1) return Error("more behind the frame");
  const std::size_t hash = body.find('#');
  if (hash == std::string_view::npos) return Error("no '#' between id and data");
  if (!parse_id(body.substr(0, hash), read.frame)) {
    return Error("the id must have 3 hexadecimal digits (up to 7FF) or 8 (up to 3FFFFFFF)");
  }
  if (!parse_payload(body.substr(hash + 1), read.frame)) {
    return Error("the data are not pairs of hexadecimal digits, or too many of them");
  }
  read.frame.at.ns = ns;
  read.has_frame = true;
  return read;
}

std::string to_candump_line(const CanFrame& frame, std::string_view channel) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "(%010lld.%06lld) ",
                static_cast<long long>(frame.at.ns / ns_per_s),
                static_cast<long long>(frame.at.ns % ns_per_s / 1000));
  std::string line = text.data() + std::string(channel);
  const std::uint32_t id = frame.error ? frame.id | error_flag : frame.id;
  std::snprintf(text.data(), text.size(), frame.extended || frame.error ? " %08X#" : " %03X#", id);
  line += text.data();
  if (frame.remote) return line + "R" + (frame.len > 0 ? std::to_string(frame.len) : "");
  if (frame.fd) line += "#0";
  for (std::size_t i = 0; i < frame.len; ++i) {
    std::snprintf(text.data(), text.size(), "%02X", unsigned{frame.data[i]});
    line += text.data();
  }
  return line;
}

}  // namespace lujing::hal::can
