// What residuals tell of an error's slow and own part.
#include "terminal/core/roads/error_memory.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace lujing::core {
namespace {

/// Sightings across a road that runs north, 10 s apart: `slow_m` forgotten within a minute.
ErrorScale learned(double slow_m, double own_m, unsigned seed) {
  ErrorMemory memory({}, 4);
  std::mt19937 random(seed);
  std::normal_distribution<double> normal(0, 1);
  const double kept = std::exp(-10.0 / 60);
  double slow = slow_m * normal(random);
  for (int i = 0; i < 300; ++i) {
    slow = kept * slow + std::sqrt(1 - kept * kept) * slow_m * normal(random);
    memory.note({{slow + own_m * normal(random), 0}, 25, 16, 1, kept});
  }
  return memory.scale();
}

TEST(ErrorMemory, OwnErrorsAreNotTakenForDrift) {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    const ErrorScale found = learned(0, 12, seed);
    EXPECT_LT(found.slow * 25, 0.25 * 144) << seed;
    EXPECT_GT(found.own * 16, 0.6 * 144) << seed;
    EXPECT_LT(found.own * 16, 1.5 * 144) << seed;
  }
}

TEST(ErrorMemory, DriftIsNotTakenForOwnErrors) {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    const ErrorScale found = learned(10, 1, seed);
    EXPECT_GT(found.slow * 25, 0.4 * 100) << seed;
    EXPECT_LT(found.own * 16, 0.25 * 100) << seed;
  }
}

TEST(ErrorMemory, OneOutlierTeachesLittle) {
  ErrorMemory memory({}, 4);
  for (int i = 0; i < 50; ++i) memory.note({{i % 2 == 0 ? 5.0 : -5.0, 0}, 25, 16, 1, 0.5});
  const ErrorScale before = memory.scale();
  memory.note({{5000, 0}, 25, 16, 1, 0.5});
  EXPECT_LT(memory.scale().own, before.own + 1);
  EXPECT_LT(memory.scale().slow, before.slow + 1);
}

TEST(ErrorMemory, NothingSeenChangesNothing) {
  const ErrorMemory memory({2, 3}, 4);
  EXPECT_EQ(memory.scale(), (ErrorScale{2, 3}));
}

}  // namespace
}  // namespace lujing::core
