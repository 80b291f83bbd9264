// One column of whole numbers: predicted from what was decoded before, the difference coded by the
// size that differences lately had. protocol/BATCH.md says how. Internal to this folder.
#pragma once

#include "protocol/bytes.h"
#include "protocol/range_coder.h"

#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <vector>

namespace lujing::protocol {

/// How a value is predicted. Numbers on the wire; never given a second time.
enum class Predictor : std::uint8_t {
  previous = 0,      ///< the one before
  linear = 1,        ///< goes on as between the two before
  with_boot_ms = 2,  ///< changes as boot_ms does
  circle = 3,        ///< the one before, the difference taken the short way round 36000
  north = 4,         ///< latitude from speed, course and time
  east = 5,          ///< longitude from speed, course, latitude and time
  distance = 6,      ///< metres from speed and time
};
inline constexpr std::uint8_t predictor_count = 7;

/// The columns that a prediction may use; all as long as the column itself, empty where there is
/// no such column.
struct Motion {
  std::span<const std::int64_t> boot_ms;
  std::span<const std::int64_t> time_ms;  ///< UTC if all rows have it, else boot_ms
  std::span<const std::int64_t> speed_cmps;
  std::span<const std::int64_t> course_cdeg;
  std::span<const std::int64_t> lat_e7;
};

/// Whether the predictor can be used with what there is.
bool usable(Predictor predictor, const Motion& motion, std::size_t rows);
/// What `values[row]` will probably be; values before `row` are known.
std::int64_t predict(Predictor predictor, const Motion& motion,
                     std::span<const std::int64_t> values, std::size_t row);
/// value = predict() (+) residual, in the predictor's own arithmetic: both wrap round, so that any
/// value has a residual.
std::int64_t residual_of(Predictor predictor, std::int64_t value, std::int64_t predicted);
std::int64_t value_of(Predictor predictor, std::int64_t residual, std::int64_t predicted);

/// Numbers of any size, small ones cheap, whole 64 bits at most 90 bits.
class PlainNumber {
 public:
  template <class Coder>
  std::uint64_t code(Coder& coder, std::uint64_t value) {
    const unsigned width = code_width(coder, static_cast<unsigned>(std::bit_width(value)));
    if (width < 2) return width;
    const std::uint64_t top = std::uint64_t{1} << (width - 1);
    return top | coder.raw(width - 1, value & (top - 1));
  }

 private:
  template <class Coder>
  unsigned code_width(Coder& coder, unsigned width) {
    unsigned n = 0;
    while (n < 64 && coder.bit(longer_[n], n < width)) ++n;
    return n;
  }
  std::array<BitModel, 64> longer_;
};

/// Differences: their size is expected to be what it lately was.
class Residual {
 public:
  template <class Coder>
  std::int64_t code(Coder& coder, std::int64_t residual) {
    const std::uint64_t z = code_magnitude(coder, zigzag(residual));
    const std::uint64_t capped = z < (1U << 30) ? z : (1U << 30);
    mean_16_ = mean_16_ - mean_16_ / 4 + capped * 4;
    return unzigzag(z);
  }

 private:
  template <class Coder>
  std::uint64_t code_magnitude(Coder& coder, std::uint64_t z) {
    const auto shift = static_cast<unsigned>(std::bit_width(mean_16_ / 20));
    auto& more = more_[shift < scales ? shift : scales - 1];
    const std::uint64_t steps = z >> shift;
    std::uint64_t n = 0;
    while (n < escape && coder.bit(more[n < 7 ? n : 7], n < steps)) ++n;
    if (n == escape) return escape_.code(coder, z);
    return (n << shift) | coder.raw(shift, z & ((std::uint64_t{1} << shift) - 1));
  }

  static constexpr std::uint64_t escape = 20;
  static constexpr unsigned scales = 4;
  std::uint64_t mean_16_ = 0;
  std::array<std::array<BitModel, 8>, scales> more_;
  PlainNumber escape_;
};

/// The format of a column, for both directions: `values` is read when encoding, filled when
/// decoding.
template <class Coder>
void code_column(Coder& coder, Predictor predictor, const Motion& motion,
                 std::span<std::int64_t> values) {
  Residual residual;
  PlainNumber first;
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (row == 0) {
      values[0] = unzigzag(first.code(coder, zigzag(values[0])));
      continue;
    }
    const std::int64_t predicted = predict(predictor, motion, values, row);
    const std::int64_t difference =
        residual.code(coder, residual_of(predictor, values[row], predicted));
    values[row] = value_of(predictor, difference, predicted);
  }
}

}  // namespace lujing::protocol
