#include "base/trig.h"

#include "base/geo.h"

#include <cmath>
#include <cstdint>
#include <cstring>

namespace lujing {
namespace {

/// pi/2 in two parts: the first has 33 bits, so that a multiple of it below 2^20 is exact.
constexpr double half_pi_high = 1.57079632673412561417e+00;
constexpr double half_pi_low = 6.07710050650619224932e-11;
constexpr double ln2_high = 6.93147180369123816490e-01;
constexpr double ln2_low = 1.90821492927058770002e-10;

/// |r| <= pi/4: Taylor; the first term left out is below 1e-17.
double sine_of_small(double r) {
  const double q = r * r;
  double sum = 1.0 / 355687428096000.0;
  sum = -1.0 / 1307674368000.0 + q * sum;
  sum = 1.0 / 6227020800.0 + q * sum;
  sum = -1.0 / 39916800.0 + q * sum;
  sum = 1.0 / 362880.0 + q * sum;
  sum = -1.0 / 5040.0 + q * sum;
  sum = 1.0 / 120.0 + q * sum;
  sum = -1.0 / 6.0 + q * sum;
  return r + r * q * sum;
}

double cosine_of_small(double r) {
  const double q = r * r;
  double sum = 1.0 / 20922789888000.0;
  sum = -1.0 / 87178291200.0 + q * sum;
  sum = 1.0 / 479001600.0 + q * sum;
  sum = -1.0 / 3628800.0 + q * sum;
  sum = 1.0 / 40320.0 + q * sum;
  sum = -1.0 / 720.0 + q * sum;
  sum = 1.0 / 24.0 + q * sum;
  return 1.0 - 0.5 * q + q * q * sum;
}

/// atan on [0, 1]: the argument is halved twice (at most 0.2), then its series.
double arc_tangent_of_unit(double t) {
  const double h = t / (1.0 + std::sqrt(1.0 + t * t));
  const double g = h / (1.0 + std::sqrt(1.0 + h * h));
  const double q = g * g;
  double sum = 1.0 / 23;
  sum = 1.0 / 21 - q * sum;
  sum = 1.0 / 19 - q * sum;
  sum = 1.0 / 17 - q * sum;
  sum = 1.0 / 15 - q * sum;
  sum = 1.0 / 13 - q * sum;
  sum = 1.0 / 11 - q * sum;
  sum = 1.0 / 9 - q * sum;
  sum = 1.0 / 7 - q * sum;
  sum = 1.0 / 5 - q * sum;
  sum = 1.0 / 3 - q * sum;
  return 4.0 * (g - g * q * sum);
}

/// 2^n, -1022 <= n <= 1023.
double power_of_two(int n) {
  const auto bits = static_cast<std::uint64_t>(n + 1023) << 52;
  double value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

}  // namespace

SinCos sin_cos(double rad) {
  if (!(std::fabs(rad) <= 1e6)) {
    if (!std::isfinite(rad)) return {rad - rad, rad - rad};
    rad = wrap_pi(rad);
  }
  const double turns = std::floor(rad / (pi / 2) + 0.5);
  const double r = (rad - turns * half_pi_high) - turns * half_pi_low;
  const double s = sine_of_small(r);
  const double c = cosine_of_small(r);
  switch (static_cast<std::int64_t>(turns) & 3) {
    case 0:
      return {s, c};
    case 1:
      return {c, -s};
    case 2:
      return {-s, -c};
    default:
      return {-c, s};
  }
}

double sine(double rad) {
  return sin_cos(rad).sin;
}

double cosine(double rad) {
  return sin_cos(rad).cos;
}

double tangent(double rad) {
  const SinCos both = sin_cos(rad);
  return both.sin / both.cos;
}

double arc_tangent(double y, double x) {
  const double b = std::fabs(y);
  const double a = std::fabs(x);
  if (a == 0 && b == 0) return 0;
  double angle = b <= a ? arc_tangent_of_unit(b / a) : pi / 2 - arc_tangent_of_unit(a / b);
  if (x < 0) angle = pi - angle;
  return y < 0 ? -angle : angle;
}

double exponential(double x) {
  if (!(x > -700)) return x <= -700 ? 0 : x;
  if (x > 700) x = 700;
  const double n = std::floor(x / (ln2_high + ln2_low) + 0.5);
  const double r = (x - n * ln2_high) - n * ln2_low;
  double sum = 1;
  for (int k = 14; k >= 1; --k) sum = 1.0 + r / k * sum;
  return sum * power_of_two(static_cast<int>(n));
}

double logarithm(double x) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &x, sizeof bits);
  int n = static_cast<int>(bits >> 52 & 0x7ff) - 1023;
  if (n == -1023) return logarithm(x * power_of_two(60)) - 60 * (ln2_high + ln2_low);
  bits = (bits & 0xfffffffffffffULL) | 0x3ff0000000000000ULL;
  double m = 0;
  std::memcpy(&m, &bits, sizeof m);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    ++n;
  }
  const double t = (m - 1) / (m + 1);  // |t| <= 0.172
  const double q = t * t;
  double sum = 0;
  for (int k = 23; k >= 1; k -= 2) sum = 1.0 / k + q * sum;
  return n * ln2_high + (2 * t * sum + n * ln2_low);
}

}  // namespace lujing
