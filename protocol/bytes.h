// Small readers and writers of bytes that the formats of protocol and of terminal/journal share.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace lujing::protocol {

/// Signed to unsigned, small magnitudes to small numbers: 0, -1, 1, -2 -> 0, 1, 2, 3.
inline std::uint64_t zigzag(std::int64_t v) {
  return (static_cast<std::uint64_t>(v) << 1) ^ static_cast<std::uint64_t>(v >> 63);
}
inline std::int64_t unzigzag(std::uint64_t z) {
  return std::bit_cast<std::int64_t>((z >> 1) ^ (~(z & 1) + 1));
}

/// Seven bits a byte, low first, the top bit says that more follow (LEB128).
inline void append_varint(std::uint64_t v, std::string& out) {
  while (v >= 0x80) {
    out.push_back(static_cast<char>(static_cast<std::uint8_t>(v) | 0x80));
    v >>= 7;
  }
  out.push_back(static_cast<char>(v));
}

/// `width` bytes, low first.
inline void append_le(std::uint64_t v, std::size_t width, std::string& out) {
  for (std::size_t i = 0; i < width; ++i) out.push_back(static_cast<char>(v >> (8 * i)));
}

/// Takes bytes off the front of a view; each call is false, and takes nothing, where they do not
/// suffice.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}
  std::string_view rest() const { return rest_; }
  std::size_t left() const { return rest_.size(); }

  bool take(std::size_t size, std::string_view& out) {
    if (size > rest_.size()) return false;
    out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
  }
  bool le(std::size_t width, std::uint64_t& out) {
    std::string_view raw;
    if (!take(width, raw)) return false;
    out = 0;
    for (std::size_t i = 0; i < width; ++i)
      out |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(raw[i])) << (8 * i);
    return true;
  }
  /// Refuses a number that does not fit in 64 bits or is longer than it needs to be.
  bool varint(std::uint64_t& out) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 10 && i < rest_.size(); ++i) {
      const auto byte = static_cast<std::uint8_t>(rest_[i]);
      if (i == 9 && byte > 1) return false;
      value |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * i);
      if (byte < 0x80) {
        if (byte == 0 && i > 0) return false;
        rest_.remove_prefix(i + 1);
        out = value;
        return true;
      }
    }
    return false;
  }

 private:
  std::string_view rest_;
};

}  // namespace lujing::protocol
