// Held against the library's own functions.
#include "base/trig.h"

#include "base/geo.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace lujing {
namespace {

TEST(Trig, SineAndCosineAreTheLibrarysToTheLastDigits) {
  std::mt19937_64 random(1);
  for (const double range : {0.8, 7.0, 1e4}) {
    std::uniform_real_distribution<double> any(-range, range);
    for (int i = 0; i < 100'000; ++i) {
      const double x = any(random);
      const SinCos both = sin_cos(x);
      ASSERT_NEAR(both.sin, std::sin(x), 1e-15) << x;
      ASSERT_NEAR(both.cos, std::cos(x), 1e-15) << x;
    }
  }
  EXPECT_EQ(sine(0), 0);
  EXPECT_EQ(cosine(0), 1);
  EXPECT_NEAR(tangent(0.6), std::tan(0.6), 1e-15);
  EXPECT_NEAR(sine(1e9), std::sin(1e9), 1e-6);
  EXPECT_TRUE(std::isnan(sine(std::nan(""))));
  EXPECT_TRUE(std::isnan(sine(INFINITY)));
}

TEST(Trig, ArcTangentIsTheLibrarys) {
  std::mt19937_64 random(2);
  std::uniform_real_distribution<double> any(-10, 10);
  for (int i = 0; i < 100'000; ++i) {
    const double y = any(random);
    const double x = any(random);
    ASSERT_NEAR(arc_tangent(y, x), std::atan2(y, x), 2e-15) << y << " " << x;
  }
  EXPECT_EQ(arc_tangent(0, 0), 0);
  EXPECT_EQ(arc_tangent(0, 1), 0);
  EXPECT_NEAR(arc_tangent(0, -1), pi, 1e-15);
  EXPECT_NEAR(arc_tangent(-1, 0), -pi / 2, 1e-15);
}

TEST(Trig, ExponentialAndLogarithmAreTheLibrarys) {
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> any(-600, 600);
  for (int i = 0; i < 100'000; ++i) {
    const double x = any(random);
    ASSERT_NEAR(exponential(x) / std::exp(x), 1, 2e-15) << x;
    ASSERT_NEAR(logarithm(std::exp(x)), std::log(std::exp(x)), 1e-15 * (1 + std::fabs(x))) << x;
  }
  EXPECT_EQ(exponential(0), 1);
  EXPECT_EQ(exponential(-1e9), 0);
  EXPECT_TRUE(std::isfinite(exponential(1e9)));
  EXPECT_EQ(logarithm(1), 0);
  EXPECT_NEAR(logarithm(5e-324), std::log(5e-324), 1e-12);
}

}  // namespace
}  // namespace lujing
