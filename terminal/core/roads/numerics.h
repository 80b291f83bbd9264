// exp and ln with the same bits on every machine (a library's may differ in the last one), made of
// + - * / and exact scaling by powers of two. Relative error below 1e-9: they weigh evidence.
#pragma once

#include <cmath>

namespace lujing::core {

/// Natural logarithm of a finite x > 0.
inline double natural_log(double x) {
  int exponent = 0;
  double mantissa = std::frexp(x, &exponent);  // exact
  if (mantissa < 0.7071067811865476) {
    mantissa *= 2;
    --exponent;
  }
  const double z = (mantissa - 1) / (mantissa + 1);  // ln m = 2 atanh z, |z| < 0.172
  const double q = z * z;
  const double series =
      1 + q * (1.0 / 3 +
               q * (1.0 / 5 + q * (1.0 / 7 + q * (1.0 / 9 + q * (1.0 / 11 + q * (1.0 / 13))))));
  return 2 * z * series + exponent * 0.6931471805599453;
}

/// e to the power of -x for x >= 0; 0 beyond 700.
inline double exp_minus(double x) {
  if (!(x < 700)) return 0;
  const double halvings = std::floor(x * 1.4426950408889634 + 0.5);
  const double r = halvings * 0.6931471805599453 - x;  // |r| <= 0.347
  double sum = 1;
  for (int k = 9; k >= 1; --k) sum = 1 + sum * r / k;
  return std::ldexp(sum, -static_cast<int>(halvings));  // exact
}

}  // namespace lujing::core
