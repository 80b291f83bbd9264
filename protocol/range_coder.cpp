#include "protocol/range_coder.h"

#include <bit>

namespace lujing::protocol {

void RangeEncoder::shift() {
  if (low_ > 0xFFFFFFFFU) {
    for (std::size_t i = out_.size(); i-- > 0;) {  // carries into what was written
      out_[i] = static_cast<char>(static_cast<std::uint8_t>(out_[i]) + 1);
      if (out_[i] != 0) break;
    }
    low_ &= 0xFFFFFFFFU;
  }
  out_.push_back(static_cast<char>(low_ >> 24));
  low_ = (low_ << 8) & 0xFFFFFFFFU;
  range_ <<= 8;
}

std::size_t RangeEncoder::bits() const {
  return out_.size() * 8 + static_cast<std::size_t>(32 - std::bit_width(range_));
}

std::string RangeEncoder::finish() {
  // Any number in [low, low + range) will do: take the one with the most zero bits at its end,
  // since the decoder reads zeros beyond the end.
  for (int zeros = 32; zeros > 0; --zeros) {
    const std::uint64_t mask = (std::uint64_t{1} << zeros) - 1;
    const std::uint64_t rounded = (low_ + mask) & ~mask;
    if (rounded < low_ + range_) {
      low_ = rounded;
      break;
    }
  }
  for (int i = 0; i < 4; ++i) shift();
  while (!out_.empty() && out_.back() == 0) out_.pop_back();
  return std::move(out_);
}

}  // namespace lujing::protocol
