// Binary arithmetic coding: each bit costs what its probability is worth, and the probability is
// learned from the bits before it. Format and reasons: protocol/BATCH.md. Internal to this folder.
//
// Both coders have the same calls, so that one function template describes a format for both:
// `bit(b, value)` writes value, or ignores it and reads; either way it returns the bit.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lujing::protocol {

/// What is known about one place in the format: how likely a 1 is there.
class BitModel {
 public:
  constexpr BitModel() = default;
  /// Of 65536; as if `seen` bits had been seen already.
  constexpr BitModel(std::uint32_t one_of_65536, std::uint32_t seen)
      : one_(one_of_65536), seen_(seen) {}
  std::uint32_t one() const { return one_; }
  void learn(bool bit) {
    const std::uint32_t divisor = seen_ + 2;
    if (bit) {
      one_ += (65536 - one_) / divisor;
    } else {
      one_ -= one_ / divisor;
    }
    if (one_ < least) one_ = least;
    if (one_ > 65536 - least) one_ = 65536 - least;
    if (seen_ < memory) ++seen_;
  }

 private:
  static constexpr std::uint32_t least = 64;
  static constexpr std::uint32_t memory = 60;
  std::uint32_t one_ = 32768;
  std::uint32_t seen_ = 0;
};

class RangeEncoder {
 public:
  bool bit(BitModel& model, bool value) {
    split((range_ >> 16) * model.one(), value);
    model.learn(value);
    return value;
  }
  /// `count` (at most 64) bits as they are, high first.
  std::uint64_t raw(unsigned count, std::uint64_t value) {
    for (unsigned i = count; i-- > 0;) split(range_ >> 1, ((value >> i) & 1) != 0);
    return value;
  }
  /// Bits used up to here, rounded.
  std::size_t bits() const;
  /// Ends the stream and gives its bytes.
  std::string finish();

 private:
  void split(std::uint32_t ones, bool value) {
    if (value) {
      range_ = ones;
    } else {
      low_ += ones;
      range_ -= ones;
    }
    while (range_ < (1U << 24)) shift();
  }
  void shift();

  std::string out_;
  std::uint64_t low_ = 0;  ///< below 2^32 but for a carry
  std::uint32_t range_ = 0xFFFFFFFFU;
};

class RangeDecoder {
 public:
  /// Beyond the end of `bytes` it reads zeros: how much is read is bounded by what is asked for.
  explicit RangeDecoder(std::string_view bytes) : bytes_(bytes) {
    for (int i = 0; i < 4; ++i) code_ = (code_ << 8) | next();
  }
  bool bit(BitModel& model, bool /*value*/ = false) {
    const bool value = split((range_ >> 16) * model.one());
    model.learn(value);
    return value;
  }
  std::uint64_t raw(unsigned count, std::uint64_t /*value*/ = 0) {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < count; ++i) value = (value << 1) | (split(range_ >> 1) ? 1U : 0U);
    return value;
  }
  /// More was read than the encoder can have written: what came out means nothing.
  bool overrun() const { return beyond_ > 8; }

 private:
  bool split(std::uint32_t ones) {
    const bool value = code_ < ones;
    if (value) {
      range_ = ones;
    } else {
      code_ -= ones;
      range_ -= ones;
    }
    while (range_ < (1U << 24)) {
      code_ = (code_ << 8) | next();
      range_ <<= 8;
    }
    return value;
  }
  std::uint32_t next() {
    if (at_ < bytes_.size()) return static_cast<std::uint8_t>(bytes_[at_++]);
    if (beyond_ < 1000) ++beyond_;
    return 0;
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  std::uint32_t beyond_ = 0;
  std::uint32_t code_ = 0;
  std::uint32_t range_ = 0xFFFFFFFFU;
};

}  // namespace lujing::protocol
