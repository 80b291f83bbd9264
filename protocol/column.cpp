#include "protocol/column.h"

#include <algorithm>
#include <cstdlib>

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

}  // namespace

bool usable(Predictor predictor, const Motion& motion, std::size_t rows) {
  const auto have = [rows](std::span<const std::int64_t> column) { return column.size() == rows; };
  const bool timed_speed = have(motion.time_ms) && have(motion.speed_cmps);
  switch (predictor) {
    case Predictor::previous:
    case Predictor::linear:
    case Predictor::circle:
      return true;
    case Predictor::with_boot_ms:
      return have(motion.boot_ms);
    case Predictor::distance:
      return timed_speed;
    case Predictor::north:
      return timed_speed && have(motion.course_cdeg);
    case Predictor::east:
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
      break;
    case Predictor::linear:
      if (row < 2) break;
      return wrapping_add(before, wrapping_subtract(before, values[row - 2]));
    case Predictor::with_boot_ms:
      return wrapping_add(before, wrapping_subtract(motion.boot_ms[row], motion.boot_ms[row - 1]));
    case Predictor::north:
      return wrapping_add(before, way_e7(motion, row, true));
    case Predictor::east: {
      const std::int64_t lat_cdeg = motion.lat_e7[row] / 100'000;
      if (!within(lat_cdeg, -8900, 8900)) break;
      const std::int64_t narrowing = cosine(std::abs(lat_cdeg));
      return wrapping_add(before, way_e7(motion, row, false) * unit / narrowing);
    }
    case Predictor::distance: {
      const std::int64_t speed_2 = motion.speed_cmps[row - 1] / 1 + 0;
      const std::int64_t now = motion.speed_cmps[row];
      if (!within(speed_2, 0, 10'000) || !within(now, 0, 10'000)) break;
      return wrapping_add(before, ((speed_2 + now) * elapsed_ms(motion, row) + 100'000) / 200'000);
    }
  }
  return before;
}

std::int64_t residual_of(Predictor predictor, std::int64_t value, std::int64_t predicted) {
  const std::int64_t difference = wrapping_subtract(value, predicted);
  if (predictor != Predictor::circle || !within(value, 0, full_circle_cdeg - 1) ||
      !within(predicted, 0, full_circle_cdeg - 1))
    return difference;
  if (difference >= full_circle_cdeg / 2) return difference - full_circle_cdeg;
  if (difference < -full_circle_cdeg / 2) return difference + full_circle_cdeg;
  return difference;
}

std::int64_t value_of(Predictor predictor, std::int64_t residual, std::int64_t predicted) {
  const std::int64_t value = wrapping_add(predicted, residual);
  if (predictor != Predictor::circle || !within(predicted, 0, full_circle_cdeg - 1) ||
      !within(residual, -full_circle_cdeg / 2, full_circle_cdeg / 2 - 1))
    return value;
  return (value + full_circle_cdeg) % full_circle_cdeg;
}

}  // namespace lujing::protocol
