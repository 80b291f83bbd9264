#include "protocol/column.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>

namespace lujing::protocol {
namespace {

// Whole numbers throughout: an encoder and a decoder must predict the same on every machine.

constexpr std::int64_t full_circle_cdeg = 36000;
constexpr std::int64_t unit = 1 << 14;  ///< what 1.0 is in the sines below

/// sin of 0, 1, ... 90 degrees in units of 1/16384.
constexpr std::array<std::int16_t, 91> sine_table = {
    0,     286,   572,   857,   1143,  1428,  1713,  1997,  2280,  2563,  2845,  3126,  3406,
    3686,  3964,  4240,  4516,  4790,  5063,  5334,  5604,  5872,  6138,  6402,  6664,  6924,
    7182,  7438,  7692,  7943,  8192,  8438,  8682,  8923,  9162,  9397,  9630,  9860,  10087,
    10311, 10531, 10749, 10963, 11174, 11381, 11585, 11786, 11982, 12176, 12365, 12551, 12733,
    12911, 13085, 13255, 13421, 13583, 13741, 13894, 14044, 14189, 14330, 14466, 14598, 14726,
    14849, 14968, 15082, 15191, 15296, 15396, 15491, 15582, 15668, 15749, 15826, 15897, 15964,
    16026, 16083, 16135, 16182, 16225, 16262, 16294, 16322, 16344, 16362, 16374, 16382, 16384};

/// Between the table's degrees on a straight line. `cdeg` in [0, 36000).
std::int64_t sine(std::int64_t cdeg) {
  const bool negative = cdeg >= 18000;
  if (negative) cdeg -= 18000;
  if (cdeg > 9000) cdeg = 18000 - cdeg;
  const auto degree = static_cast<std::size_t>(cdeg / 100);
  const std::int64_t below = sine_table[degree];
  const std::int64_t above = sine_table[std::min<std::size_t>(degree + 1, 90)];
  const std::int64_t value = below + (above - below) * (cdeg % 100) / 100;
  return negative ? -value : value;
}

std::int64_t cosine(std::int64_t cdeg) {
  return sine((cdeg + 9000) % full_circle_cdeg);
}

std::int64_t wrapping_add(std::int64_t a, std::int64_t b) {
  return std::bit_cast<std::int64_t>(std::bit_cast<std::uint64_t>(a) +
                                     std::bit_cast<std::uint64_t>(b));
}

std::int64_t wrapping_subtract(std::int64_t a, std::int64_t b) {
  return std::bit_cast<std::int64_t>(std::bit_cast<std::uint64_t>(a) -
                                     std::bit_cast<std::uint64_t>(b));
}

bool within(std::int64_t v, std::int64_t low, std::int64_t high) {
  return v >= low && v <= high;
}

/// Milliseconds from the row before; 0 if it is not a time that a vehicle's motion lasts over.
std::int64_t elapsed_ms(const Motion& motion, std::size_t row) {
  const std::int64_t elapsed = wrapping_subtract(motion.time_ms[row], motion.time_ms[row - 1]);
  return within(elapsed, 0, 600'000) ? elapsed : 0;
}

/// Speed along an axis in cm/s * 64, at one row; `turn_cdeg` 0 for east, 9000 for north.
std::int64_t speed_along(const Motion& motion, std::size_t row, bool north) {
  const std::int64_t speed = motion.speed_cmps[row];
  const std::int64_t course = motion.course_cdeg[row];
  if (!within(speed, 0, 10'000) || !within(course, 0, full_circle_cdeg - 1)) return 0;
  return speed * 64 * (north ? cosine(course) : sine(course)) / unit;
}

/// Way along an axis since the row before in 1e-7 degree of latitude, by the mean of both rows'
/// velocities. One centimetre on a meridian of the mean sphere is 0.89932 of it.
std::int64_t way_e7(const Motion& motion, std::size_t row, bool north) {
  const std::int64_t speed_128 =
      speed_along(motion, row - 1, north) + speed_along(motion, row, north);
  return speed_128 * elapsed_ms(motion, row) / 128 * 89'932 / 100'000'000;
}

constexpr std::int64_t max_on_grid = std::int64_t{1} << 42;

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

/// 36000 in the grid's units; 0 if it is not a whole number of them.
std::int64_t circle_on(const Grid& grid) {
  const std::int64_t parts = full_circle_cdeg * grid.parts;
  return parts % grid.step == 0 ? parts / grid.step : 0;
}

bool fits(const Grid& grid, std::span<const std::int64_t> values) {
  return std::all_of(values.begin(), values.end(), [&grid](std::int64_t v) {
    return within(v, -max_on_grid, max_on_grid) && from_grid(grid, to_grid(grid, v)) == v;
  });
}

Grid coarsest_grid(std::span<const std::int64_t> values) {
  Grid best;
  const auto coarser = [&best](const Grid& grid) {
    return std::uint64_t{grid.step} * best.parts > std::uint64_t{best.step} * grid.parts;
  };
  std::int64_t divisor = 0;
  for (const std::int64_t v : values)
    divisor = std::gcd(divisor, within(v, -max_on_grid, max_on_grid) ? v : 1);
  if (divisor > 1)
    best.step = static_cast<std::uint32_t>(std::min<std::int64_t>(divisor, max_grid));
  if (!fits(best, values)) best = {};
  for (const Grid& grid : usual_grids)
    if (coarser(grid) && fits(grid, values)) best = grid;
  return best;
}

// Of 65536, at each place: how likely a difference is longer, and how likely the second bit of one
// is set. What recorded drives showed, smoothed; it counts as much as `prior_seen` rows.
constexpr std::array<std::uint32_t, 20> prior_longer = {
    63750, 62900, 62300, 61900, 61200, 60200, 58700, 56200, 53300, 48200,
    42100, 32800, 22200, 15800, 8200,  14000, 18000, 22000, 26000, 30000};
constexpr std::array<std::uint32_t, 20> prior_upper = {
    31500, 31200, 30900, 30600, 30900, 31500, 32000, 32500, 32500, 32200,
    31500, 29500, 27500, 18500, 16500, 17500, 19000, 21000, 23000, 25000};
constexpr std::uint32_t prior_seen = 9;
constexpr std::uint64_t largest_size = 1U << 26;  ///< beyond it, differences count alike

std::uint64_t size_of(std::int64_t residual) {
  const auto bits = std::bit_cast<std::uint64_t>(residual);
  return residual < 0 ? ~bits + 1 : bits;
}

/// Twice the logarithm of x to the base 2, rounded down; x in [1, 2^31].
int log_in_halves(std::uint64_t x) {
  return static_cast<int>(std::bit_width(x * x)) - 1;
}

/// Size of the differences that the predictor leaves, as Pace::start.
std::uint8_t usual_size(const Shape& shape, const Motion& motion,
                        std::span<const std::int64_t> values) {
  constexpr std::size_t looked_at = 18;
  std::uint64_t sum = 1;
  std::uint64_t count = 0;
  for (std::size_t row = 2; row < values.size() && row < looked_at; ++row, ++count) {
    const std::int64_t predicted = predict(shape.predictor, motion, values, row);
    sum += std::min(size_of(residual_of(shape, values[row], predicted)), largest_size);
  }
  const std::uint64_t mean = count == 0 ? 1 : std::max<std::uint64_t>(sum / count, 1);
  return static_cast<std::uint8_t>(log_in_halves(mean));
}

std::size_t cost_bits(const Shape& shape, const Motion& motion, std::vector<std::int64_t>& values) {
  RangeEncoder trial;
  code_column(trial, shape, motion, values);
  return trial.bits();
}

bool on_circle(const Grid& grid, std::span<const std::int64_t> values) {
  return circle_on(grid) > 0 && std::all_of(values.begin(), values.end(), [](std::int64_t v) {
           return within(v, 0, full_circle_cdeg - 1);
         });
}

/// The same in 1e-7 degree of longitude.
std::int64_t way_east_e7(const Motion& motion, std::size_t row) {
  const std::int64_t lat_cdeg = motion.lat_e7[row] / 100'000;
  if (!within(lat_cdeg, -8900, 8900)) return 0;
  return way_e7(motion, row, false) * unit / cosine(std::abs(lat_cdeg));
}

std::int64_t way_m(const Motion& motion, std::size_t row) {
  const std::int64_t then = motion.speed_cmps[row - 1];
  const std::int64_t now = motion.speed_cmps[row];
  if (!within(then, 0, 10'000) || !within(now, 0, 10'000)) return 0;
  return ((then + now) * elapsed_ms(motion, row) + 100'000) / 200'000;
}

std::int64_t last_step(std::span<const std::int64_t> values, std::size_t row) {
  return row < 2 ? 0 : wrapping_subtract(values[row - 1], values[row - 2]);
}

std::int64_t halfway(std::int64_t a, std::int64_t b) {
  return a / 2 + b / 2;
}

/// The mean of values - others over up to 16 rows before this one.
std::int64_t usual_distance(std::span<const std::int64_t> values,
                            std::span<const std::int64_t> others, std::size_t row) {
  if (row == 0) return 0;
  const std::size_t from = row > 16 ? row - 16 : 0;
  const std::int64_t anchor = wrapping_subtract(values[from], others[from]);
  std::int64_t sum = 0;
  for (std::size_t i = from; i < row; ++i) {
    const std::int64_t beyond = wrapping_subtract(wrapping_subtract(values[i], others[i]), anchor);
    sum += std::clamp<std::int64_t>(beyond, -1'000'000'000, 1'000'000'000);
  }
  return wrapping_add(anchor, sum / static_cast<std::int64_t>(row - from));
}

}  // namespace

bool usable(Predictor predictor, const Motion& motion, std::size_t rows) {
  const auto have = [rows](std::span<const std::int64_t> column) { return column.size() == rows; };
  const bool timed_speed = have(motion.time_ms) && have(motion.speed_cmps);
  switch (predictor) {
    case Predictor::previous:
    case Predictor::linear:
    case Predictor::circle:
      return true;
    case Predictor::beside_utc:
      return have(motion.utc_ms);
    case Predictor::distance:
      return timed_speed;
    case Predictor::north:
    case Predictor::north_eased:
      return timed_speed && have(motion.course_cdeg);
    case Predictor::east:
    case Predictor::east_eased:
      return timed_speed && have(motion.course_cdeg) && have(motion.lat_e7);
  }
  return false;
}

std::int64_t predict(Predictor predictor, const Motion& motion,
                     std::span<const std::int64_t> values, std::size_t row) {
  const std::int64_t before = values[row - 1];
  switch (predictor) {
    case Predictor::previous:
    case Predictor::circle:
      return before;
    case Predictor::linear:
      return wrapping_add(before, last_step(values, row));
    case Predictor::beside_utc:
      return wrapping_add(motion.utc_ms[row], usual_distance(values, motion.utc_ms, row));
    case Predictor::north:
      return wrapping_add(before, way_e7(motion, row, true));
    case Predictor::north_eased:
      return wrapping_add(before, halfway(way_e7(motion, row, true), last_step(values, row)));
    case Predictor::east:
      return wrapping_add(before, way_east_e7(motion, row));
    case Predictor::east_eased:
      return wrapping_add(before, halfway(way_east_e7(motion, row), last_step(values, row)));
    case Predictor::distance:
      return wrapping_add(before, way_m(motion, row));
  }
  return before;
}

std::int64_t to_grid(const Grid& grid, std::int64_t value) {
  if (grid == Grid{}) return value;
  const std::int64_t step = grid.step;
  return floor_divide(2 * std::clamp(value, -max_on_grid, max_on_grid) * grid.parts + step,
                      2 * step);
}

std::int64_t from_grid(const Grid& grid, std::int64_t n) {
  if (grid == Grid{}) return n;
  const std::int64_t parts = grid.parts;
  return floor_divide(2 * std::clamp(n, -max_on_grid, max_on_grid) * grid.step + parts, 2 * parts);
}

std::int64_t residual_of(const Shape& shape, std::int64_t value, std::int64_t predicted) {
  const std::int64_t from = to_grid(shape.grid, predicted);
  const std::int64_t difference = wrapping_subtract(to_grid(shape.grid, value), from);
  const std::int64_t circle = circle_on(shape.grid);
  if (shape.predictor != Predictor::circle || !within(from, 0, circle - 1)) return difference;
  if (difference >= circle - circle / 2) return difference - circle;
  if (difference < -(circle / 2)) return difference + circle;
  return difference;
}

std::int64_t value_of(const Shape& shape, std::int64_t residual, std::int64_t predicted) {
  const std::int64_t from = to_grid(shape.grid, predicted);
  std::int64_t n = wrapping_add(from, residual);
  const std::int64_t circle = circle_on(shape.grid);
  if (shape.predictor == Predictor::circle && within(from, 0, circle - 1)) {
    if (n >= circle) n -= circle;
    if (n < 0) n = wrapping_add(n, circle);
  }
  return from_grid(shape.grid, n);
}

Residual::Residual(const Pace& pace) : tempo_(pace.tempo) {
  const int halves = std::min<int>(pace.start, 52);
  mean_16_ = std::int64_t{halves % 2 == 0 ? 16 : 22} << (halves / 2);
  for (std::size_t i = 0; i < places; ++i) {
    longer_[i] = BitModel(prior_longer[i], prior_seen);
    upper_[i] = BitModel(prior_upper[i], prior_seen);
  }
  expected_ = log_in_halves(static_cast<std::uint64_t>(mean_16_) + 1) - 8;
}

void Residual::adapt(std::uint64_t size) {
  const auto size_16 = static_cast<std::int64_t>(std::min(size, largest_size) * 16);
  mean_16_ += (size_16 - mean_16_) / (1 << tempo_);
  expected_ = log_in_halves(static_cast<std::uint64_t>(mean_16_) + 1) - 8;
}

Shape cheapest_shape(const Motion& motion, std::vector<std::int64_t>& values) {
  Shape best;
  best.constant = std::all_of(values.begin(), values.end(),
                              [&values](std::int64_t v) { return v == values.front(); });
  if (best.constant) return best;
  best.grid = coarsest_grid(values);
  const Grid grid = best.grid;
  std::size_t best_bits = SIZE_MAX;
  const auto consider = [&](const Shape& shape) {
    const std::size_t bits = cost_bits(shape, motion, values);
    if (bits >= best_bits) return;
    best_bits = bits;
    best = shape;
  };
  for (std::uint8_t p = 0; p < predictor_count; ++p) {
    Shape shape{static_cast<Predictor>(p), grid, {}, false};
    if (!usable(shape.predictor, motion, values.size())) continue;
    if (shape.predictor == Predictor::circle && !on_circle(grid, values)) continue;
    shape.pace.start = usual_size(shape, motion, values);
    consider(shape);
  }
  for (const int tempo : {3, 4}) {
    Shape shape = best;
    shape.pace.tempo = static_cast<std::uint8_t>(tempo);
    consider(shape);
  }
  return best;
}

}  // namespace lujing::protocol
