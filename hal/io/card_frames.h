// What a reader of identity cards (ID, 125 kHz) says on its serial line, frame by frame, as the
// common modules do it (RDM6300, ID-12 and their like):
//
//   02  ten hexadecimal digits: the card's number  two: XOR of its five bytes  [0D 0A]  03
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace lujing::hal::io {

class CardFrames {
 public:
  /// The card's number (40 bits, never 0) when this byte ends a good frame. Whatever does not read
  /// is passed over up to the next 02, and counted.
  std::optional<std::uint64_t> take(std::uint8_t byte);
  std::uint64_t bad() const { return bad_; }

 private:
  std::optional<std::uint64_t> number() const;

  static constexpr std::size_t digits = 12;
  std::array<std::uint8_t, digits> digits_{};
  std::size_t count_ = 0;
  bool inside_ = false;
  std::uint64_t bad_ = 0;
};

}  // namespace lujing::hal::io
