#include "hal/io/card_frames.h"

namespace lujing::hal::io {
namespace {

constexpr std::uint8_t frame_begin = 0x02;
constexpr std::uint8_t frame_end = 0x03;

int hex_digit(std::uint8_t c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

std::optional<std::uint64_t> CardFrames::number() const {
  if (count_ != digits) return std::nullopt;
  std::uint64_t all = 0;
  for (const std::uint8_t c : digits_) {
    const int digit = hex_digit(c);
    if (digit < 0) return std::nullopt;
    all = all << 4 | static_cast<std::uint64_t>(digit);
  }
  const std::uint64_t card = all >> 8;
  std::uint64_t check = all & 0xff;
  for (int shift = 0; shift < 40; shift += 8) check ^= card >> shift & 0xff;
  if (check != 0 || card == 0) return std::nullopt;
  return card;
}

std::optional<std::uint64_t> CardFrames::take(std::uint8_t byte) {
  if (byte == frame_begin) {
    if (inside_) ++bad_;
    inside_ = true;
    count_ = 0;
    return std::nullopt;
  }
  if (!inside_) return std::nullopt;
  if (byte == frame_end) {
    inside_ = false;
    const auto card = number();
    if (!card) ++bad_;
    return card;
  }
  if (byte == '\r' || byte == '\n') return std::nullopt;
  if (count_ == digits) {
    inside_ = false;
    ++bad_;
    return std::nullopt;
  }
  digits_[count_++] = byte;
  return std::nullopt;
}

}  // namespace lujing::hal::io
