// One column of whole numbers: predicted from what was decoded before, the difference coded by the
// size that differences lately had. protocol/BATCH.md says how. Internal to this folder.
#pragma once

#include "protocol/bytes.h"
#include "protocol/range_coder.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <vector>

namespace lujing::protocol {

/// How a value is predicted. Numbers on the wire; never given a second time.
enum class Predictor : std::uint8_t {
  previous = 0,     ///< the one before
  linear = 1,       ///< goes on as between the two before
  beside_utc = 2,   ///< as far from utc_ms as lately on average
  circle = 3,       ///< the one before, the difference taken the short way round 36000
  north = 4,        ///< latitude from speed, course and time
  east = 5,         ///< longitude from speed, course, latitude and time
  distance = 6,     ///< metres from speed and time
  north_eased = 7,  ///< half of `north`, half of `linear`
  east_eased = 8,   ///< half of `east`, half of `linear`
};
inline constexpr std::uint8_t predictor_count = 9;
inline constexpr unsigned predictor_bits = 4;

/// The columns that a prediction may use; all as long as the column itself, empty where there is
/// no such column.
struct Motion {
  std::span<const std::int64_t> utc_ms;
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
/// Values that all are round(n * step / parts) for a whole n can be sent as n: receivers speak of
/// 1e-4 minutes and of tenths of knots, not of our units.
struct Grid {
  std::uint32_t step = 1;
  std::uint32_t parts = 1;
  bool operator==(const Grid&) const = default;
};
inline constexpr std::uint32_t max_grid = 1U << 18;  ///< of step and parts
/// Grids that have a number on the wire: 1e-4 and 1e-5 minutes (in 1e-7 degree), 0.1 knots, whole
/// and tenths of km/h (in cm/s), and round decimal numbers.
inline constexpr std::array<Grid, 11> usual_grids = {{{50, 3},
                                                      {5, 3},
                                                      {463, 90},
                                                      {250, 9},
                                                      {25, 9},
                                                      {5, 1},
                                                      {10, 1},
                                                      {50, 1},
                                                      {100, 1},
                                                      {1000, 1},
                                                      {10000, 1}}};

/// The n whose value is nearest; of a value beyond 2^42, some n.
std::int64_t to_grid(const Grid& grid, std::int64_t value);
std::int64_t from_grid(const Grid& grid, std::int64_t n);

/// What is expected of the size of differences.
struct Pace {
  std::uint8_t start = 0;  ///< twice the logarithm (base 2) of the first rows' size
  std::uint8_t tempo = 2;  ///< 1...4: each row changes the expectation by 1/2 ... 1/16
};

/// How a column is coded, apart from its values.
struct Shape {
  Predictor predictor = Predictor::previous;
  Grid grid;
  Pace pace;
  bool constant = false;  ///< all values are the first one; nothing else matters then
};

/// value = predict() (+) residual in the grid's units and in the predictor's own arithmetic: both
/// wrap round, so that any value has a residual.
std::int64_t residual_of(const Shape& shape, std::int64_t value, std::int64_t predicted);
std::int64_t value_of(const Shape& shape, std::int64_t residual, std::int64_t predicted);

/// Numbers of any size, small ones cheap, whole 64 bits at most 77 bits.
class PlainNumber {
 public:
  PlainNumber() = default;
  /// Where the number is most often this one (0 or 1).
  explicit PlainNumber(unsigned usual) {
    longer_[1] = usual == 0 ? BitModel(8192, 2) : BitModel(57344, 2);
    longer_[2] = BitModel(8192, 2);
  }
  template <class Coder>
  std::uint64_t code(Coder& coder, std::uint64_t value) {
    // The count of the value's bits, and the count of the bits of that count, one more each.
    const auto width = static_cast<unsigned>(std::bit_width(value)) + 1;
    const auto size = static_cast<unsigned>(std::bit_width(width));
    unsigned n = 1;
    while (n < 7 && coder.bit(longer_[n], n < size)) ++n;
    const unsigned low_width = width & ((1U << (n - 1)) - 1);
    const unsigned read_width =
        (1U << (n - 1)) | static_cast<unsigned>(coder.raw(n - 1, low_width));
    if (read_width <= 2) return read_width - 1;
    if (read_width > 65) return UINT64_MAX;  // no encoder says so
    const std::uint64_t top = std::uint64_t{1} << (read_width - 2);
    return top | coder.raw(read_width - 2, value & (top - 1));
  }

 private:
  std::array<BitModel, 7> longer_;
};

/// Differences: their size is expected to be about what it lately was.
class Residual {
 public:
  explicit Residual(const Pace& pace);

  template <class Coder>
  std::int64_t code(Coder& coder, std::int64_t residual) {
    const auto bits = std::bit_cast<std::uint64_t>(residual);
    const std::uint64_t size = code_size(coder, residual < 0 ? ~bits + 1 : bits);
    adapt(size);
    if (size == 0) return 0;
    const bool negative = coder.raw(1, residual < 0 ? 1 : 0) != 0;
    return std::bit_cast<std::int64_t>(negative ? ~size + 1 : size);
  }

 private:
  template <class Coder>
  std::uint64_t code_size(Coder& coder, std::uint64_t size) {
    const auto width = static_cast<unsigned>(std::bit_width(size));
    unsigned n = 0;
    while (n < 64 && coder.bit(longer_[place(n)], n < width)) ++n;
    if (n < 2) return n;
    const bool upper = coder.bit(upper_[place(n)], ((size >> (n - 2)) & 1) != 0);
    const std::uint64_t top = (std::uint64_t{2} | (upper ? 1U : 0U)) << (n - 2);
    return top | coder.raw(n - 2, size & ((std::uint64_t{1} << (n - 2)) - 1));
  }
  /// Where a width stands against the expected one, in half bits.
  std::size_t place(unsigned width) const {
    const int x = 2 * static_cast<int>(width) - expected_ + below;
    return static_cast<std::size_t>(x < 0 ? 0 : x >= places ? places - 1 : x);
  }
  void adapt(std::uint64_t size);

  static constexpr int below = 10;
  static constexpr int places = 20;
  std::int64_t mean_16_ = 0;  ///< of the last differences, times 16
  int expected_ = 0;          ///< twice the logarithm of the mean to the base 2
  unsigned tempo_;
  std::array<BitModel, places> longer_;
  std::array<BitModel, places> upper_;
};

/// The format of a column, for both directions: `values` is read when encoding, filled when
/// decoding.
template <class Coder>
void code_column(Coder& coder, const Shape& shape, const Motion& motion,
                 std::span<std::int64_t> values) {
  PlainNumber first;
  if (shape.constant) {
    const std::int64_t value =
        unzigzag(first.code(coder, zigzag(values.empty() ? 0 : values.front())));
    std::fill(values.begin(), values.end(), value);
    return;
  }
  Residual residual(shape.pace);
  const std::size_t firsts = shape.predictor == Predictor::linear ? 2 : 1;
  for (std::size_t row = 0; row < values.size(); ++row) {
    const std::int64_t predicted = row == 0 ? 0 : predict(shape.predictor, motion, values, row);
    const std::int64_t difference = residual_of(shape, values[row], predicted);
    const std::int64_t coded = row < firsts ? unzigzag(first.code(coder, zigzag(difference)))
                                            : residual.code(coder, difference);
    values[row] = value_of(shape, coded, predicted);
  }
}

/// The step and predictor that make these values cheapest, found by trying.
Shape cheapest_shape(const Motion& motion, std::vector<std::int64_t>& values);

}  // namespace lujing::protocol
