#include "hal/can/slcan.h"

#include <cstdio>
#include <utility>

namespace lujing::hal::can {
namespace {

constexpr char bell = '\a';

/// `digits` hexadecimal digits at `pos`; nullopt if they are not there.
std::optional<std::uint32_t> hex(std::string_view text, std::size_t pos, std::size_t digits) {
  if (pos > text.size() || text.size() - pos < digits) return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : text.substr(pos, digits)) {
    std::uint32_t digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<std::uint32_t>(c - '0');
    } else if (c >= 'A' && c <= 'F') {
      digit = static_cast<std::uint32_t>(c - 'A' + 10);
    } else if (c >= 'a' && c <= 'f') {
      digit = static_cast<std::uint32_t>(c - 'a' + 10);
    } else {
      return std::nullopt;
    }
    value = value << 4U | digit;
  }
  return value;
}

}  // namespace

std::optional<CanFrame> parse_slcan_frame(std::string_view line) {
  if (line.empty()) return std::nullopt;
  const char kind = line.front();
  CanFrame frame;
  frame.extended = kind == 'T' || kind == 'R';
  frame.remote = kind == 'r' || kind == 'R';
  if (!frame.extended && kind != 't' && kind != 'r') return std::nullopt;
  const std::size_t id_digits = frame.extended ? 8 : 3;
  const auto id = hex(line, 1, id_digits);
  const auto length = hex(line, 1 + id_digits, 1);
  if (!id || !length || *length > max_classic_bytes) return std::nullopt;
  if (*id > (frame.extended ? max_extended_id : max_standard_id)) return std::nullopt;
  frame.id = *id;
  frame.len = static_cast<std::uint8_t>(*length);
  std::size_t pos = 2 + id_digits;
  for (std::size_t i = 0; i < frame.len && !frame.remote; ++i, pos += 2) {
    const auto byte = hex(line, pos, 2);
    if (!byte) return std::nullopt;
    frame.data[i] = static_cast<std::uint8_t>(*byte);
  }
  const std::size_t rest = line.size() - pos;
  if (rest != 0 && !(rest == 4 && hex(line, pos, 4))) return std::nullopt;
  return frame;
}

void SlcanParser::end_line(BootTime at, std::vector<CanFrame>& frames) {
  const std::string_view line(line_.data(), length_);
  const bool whole = !too_long_;
  length_ = 0;
  too_long_ = false;
  if (!whole) {
    ++unreadable_;
    return;
  }
  if (line.empty()) {
    ++done_;
    return;
  }
  switch (line.front()) {
    case 'z':  // a frame of ours was sent
    case 'Z':
    case 'V':  // version, serial number
    case 'v':
    case 'N':
      return;
    case 'F':
      if (const auto flags = hex(line, 1, 2); flags && line.size() == 3) {
        flags_ = static_cast<std::uint8_t>(*flags);
        return;
      }
      break;
    default:
      if (auto frame = parse_slcan_frame(line)) {
        frame->at = at;
        frames.push_back(*frame);
        return;
      }
  }
  ++unreadable_;
}

void SlcanParser::feed(std::string_view bytes, BootTime at, std::vector<CanFrame>& frames) {
  for (const char c : bytes) {
    if (c == '\r') {
      end_line(at, frames);
    } else if (c == bell) {
      ++refused_;
      length_ = 0;
      too_long_ = false;
    } else if (c == '\n') {
      continue;
    } else if (length_ < line_.size()) {
      line_[length_++] = c;
    } else {
      too_long_ = true;
    }
  }
}

void SlcanParser::reset() {
  length_ = 0;
  too_long_ = false;
  done_ = 0;
  refused_ = 0;
  flags_.reset();
}

std::optional<std::uint8_t> SlcanParser::take_flags() {
  return std::exchange(flags_, std::nullopt);
}

std::string to_slcan(const CanFrame& frame) {
  if (frame.fd || frame.error || frame.len > max_classic_bytes) return {};
  std::array<char, 16> text{};
  char kind = frame.remote ? 'r' : 't';
  if (frame.extended) kind = frame.remote ? 'R' : 'T';
  std::snprintf(text.data(), text.size(), frame.extended ? "%c%08X%u" : "%c%03X%u", kind, frame.id,
                unsigned{frame.len});
  std::string line = text.data();
  for (std::size_t i = 0; i < frame.len && !frame.remote; ++i) {
    std::snprintf(text.data(), text.size(), "%02X", unsigned{frame.data[i]});
    line += text.data();
  }
  return line + '\r';
}

std::optional<char> slcan_bitrate_code(std::int64_t bitrate) {
  constexpr std::array<std::int64_t, 9> rates = {10'000,  20'000,  50'000,  100'000,  125'000,
                                                 250'000, 500'000, 800'000, 1'000'000};
  for (std::size_t i = 0; i < rates.size(); ++i) {
    if (rates[i] == bitrate) return static_cast<char>('0' + i);
  }
  return std::nullopt;
}

}  // namespace lujing::hal::can
